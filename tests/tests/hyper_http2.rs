//! hyper's HTTP/2, server and client, on each driver: many exchanges on one connection, big bodies, upgrades, a panic.

#![cfg(feature = "web")]

mod each_driver;
mod web;

use std::io;
use std::rc::Rc;

use each_driver::on_each_driver;
use futures_util::future::{join_all, try_join_all};
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, upgrade};
use runtime::hyper::HyperIo;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::spawn;
use runtime::sync::Barrier;
use web::{answer, body, client2, get, http2, listen, many, post};

const BIG: usize = 4 << 20;
/// As many as the server lets a client have at once, by default.
const CROWD: usize = 200;

/// Nobody is answered before all have asked. What serves holds an `Rc` across an `.await`.
#[test]
fn a_crowd_of_exchanges_shares_a_connection() {
    on_each_driver(async || {
        let all = Rc::new(Barrier::new(CROWD));
        let (address, connections) = listen(move |stream| {
            let all = all.clone();
            let service = move |request: Request<Incoming>| {
                let all = all.clone();
                async move {
                    all.wait().await;
                    answer(format!("answer to {}", request.uri().path()))
                }
            };
            http2().serve_connection(stream, service_fn(service))
        })
        .await?;
        let requests = client2(address).await?;
        let exchanges = (0..CROWD).map(|exchange| {
            let mut requests = requests.clone();
            async move {
                let request = get(&format!("/{exchange}"));
                let answer = requests
                    .send_request(request)
                    .await
                    .map_err(io::Error::other)?;
                assert_eq!(body(answer).await?, format!("answer to /{exchange}"));
                io::Result::Ok(())
            }
        });
        try_join_all(exchanges).await?;
        assert_eq!(connections.get(), 1);
        Ok(())
    });
}

/// Both ways at once, several of them: far more than the windows and the sockets hold.
#[test]
fn big_bodies_go_there_and_come_back() {
    on_each_driver(async || {
        let (address, _) = listen(|stream| {
            let echo = async |request: Request<Incoming>| {
                Ok::<_, hyper::Error>(Response::new(request.into_body()))
            };
            http2().serve_connection(stream, service_fn(echo))
        })
        .await?;
        let sent = many(BIG);
        let requests = client2(address).await?;
        let exchanges = (0..3).map(|_| {
            let (mut requests, sent) = (requests.clone(), sent.clone());
            async move {
                let answer = requests.send_request(post("/", sent.clone())).await;
                assert!(body(answer.map_err(io::Error::other)?).await? == sent);
                io::Result::Ok(())
            }
        });
        try_join_all(exchanges).await?;
        Ok(())
    });
}

#[test]
fn a_panic_costs_its_exchange_only() {
    on_each_driver(async || {
        let (address, connections) = listen(|stream| {
            let service = async |request: Request<Incoming>| {
                runtime::task::yield_now().await;
                assert!(request.uri().path() != "/bad", "as it is told to");
                answer("well")
            };
            http2().serve_connection(stream, service_fn(service))
        })
        .await?;
        let requests = client2(address).await?;
        let exchanges = ["/good", "/bad", "/good"].map(|path| {
            let mut requests = requests.clone();
            async move { requests.send_request(get(path)).await }
        });
        let answers = join_all(exchanges).await;
        let ends = answers.iter().map(Result::is_ok);
        assert_eq!(ends.collect::<Vec<_>>(), [true, false, true]);

        let again = requests.clone().send_request(get("/good")).await;
        assert_eq!(body(again.map_err(io::Error::other)?).await?, "well");
        assert_eq!(connections.get(), 1);
        Ok(())
    });
}

/// An exchange that becomes a stream of its own. Here hyper asks for no stream that is `Send`.
#[test]
fn a_tunnel_is_a_stream_at_both_ends() {
    on_each_driver(async || {
        let (address, _) = listen(|stream| {
            let service = async |mut request: Request<Incoming>| {
                assert_eq!(request.method(), Method::CONNECT);
                let upgraded = upgrade::on(&mut request);
                spawn(async move {
                    let stream = HyperIo::new(upgraded.await.expect("an upgrade"));
                    let (mut reader, mut writer) = runtime::io::split(stream);
                    runtime::io::copy(&mut reader, &mut writer).await?;
                    writer.close().await
                });
                Ok::<_, hyper::Error>(Response::new(Empty::<Bytes>::new()))
            };
            http2().serve_connection(stream, service_fn(service))
        })
        .await?;
        let mut requests = client2(address).await?;
        let request = Request::connect("localhost:1").body(Empty::<Bytes>::new());
        let answer = requests
            .send_request(request.map_err(io::Error::other)?)
            .await;
        let upgraded = upgrade::on(answer.map_err(io::Error::other)?).await;
        let stream = HyperIo::new(upgraded.map_err(io::Error::other)?);
        let (mut reader, mut writer) = runtime::io::split(stream);
        let sent = many(1 << 20);
        let write = async {
            writer.write_all(&sent).await?;
            writer.close().await
        };
        let mut back = Vec::new();
        let read = reader.read_to_end(&mut back);
        runtime::future::try_zip(write, read).await?;
        assert!(back == sent);
        Ok(())
    });
}

/// hyper gives its task of a body that is still sent to the executor: it ends with the exchange.
#[test]
fn an_answer_that_nobody_reads_holds_nothing_up() {
    on_each_driver(async || {
        let sent = many(BIG);
        let (address, _) = listen(move |stream| {
            let sent = sent.clone();
            let service = move |_| {
                let sent = sent.clone();
                async { answer(sent) }
            };
            http2().serve_connection(stream, service_fn(service))
        })
        .await?;
        let mut requests = client2(address).await?;
        for _ in 0..20 {
            let answer = requests
                .send_request(get("/"))
                .await
                .map_err(io::Error::other)?;
            drop(answer);
        }
        let answer = requests
            .send_request(get("/"))
            .await
            .map_err(io::Error::other)?;
        assert_eq!(body(answer).await?.len(), BIG);
        Ok(())
    });
}
