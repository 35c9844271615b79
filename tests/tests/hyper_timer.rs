//! hyper's timeouts go by the runtime's clock: on a virtual one they end to the nanosecond, and no sooner.

#![cfg(feature = "web")]

mod pipe;
mod web;

use std::io;
use std::pin::Pin;
use std::task::{Context, Waker};
use std::thread;

use hyper::rt::Timer;
use hyper::service::service_fn;
use runtime::hyper::{HyperIo, HyperTimer};
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::time::{Duration, Instant, sleep, timeout};
use runtime::{ManualDriver, Runtime, spawn};
use web::{answer, http1, http2};

const SECOND: Duration = Duration::from_secs(1);

fn world() -> (ManualDriver, Runtime) {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    (world, runtime)
}

#[test]
fn its_time_is_the_runtimes() {
    let (world, runtime) = world();
    runtime.block_on(async {
        let start = HyperTimer.now();
        assert_eq!(HyperTimer.now(), start, "the clock stands still");
        HyperTimer.sleep(3 * SECOND).await;
        assert_eq!(HyperTimer.now(), start + 3 * SECOND);
        HyperTimer.sleep_until(start + 10 * SECOND).await;
        assert_eq!(world.now(), Instant::ORIGIN + 10 * SECOND);
        HyperTimer.sleep_until(start).await;
        assert_eq!(world.now(), Instant::ORIGIN + 10 * SECOND);
    });
    assert_eq!(runtime.metrics().timers, 0);
}

#[test]
fn on_the_systems_clock_its_time_is_stds() {
    runtime::block_on(async {
        let before = std::time::Instant::now();
        let now = HyperTimer.now();
        assert!(before <= now && now <= std::time::Instant::now());
        let end = before + Duration::from_millis(2);
        HyperTimer.sleep_until(end).await;
        assert!(std::time::Instant::now() >= end);
    });
    let before = std::time::Instant::now();
    assert!(HyperTimer.now() >= before, "it can be asked anywhere");
}

#[test]
fn a_sleep_is_reset_before_its_end_and_after() {
    let (world, runtime) = world();
    runtime.block_on(async {
        let start = HyperTimer.now();
        let mut nap = HyperTimer.sleep(SECOND);
        let poll = nap.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(poll.is_pending());
        HyperTimer.reset(&mut nap, start + 5 * SECOND);
        nap.as_mut().await;
        assert_eq!(world.now(), Instant::ORIGIN + 5 * SECOND);
        HyperTimer.reset(&mut nap, start + 7 * SECOND);
        nap.await;
        assert_eq!(world.now(), Instant::ORIGIN + 7 * SECOND);
    });
}

/// hyper would accept any timer's sleep there.
#[test]
fn a_strange_sleep_is_replaced() {
    struct Strange;
    impl Future for Strange {
        type Output = ();
        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> std::task::Poll<()> {
            panic!("it was replaced");
        }
    }
    impl hyper::rt::Sleep for Strange {}
    let (world, runtime) = world();
    runtime.block_on(async {
        let mut nap: Pin<Box<dyn hyper::rt::Sleep>> = Box::pin(Strange);
        HyperTimer.reset(&mut nap, HyperTimer.now() + SECOND);
        nap.await;
        assert_eq!(world.now(), Instant::ORIGIN + SECOND);
    });
}

#[test]
fn a_sleep_may_be_sent_and_not_used_elsewhere() {
    runtime::block_on(async {
        let mut nap = HyperTimer.sleep(Duration::from_millis(1));
        thread::scope(|scope| {
            let there = scope.spawn(|| {
                let mut cx = Context::from_waker(Waker::noop());
                nap.as_mut().poll(&mut cx).is_ready()
            });
            let words: String = *there.join().unwrap_err().downcast().unwrap();
            assert!(words.contains("on another thread"), "{words}");
        });
        nap.await;
    });
}

/// A head that comes too slowly, byte by byte, is not waited for.
#[test]
fn a_slow_head_ends_the_connection() {
    let (world, runtime) = world();
    runtime.block_on(async {
        let (mut here, there) = pipe::pipe();
        let served = spawn(
            http1()
                .header_read_timeout(10 * SECOND)
                .serve_connection(HyperIo::new(there), service_fn(async |_| answer("no"))),
        );
        spawn(async move {
            for byte in b"GET / HTTP/1.1\r\nhost: here\r\n".iter().cycle() {
                here.write_all(&[*byte]).await?;
                sleep(SECOND).await;
            }
            io::Result::Ok(())
        });
        let error = served.await.unwrap().unwrap_err();
        assert!(error.is_timeout(), "{error}");
        assert_eq!(world.now(), Instant::ORIGIN + 10 * SECOND);
    });
}

/// It counts from the moment at which hyper waits for a head, so also between two requests.
#[test]
fn a_kept_connection_that_asks_nothing_more_is_ended() {
    let (world, runtime) = world();
    runtime.block_on(async {
        let (mut here, there) = pipe::pipe();
        let service = service_fn(async |_| {
            sleep(60 * SECOND).await; // The answer may take as long as it likes.
            answer("slow")
        });
        let connection = http1()
            .header_read_timeout(10 * SECOND)
            .serve_connection(HyperIo::new(there), service);
        let served = spawn(connection);
        here.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")
            .await
            .unwrap();
        let mut answer = [0; 15];
        here.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
        assert_eq!(world.now(), Instant::ORIGIN + 60 * SECOND);
        let ended = served.await.unwrap();
        assert_eq!(world.now(), Instant::ORIGIN + 70 * SECOND, "{ended:?}");
        assert_eq!(runtime.metrics().timers, 0);
    });
}

/// Without a timeout of its own, a server that has the timer waits half a minute.
#[test]
fn a_silent_client_is_let_go() {
    let (world, runtime) = world();
    runtime.block_on(async {
        let (_here, there) = pipe::pipe();
        let service = service_fn(async |_| answer("no"));
        let served = http1().serve_connection(HyperIo::new(there), service);
        assert!(served.await.unwrap_err().is_timeout());
        assert_eq!(world.now(), Instant::ORIGIN + 30 * SECOND);
    });
}

/// HTTP/2 asks a peer that is silent for a sign of life. This one gives it twice.
#[test]
fn a_peer_that_answers_no_ping_is_let_go() {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    const PING: u8 = 6;
    const GOODBYE: u8 = 7;
    let (world, runtime) = world();
    let talk = async {
        let (mut here, there) = pipe::pipe();
        let mut builder = http2();
        builder.keep_alive_interval(20 * SECOND);
        builder.keep_alive_timeout(5 * SECOND);
        let service = service_fn(async |_| answer("no"));
        let served = spawn(builder.serve_connection(HyperIo::new(there), service));
        here.write_all(PREFACE).await?;
        let mut heard = Vec::new();
        while heard.iter().all(|(kind, _)| *kind != GOODBYE) {
            let mut head = [0; 9];
            here.read_exact(&mut head).await?;
            let mut payload = vec![0; usize::from(head[2])];
            here.read_exact(&mut payload).await?;
            heard.push((head[3], world.now()));
            let pings = heard.iter().filter(|(kind, _)| *kind == PING).count();
            if head[3] == PING && pings <= 2 {
                here.write_all(&[0, 0, 8, PING, 1, 0, 0, 0, 0]).await?;
                here.write_all(&payload).await?;
            }
        }
        heard.retain(|(kind, _)| [PING, GOODBYE].contains(kind));
        let at = |seconds: u32| Instant::ORIGIN + seconds * SECOND;
        let pings = [20, 40, 60].map(|seconds| (PING, at(seconds)));
        assert_eq!(heard[..3], pings);
        assert_eq!(heard[3..], [(GOODBYE, at(65))]);
        assert_eq!(here.read(&mut [0; 1]).await?, 0, "the end of the stream");
        let error = served.await?.unwrap_err();
        assert!(error.is_timeout(), "{error}");
        assert_eq!(world.now(), at(65));
        io::Result::Ok(())
    };
    runtime
        .block_on(timeout(3600 * SECOND, talk))
        .expect("it hangs")
        .unwrap();
}
