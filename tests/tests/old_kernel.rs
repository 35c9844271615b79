//! A kernel without `epoll_pwait2`, or a sandbox that forbids it: `poll(2)` takes over, without a word.
#![cfg(all(target_os = "linux", not(any(polling_by_default, poll_by_default))))]

mod refusing;

use std::sync::mpsc::channel;
use std::time::Duration;
use std::{io, net, thread};

use runtime::guest::Guest;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{TcpListener, TcpStream};
use runtime::time;
use runtime::{DriverKind, Runtime};

use refusing::{ENOSYS, EPERM, EPOLL_PWAIT2, IO_URING_SETUP, while_the_kernel_refuses};

async fn talk_and_sleep() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    let (mut server, _) = listener.accept().await?;

    let begin = time::Instant::now();
    let asked = Duration::from_micros(1_300);
    time::sleep(asked).await;
    assert!(begin.elapsed() >= asked, "no timer fires early");

    let echo = runtime::spawn(async move {
        let mut word = [0; 5];
        server.read_exact(&mut word).await?;
        server.write_all(&word).await
    });
    let patience = Duration::from_secs(3_600 * 24 * 365);
    let mut word = [0; 5];
    time::timeout(patience, async {
        client.write_all(b"hello").await?;
        client.read_exact(&mut word).await
    })
    .await??;
    assert_eq!(&word, b"hello");
    echo.await?
}

#[test]
fn the_last_resort_takes_over() {
    for errno in [ENOSYS, EPERM] {
        while_the_kernel_refuses(&[IO_URING_SETUP, EPOLL_PWAIT2], errno, || {
            let runtime = Runtime::new().unwrap();
            runtime.block_on(talk_and_sleep()).unwrap();
            assert_eq!(runtime.driver_name(), "poll");
        });
    }
}

/// A helper thread waits for what is armed just then, as there is no queue.
#[test]
fn the_last_resort_serves_a_guest() {
    while_the_kernel_refuses(&[IO_URING_SETUP, EPOLL_PWAIT2], ENOSYS, || {
        let (proxy, ticks) = channel();
        let runtime = Runtime::new().unwrap();
        let main = async {
            talk_and_sleep().await.unwrap();
            // A peer that is no task, and takes its time.
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let peer = thread::spawn(move || {
                thread::sleep(Duration::from_millis(5));
                net::TcpStream::connect(address).unwrap()
            });
            listener.accept().await.unwrap();
            peer.join().unwrap();
        };
        let mut guest = Guest::start(runtime, main, move |tick| {
            let _ = proxy.send(tick);
        })
        .unwrap();
        while guest.take_result().is_none() {
            let tick = ticks.recv_timeout(Duration::from_secs(20)).unwrap();
            tick.run().unwrap();
        }
        assert_eq!(guest.driver_name(), "poll");
    });
}

/// Whether or not io_uring was built in.
#[test]
fn epoll_takes_over_from_io_uring() {
    for errno in [ENOSYS, EPERM] {
        while_the_kernel_refuses(&[IO_URING_SETUP], errno, || {
            let runtime = Runtime::new().unwrap();
            runtime.block_on(talk_and_sleep()).unwrap();
            assert_eq!(runtime.driver_name(), "epoll");
        });
    }
}

/// Where it was not built in, already when the runtime is made.
#[test]
fn whoever_asks_for_io_uring_itself_is_told() {
    while_the_kernel_refuses(&[IO_URING_SETUP], EPERM, || {
        let made = Runtime::builder().driver(DriverKind::Uring).build();
        let used = made.and_then(|runtime| runtime.block_on(talk_and_sleep()));
        let refused = used.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::Unsupported);
        assert!(
            refused.to_string().contains("DriverKind::Auto"),
            "{refused}"
        );
    });
}

#[test]
fn whoever_asks_for_epoll_itself_is_told() {
    for errno in [ENOSYS, EPERM] {
        while_the_kernel_refuses(&[EPOLL_PWAIT2], errno, || {
            let runtime = Runtime::builder()
                .driver(DriverKind::Epoll)
                .build()
                .unwrap();
            let refused = runtime.block_on(talk_and_sleep()).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::Unsupported);
            assert!(
                refused.to_string().contains("DriverKind::Auto"),
                "{refused}"
            );
        });
    }
}

/// It calls the same, and says so when it is first used; its loop goes on.
#[test]
fn the_portable_driver_gives_an_error() {
    for errno in [ENOSYS, EPERM] {
        while_the_kernel_refuses(&[EPOLL_PWAIT2], errno, || {
            let runtime = Runtime::builder()
                .driver(DriverKind::Polling)
                .build()
                .unwrap();
            let refused = runtime.block_on(talk_and_sleep()).unwrap_err();
            let number = format!("(os error {errno})");
            assert!(refused.to_string().contains(&number), "{refused}");
            runtime.block_on(async { time::sleep(Duration::from_millis(1)).await });
        });
    }
}

#[test]
fn the_refusal_is_real() {
    use rustix::event::{Timespec, epoll};

    while_the_kernel_refuses(&[EPOLL_PWAIT2], ENOSYS, || {
        let queue = epoll::create(epoll::CreateFlags::CLOEXEC).unwrap();
        let one_nanosecond = Timespec {
            tv_sec: 0,
            tv_nsec: 1,
        };
        let mut events = Vec::with_capacity(1);
        let room = rustix::buffer::spare_capacity(&mut events);
        let refused = epoll::wait(&queue, room, Some(&one_nanosecond));
        assert_eq!(refused, Err(rustix::io::Errno::NOSYS));
    });
}
