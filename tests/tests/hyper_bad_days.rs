//! What goes wrong between a server and a client, on each driver: it costs the connection it happens on, and no other.

#![cfg(feature = "web")]

mod each_driver;
mod web;

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::io::{self, ErrorKind::UnexpectedEof};
use std::rc::Rc;

use each_driver::on_each_driver;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use runtime::hyper::HyperIo;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{TcpListener, TcpStream};
use runtime::sync::oneshot;
use runtime::time::Duration;
use runtime::{Runtime, spawn, stream};
use web::{answer, body, client1, client2, get, http1, http2, listen, many, post};

/// Real sockets and the real clock; on the virtual one it is `hyper_timer.rs` that says when exactly.
#[test]
fn a_client_that_asks_too_slowly_is_let_go_and_others_are_served() {
    on_each_driver(async || {
        let (address, _) = listen(|stream| {
            http1()
                .header_read_timeout(Duration::from_millis(50))
                .serve_connection(stream, service_fn(async |_| answer("served")))
        })
        .await?;
        let mut slow = TcpStream::connect(address).await?;
        slow.write_all(b"GET / HTTP/1.1\r\nho").await?;
        let mut requests = client1(address).await?;
        let answer = requests
            .send_request(get("/"))
            .await
            .map_err(io::Error::other)?;
        assert_eq!(body(answer).await?, "served");
        // It may be told why, and then that it is over.
        let mut last = Vec::new();
        slow.read_to_end(&mut last).await?;
        assert!(last.is_empty() || last.starts_with(b"HTTP/1.1 408 "));
        Ok(())
    });
}

#[test]
fn a_client_that_goes_within_its_body_is_an_error_to_the_service() {
    on_each_driver(async || {
        let (told, mut ends) = runtime::sync::mpsc::unbounded_channel();
        let (address, _) = listen(move |stream| {
            let told = told.clone();
            let service = move |request: Request<Incoming>| {
                let told = told.clone();
                async move {
                    let end = request
                        .into_body()
                        .collect()
                        .await
                        .map(|body| body.to_bytes());
                    let bytes = end.as_ref().map_or(Bytes::new(), Bytes::clone);
                    let _ = told.send(end);
                    answer(bytes)
                }
            };
            http1().serve_connection(stream, service_fn(service))
        })
        .await?;
        let mut client = TcpStream::connect(address).await?;
        client
            .write_all(b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 10\r\n\r\nhello")
            .await?;
        drop(client);
        let end = ends.recv().await.expect("it is told");
        assert!(end.is_err(), "{end:?}");

        let mut requests = client1(address).await?;
        let answer = requests
            .send_request(post("/", "whole"))
            .await
            .map_err(io::Error::other)?;
        assert_eq!(body(answer).await?, "whole");
        Ok(())
    });
}

/// A big answer that is not read: the service's body is dropped, whoever waits for it.
#[test]
fn a_client_that_goes_within_the_answer_ends_its_body() {
    struct Told(Option<oneshot::Sender<()>>);
    impl Drop for Told {
        fn drop(&mut self) {
            let _ = self.0.take().expect("it is dropped once").send(());
        }
    }
    on_each_driver(async || {
        let (told, dropped) = oneshot::channel();
        let told = Cell::new(Some(Told(Some(told))));
        let (address, _) = listen(move |stream| {
            let told = RefCell::new(told.take());
            let service = move |_| {
                let told = told.borrow_mut().take();
                async {
                    // For ever.
                    let pieces = stream::unfold(told, async |told| {
                        Some((io::Result::Ok(Frame::data(many(10_000))), told))
                    });
                    Ok::<_, io::Error>(Response::new(StreamBody::new(pieces)))
                }
            };
            http1().serve_connection(stream, service_fn(service))
        })
        .await?;
        let mut client = TcpStream::connect(address).await?;
        client
            .write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")
            .await?;
        client.read_exact(&mut [0; 50_000]).await?;
        drop(client);
        dropped.await.expect("it is dropped");
        Ok(())
    });
}

#[test]
fn a_server_that_goes_is_an_error_to_the_client() {
    on_each_driver(async || {
        // Before it answers, within the head and within the body.
        for sent in [
            "",
            "HTTP/1.1 200 O",
            "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello",
        ] {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let address = listener.local_addr()?;
            spawn(async move {
                let (mut stream, _) = listener.accept().await?;
                stream.read(&mut [0; 1000]).await?;
                stream.write_all(sent.as_bytes()).await
            });
            let mut requests = client1(address).await?;
            let end = match requests.send_request(get("/")).await {
                Ok(answer) => answer.into_body().collect().await.map(drop),
                Err(error) => Err(error),
            };
            let error = end.expect_err("it was no whole answer");
            let cause = error
                .source()
                .and_then(|cause| cause.downcast_ref::<io::Error>());
            let too_short = cause.is_some_and(|cause| cause.kind() == UnexpectedEof);
            assert!(
                too_short || error.is_incomplete_message(),
                "{sent:?}: {error:?}"
            );
            assert!(requests.ready().await.is_err(), "the connection is over");
        }
        Ok(())
    });
}

/// The task of a connection is aborted while it serves.
#[test]
fn a_server_that_is_aborted_is_an_error_to_the_client() {
    on_each_driver(async || {
        let (asked, is_asked) = oneshot::channel();
        let asked = Rc::new(Cell::new(Some(asked)));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server = spawn(async move {
            let (stream, _) = listener.accept().await?;
            let service = move |_| {
                let _ = asked.take().expect("one request").send(());
                std::future::pending::<web::Answer>()
            };
            let connection = http1().serve_connection(HyperIo::new(stream), service_fn(service));
            connection.await.map_err(io::Error::other)
        });
        let mut requests = client1(address).await?;
        let asking = spawn(async move { requests.send_request(get("/")).await.map(drop) });
        is_asked.await.expect("it is asked");
        server.abort();
        let error = asking.await?.unwrap_err();
        assert!(error.is_incomplete_message(), "{error:?}");
        Ok(())
    });
}

#[test]
fn a_panic_costs_its_connection_only() {
    on_each_driver(async || {
        let (address, connections) = listen(|stream| {
            let service = async |request: Request<Incoming>| {
                runtime::task::yield_now().await;
                assert!(request.uri().path() != "/bad", "as it is told to");
                answer("well")
            };
            http1().serve_connection(stream, service_fn(service))
        })
        .await?;
        let (mut good, mut bad) = (client1(address).await?, client1(address).await?);
        let answer = good
            .send_request(get("/good"))
            .await
            .map_err(io::Error::other)?;
        assert_eq!(body(answer).await?, "well");
        assert!(bad.send_request(get("/bad")).await.is_err());
        let answer = good
            .send_request(get("/good"))
            .await
            .map_err(io::Error::other)?;
        assert_eq!(body(answer).await?, "well");
        assert_eq!(connections.get(), 2);
        Ok(())
    });
}

/// An exchange that the client gives up: over HTTP/2 the others go on, and the service is dropped where it waits.
#[test]
fn an_exchange_that_is_given_up_is_dropped_by_the_server() {
    struct Counts(Rc<Cell<usize>>);
    impl Drop for Counts {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    on_each_driver(async || {
        let dropped = Rc::new(Cell::new(0));
        let counter = dropped.clone();
        let (address, _) = listen(move |stream| {
            let counter = counter.clone();
            let service = move |request: Request<Incoming>| {
                let counts = Counts(counter.clone());
                async move {
                    if request.uri().path() == "/never" {
                        std::future::pending::<()>().await;
                    }
                    drop(counts);
                    answer("answered")
                }
            };
            http2().serve_connection(stream, service_fn(service))
        })
        .await?;
        let requests = client2(address).await?;
        let mut never = requests.clone();
        let asking = spawn(async move { never.send_request(get("/never")).await.map(drop) });
        for expected in 1..=3 {
            let answer = requests.clone().send_request(get("/")).await;
            assert_eq!(body(answer.map_err(io::Error::other)?).await?, "answered");
            assert_eq!(dropped.get(), expected);
        }
        asking.abort();
        while dropped.get() < 4 {
            runtime::task::yield_now().await;
        }
        Ok(())
    });
}

/// The end of the runtime is the end of all of them, in whatever state they are.
#[test]
fn a_runtime_that_ends_drops_them_all() {
    let held = Rc::new(());
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let (asked, mut is_asked) = runtime::sync::mpsc::unbounded_channel();
        let mut addresses = Vec::new();
        for version in [1, 2] {
            let (held, asked) = (held.clone(), asked.clone());
            let listening = listen(move |stream| {
                let (held, asked) = (held.clone(), asked.clone());
                let service = service_fn(move |_| {
                    let held = held.clone();
                    asked.send(()).expect("somebody listens");
                    async move {
                        std::future::pending::<()>().await;
                        drop(held);
                        Ok::<_, io::Error>(Response::new(Full::<Bytes>::default()))
                    }
                });
                async move {
                    match version {
                        1 => http1().serve_connection(stream, service).await,
                        _ => http2().serve_connection(stream, service).await,
                    }
                }
            });
            addresses.push(listening.await.unwrap().0);
        }
        let mut first = client1(addresses[0]).await.unwrap();
        let mut second = client2(addresses[1]).await.unwrap();
        spawn(async move { first.send_request(get("/")).await.map(drop) });
        spawn(async move { second.send_request(get("/")).await.map(drop) });
        is_asked.recv().await.unwrap();
        is_asked.recv().await.unwrap();
    });
    assert!(Rc::strong_count(&held) > 1);
    drop(runtime);
    assert_eq!(Rc::strong_count(&held), 1);
}
