//! A server's end in order, on each driver: what was asked is answered, nothing more is taken.

#![cfg(feature = "web")]

mod each_driver;
mod web;

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use each_driver::on_each_driver;
use hyper::service::service_fn;
use runtime::sync::{CancellationToken, Notify, mpsc};
use web::{answer, body, client1, client2, get, http1, http2, listen};

/// Drives a connection, and tells it to end when the token says so.
macro_rules! serve_until {
    ($end:expr, $connection:expr) => {
        async move {
            let mut connection = pin!($connection);
            let end = $end;
            let mut cancelled = pin!(end.cancelled());
            let mut told = false;
            poll_fn(|cx| {
                if !told && cancelled.as_mut().poll(cx).is_ready() {
                    told = true;
                    connection.as_mut().graceful_shutdown();
                }
                connection.as_mut().poll(cx)
            })
            .await
        }
    };
}

/// What a test needs of a service that answers when it is let.
struct Slow {
    asked: mpsc::UnboundedSender<()>,
    go: Rc<Notify>,
}

impl Slow {
    async fn answer(&self) -> web::Answer {
        self.asked.send(()).expect("the test listens");
        self.go.notified().await;
        answer("answered")
    }
}

fn slow() -> (Rc<Slow>, mpsc::UnboundedReceiver<()>) {
    let (asked, is_asked) = mpsc::unbounded_channel();
    let go = Rc::new(Notify::new());
    (Rc::new(Slow { asked, go }), is_asked)
}

#[test]
fn over_http1_the_last_answer_says_that_it_is_the_last() {
    on_each_driver(async || {
        let (slow, mut asked) = slow();
        let end = CancellationToken::new();
        let (ended, mut ends) = mpsc::unbounded_channel();
        let (address, _) = listen({
            let (slow, end) = (slow.clone(), end.clone());
            move |stream| {
                let (slow, end, ended) = (slow.clone(), end.clone(), ended.clone());
                let service = service_fn(move |_| {
                    let slow = slow.clone();
                    async move { slow.answer().await }
                });
                let serve = serve_until!(end, http1().serve_connection(stream, service));
                async move { ended.send(serve.await.is_ok()) }
            }
        })
        .await?;
        // One that waits for its answer, and one that has asked nothing.
        let mut busy = client1(address).await?;
        let mut idle = client1(address).await?;
        let asking = runtime::spawn(async move {
            let answer = busy.send_request(get("/")).await;
            (answer, busy)
        });
        asked.recv().await.expect("it is asked");
        slow.go.notify_one();
        let (answer, mut busy) = asking.await?;
        let answer = answer.map_err(io::Error::other)?;
        assert!(answer.headers().get("connection").is_none());
        body(answer).await?;

        let asking = runtime::spawn(async move {
            let answer = busy.send_request(get("/")).await;
            (answer, busy)
        });
        asked.recv().await.expect("it is asked");
        end.cancel();
        assert_eq!(ends.recv().await, Some(true), "the idle one ends at once");
        assert!(idle.send_request(get("/")).await.is_err());
        assert!(
            ends.try_recv().is_err(),
            "the other one waits for its answer"
        );
        slow.go.notify_one();
        let (answer, mut busy) = asking.await?;
        let answer = answer.map_err(io::Error::other)?;
        assert_eq!(answer.headers()["connection"], "close");
        assert_eq!(body(answer).await?, "answered");
        assert_eq!(ends.recv().await, Some(true));
        assert!(busy.ready().await.is_err());
        Ok(())
    });
}

#[test]
fn over_http2_what_was_asked_is_answered_and_no_more() {
    on_each_driver(async || {
        let (slow, mut asked) = slow();
        let end = CancellationToken::new();
        let (ended, mut ends) = mpsc::unbounded_channel();
        let (address, _) = listen({
            let (slow, end) = (slow.clone(), end.clone());
            move |stream| {
                let (slow, end, ended) = (slow.clone(), end.clone(), ended.clone());
                let service = service_fn(move |_| {
                    let slow = slow.clone();
                    async move { slow.answer().await }
                });
                let serve = serve_until!(end, http2().serve_connection(stream, service));
                async move { ended.send(serve.await.is_ok()) }
            }
        })
        .await?;
        let mut requests = client2(address).await?;
        let exchanges = (0..3).map(|_| {
            let mut requests = requests.clone();
            runtime::spawn(async move { requests.send_request(get("/")).await })
        });
        let exchanges = exchanges.collect::<Vec<_>>();
        for _ in 0..3 {
            asked.recv().await.expect("it is asked");
        }
        end.cancel();
        // The client hears of it when it asks for more: sooner or later that is refused, unheard.
        let mut refused = false;
        while !refused {
            let mut late = pin!(requests.send_request(get("/late")));
            refused = poll_fn(|cx| {
                let polled = late.as_mut().poll(cx);
                Poll::Ready(matches!(polled, Poll::Ready(Err(_))))
            })
            .await;
            runtime::task::yield_now().await;
        }
        assert!(
            ends.try_recv().is_err(),
            "the connection waits for its answers"
        );
        slow.go.notify_waiters();
        for exchange in exchanges {
            let answer = exchange.await?.map_err(io::Error::other)?;
            assert_eq!(body(answer).await?, "answered");
        }
        assert_eq!(ends.recv().await, Some(true));
        Ok(())
    });
}
