//! hyper's HTTP/1, server and client, on each driver: connections that are kept, big bodies, crowds, upgrades.

#![cfg(feature = "web")]

mod each_driver;
mod web;

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use each_driver::on_each_driver;
use futures_util::future::try_join_all;
use http_body_util::{BodyExt, Empty, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, upgrade};
use runtime::hyper::HyperIo;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::TcpStream;
use runtime::sync::Barrier;
use runtime::task::ThreadBound;
use runtime::{spawn, stream};
use web::{answer, body, client1, get, http1, listen, many, post};

const BIG: usize = 4 << 20;
const CROWD: usize = 100;

/// What serves holds an `Rc` across an `.await`, which no service for several threads may.
#[test]
fn a_connection_is_kept_for_many_requests() {
    on_each_driver(async || {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let log = seen.clone();
        let (address, connections) = listen(move |stream| {
            let log = log.clone();
            let service = move |request: Request<Incoming>| {
                let log = log.clone();
                async move {
                    runtime::task::yield_now().await;
                    log.borrow_mut().push(request.uri().path().to_owned());
                    answer(format!("answer {}", log.borrow().len()))
                }
            };
            http1().serve_connection(stream, service_fn(service))
        })
        .await?;
        let mut requests = client1(address).await?;
        for turn in 1..=100 {
            let request = get(&format!("/{turn}"));
            let answer = requests
                .send_request(request)
                .await
                .map_err(io::Error::other)?;
            assert_eq!(body(answer).await?, format!("answer {turn}"));
        }
        assert_eq!(connections.get(), 1);
        assert_eq!(seen.borrow().len(), 100);
        assert_eq!(seen.borrow()[41], "/42");
        Ok(())
    });
}

#[test]
fn a_big_body_goes_there_and_comes_back() {
    on_each_driver(async || {
        let (address, _) = listen(|stream| {
            // The answer's body is the request's, as it comes: neither side has all of it.
            let echo = async |request: Request<Incoming>| {
                Ok::<_, hyper::Error>(Response::new(request.into_body()))
            };
            http1().serve_connection(stream, service_fn(echo))
        })
        .await?;
        let sent = many(BIG);
        // With a known length, and in chunks.
        let mut whole = client1(address).await?;
        let answer = whole.send_request(post("/", sent.clone())).await;
        assert!(body(answer.map_err(io::Error::other)?).await? == sent);

        let mut pieces = client1(address).await?;
        let frames = sent
            .chunks(100_000)
            .map(|piece| Ok::<_, io::Error>(Frame::data(Bytes::copy_from_slice(piece))));
        let frames = StreamBody::new(stream::iter(frames.collect::<Vec<_>>()));
        let request = Request::post("/").header("host", "localhost").body(frames);
        let answer = pieces
            .send_request(request.map_err(io::Error::other)?)
            .await;
        let answer = answer.map_err(io::Error::other)?;
        assert_eq!(answer.headers()["transfer-encoding"], "chunked");
        assert!(body(answer).await? == sent);
        Ok(())
    });
}

/// Nobody is answered before all have asked.
#[test]
fn a_crowd_of_connections_is_served_at_once() {
    on_each_driver(async || {
        let all = Rc::new(Barrier::new(CROWD));
        let (address, connections) = listen(move |stream| {
            let all = all.clone();
            let service = move |request: Request<Incoming>| {
                let all = all.clone();
                async move {
                    let body = request.into_body().collect().await?;
                    all.wait().await;
                    Ok::<_, hyper::Error>(Response::new(Full::new(body.to_bytes())))
                }
            };
            http1().serve_connection(stream, service_fn(service))
        })
        .await?;
        let clients = (0..CROWD).map(async |client| {
            let mut requests = client1(address).await?;
            for turn in 0..10 {
                let sent = format!("{client} {turn} ").repeat(1000);
                let answer = requests.send_request(post("/", sent.clone())).await;
                assert_eq!(body(answer.map_err(io::Error::other)?).await?, sent);
            }
            io::Result::Ok(())
        });
        try_join_all(clients).await?;
        assert_eq!(connections.get(), CROWD);
        Ok(())
    });
}

/// Upgrades ask for streams that are `Send`: those are bound to the thread, and come back as they were.
#[test]
fn an_upgraded_connection_is_a_stream_at_both_ends() {
    on_each_driver(async || {
        let (address, _) = listen(|stream| {
            let service = async |mut request: Request<Incoming>| {
                let upgraded = upgrade::on(&mut request);
                spawn(async move {
                    // By hyper's own type, which is a stream of ours by `HyperIo` once more.
                    let stream = HyperIo::new(upgraded.await.expect("an upgrade"));
                    let (mut reader, mut writer) = runtime::io::split(stream);
                    runtime::io::copy(&mut reader, &mut writer).await?;
                    writer.close().await
                });
                let mut answer = Response::new(Empty::<Bytes>::new());
                *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
                answer.headers_mut().insert("upgrade", "echo".parse()?);
                Ok::<_, hyper::header::InvalidHeaderValue>(answer)
            };
            let stream = HyperIo::new(ThreadBound::new(stream.into_inner()));
            http1()
                .serve_connection(stream, service_fn(service))
                .with_upgrades()
        })
        .await?;

        let stream = ThreadBound::new(TcpStream::connect(address).await?);
        let handshake = hyper::client::conn::http1::handshake(HyperIo::new(stream)).await;
        let (mut requests, connection) = handshake.map_err(io::Error::other)?;
        spawn(connection.with_upgrades());
        let request = Request::get("/")
            .header("host", "here")
            .header("upgrade", "echo");
        let request = request
            .body(Empty::<Bytes>::new())
            .map_err(io::Error::other)?;
        let answer = requests
            .send_request(request)
            .await
            .map_err(io::Error::other)?;
        assert_eq!(answer.status(), StatusCode::SWITCHING_PROTOCOLS);

        // By the stream that it was.
        let upgraded = upgrade::on(answer).await.map_err(io::Error::other)?;
        let parts = upgraded.downcast::<HyperIo<ThreadBound<TcpStream>>>();
        let parts = parts.expect("the stream that was put in");
        assert!(parts.read_buf.is_empty());
        let mut stream: TcpStream = parts.io.into_inner().into_inner();
        stream.write_all(b"hello").await?;
        stream.close().await?;
        let mut words = String::new();
        stream.read_to_string(&mut words).await?;
        assert_eq!(words, "hello");
        Ok(())
    });
}

#[cfg(unix)]
#[test]
fn any_stream_will_do() {
    on_each_driver(async || {
        let (here, there) = runtime::net::UnixStream::pair()?;
        let service = async |_| answer("by a Unix stream");
        spawn(http1().serve_connection(HyperIo::new(there), service_fn(service)));
        let handshake = hyper::client::conn::http1::handshake(HyperIo::new(here)).await;
        let (mut requests, connection) = handshake.map_err(io::Error::other)?;
        spawn(connection);
        let answer = requests
            .send_request(get("/"))
            .await
            .map_err(io::Error::other)?;
        assert_eq!(body(answer).await?, "by a Unix stream");
        Ok(())
    });
}
