//! No descriptor is left: accepting and connecting say so, go on when there are some again, and leak none.
//!
//! The limit belongs to the whole process, so these tests stand alone in their file and one waits for the other.

#![cfg(target_os = "linux")]

mod limits;

use std::io;
use std::rc::Rc;

use futures_lite::StreamExt;
use limits::{Limit, alone, is_out_of_descriptors, open};
use runtime::Runtime;
use runtime::future::poll_once;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{TcpListener, TcpStream};
use rustix::io::Errno;

#[test]
fn accepting_backs_off_and_goes_on() -> io::Result<()> {
    let _alone = alone();
    let before = open();
    let runtime = Runtime::new()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let client = TcpStream::connect(listener.local_addr()?).await?;
        let limit = Limit::leave(0)?;

        let error = listener.accept().await.unwrap_err();
        assert!(is_out_of_descriptors(&error), "{error:?}");
        let words = error.to_string();
        assert!(words.contains("limit of descriptors"), "{words}");
        assert!(words.contains("waits 5 ms"), "{words}");

        // The next one does not try before the pause is over: that is what keeps a loop from spinning.
        let mut next = Box::pin(listener.accept());
        assert!(poll_once(&mut next).await.is_none());
        assert_eq!(runtime.metrics().timers, 1);
        let words = next.await.unwrap_err().to_string();
        assert!(words.contains("waits 10 ms"), "{words}");

        drop(limit);
        let (_server, peer) = listener.accept().await?;
        assert_eq!(peer, client.local_addr()?);

        // A success forgets the past. (An accept of io_uring goes by the limit of when it was begun.)
        if runtime.driver_name() != "io_uring" {
            let _another = TcpStream::connect(listener.local_addr()?).await?;
            let _limit = Limit::leave(0)?;
            let words = listener.accept().await.unwrap_err().to_string();
            assert!(words.contains("waits 5 ms"), "{words}");
        }
        io::Result::Ok(())
    })?;
    assert_eq!(
        (runtime.metrics().timers, runtime.metrics().sources),
        (0, 0)
    );
    drop(runtime);
    assert_eq!(open(), before);
    Ok(())
}

#[test]
fn one_tasks_refusal_makes_the_others_wait() -> io::Result<()> {
    let _alone = alone();
    let before = open();
    let runtime = Runtime::new()?;
    runtime.block_on(async {
        let listener = Rc::new(TcpListener::bind("127.0.0.1:0").await?);
        let mut incoming = Box::pin(listener.incoming());
        assert!(poll_once(incoming.next()).await.is_none());
        let mut other = Box::pin(listener.accept());
        assert!(poll_once(&mut other).await.is_none());
        // Not in the loop, or a driver that accepts by itself would have done it before the limit.
        let client = std::net::TcpStream::connect(listener.local_addr()?)?;
        let limit = Limit::leave(0)?;
        let error = incoming.next().await.expect("it never ends").unwrap_err();
        assert!(is_out_of_descriptors(&error), "{error:?}");
        assert!(poll_once(&mut other).await.is_none(), "it waits, too");
        drop(limit);
        let (_server, peer) = other.await?;
        assert_eq!(peer, client.local_addr()?);
        io::Result::Ok(())
    })?;
    drop(runtime);
    assert_eq!(open(), before);
    Ok(())
}

#[test]
fn a_server_that_meets_the_limit_serves_on() -> io::Result<()> {
    let _alone = alone();
    let before = open();
    let runtime = Runtime::new()?;
    let refused = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let refused = Rc::new(std::cell::Cell::new(0));
        let count = refused.clone();
        let server = runtime::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((mut stream, _)) => stream.write_all(b"welcome").await?,
                    Err(error) if is_out_of_descriptors(&error) => count.set(count.get() + 1),
                    Err(error) => return io::Result::<()>::Err(error),
                }
            }
        });
        runtime::task::yield_now().await; // The server waits.
        let limit = Limit::leave(1)?;
        let mut client = TcpStream::connect(address).await?;
        while refused.get() < 3 {
            runtime::task::yield_now().await;
        }
        drop(limit);
        let mut words = String::new();
        client.read_to_string(&mut words).await?;
        assert_eq!(words, "welcome");
        assert!(!server.is_finished());
        server.abort();
        io::Result::Ok(refused.get())
    })?;
    assert!(refused < 20, "it spun: {refused} times");
    drop(runtime);
    assert_eq!(open(), before);
    Ok(())
}

#[test]
fn connecting_says_so_and_succeeds_later() -> io::Result<()> {
    let _alone = alone();
    let before = open();
    let runtime = Runtime::new()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let limit = Limit::leave(0)?;

        let error = TcpStream::connect(address).await.unwrap_err();
        assert!(is_out_of_descriptors(&error), "{error:?}");
        let words = error.to_string();
        assert!(
            words.starts_with(&format!("connecting to {address}: ")),
            "{words}"
        );
        let error = TcpStream::connect([address, address]).await.unwrap_err();
        assert!(is_out_of_descriptors(&error), "{error:?}");
        let error = TcpListener::bind("127.0.0.1:0").await.unwrap_err();
        assert!(is_out_of_descriptors(&error), "{error:?}");

        drop(limit);
        TcpStream::connect(address).await.map(drop)
    })?;
    assert_eq!(
        (runtime.metrics().timers, runtime.metrics().sources),
        (0, 0)
    );
    drop(runtime);
    assert_eq!(open(), before);
    Ok(())
}

/// The event queue itself needs descriptors, and gets them with the first socket.
#[test]
fn the_first_socket_finds_no_descriptors_for_the_queue() -> io::Result<()> {
    let _alone = alone();
    let before = open();
    for left in 0..3 {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        let runtime = Runtime::new()?;
        runtime.block_on(async {
            let limit = Limit::leave(left)?;
            let registered = TcpListener::from_std(listener);
            drop(limit);
            if let Err(error) = registered {
                assert_eq!(Errno::from_io_error(&error), Some(Errno::MFILE));
            }
            // Whatever was missing, now it is there.
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let _client = TcpStream::connect(listener.local_addr()?).await?;
            listener.accept().await.map(drop)
        })?;
        assert_eq!(runtime.metrics().sources, 0);
    }
    assert_eq!(open(), before);
    Ok(())
}
