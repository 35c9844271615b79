//! Unix listeners: accepting, by one task or several, as a stream, after a shortage of descriptors, and their path.
#![cfg(unix)]

use std::io;
use std::pin::pin;
use std::rc::Rc;

use futures_lite::StreamExt;
use futures_lite::future::{poll_once, yield_now};
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{UnixListener, UnixStream};

mod guard;
mod paths;
use guard::run;
use paths::SocketPath;

#[test]
fn a_connection_that_is_waited_for_arrives() {
    run(async {
        let path = SocketPath::new();
        let listener = UnixListener::bind(&path).unwrap();
        let mut accept = pin!(listener.accept());
        assert!(poll_once(accept.as_mut()).await.is_none());
        let mut client = UnixStream::connect(&path).await.unwrap();
        let (mut server, from) = accept.await.unwrap();
        assert!(from.is_unnamed());
        client.write_all(b"hello").await.unwrap();
        let mut buffer = [0; 5];
        server.read_exact(&mut buffer).await.unwrap();
        assert_eq!(&buffer, b"hello");
    });
}

#[test]
fn each_of_several_tasks_accepts_a_connection() {
    run(async {
        let path = SocketPath::new();
        let listener = Rc::new(UnixListener::bind(&path).unwrap());
        let tasks: Vec<_> = (0..3)
            .map(|_| {
                let listener = listener.clone();
                runtime::spawn(async move { listener.accept().await.unwrap() })
            })
            .collect();
        yield_now().await;
        let mut clients = Vec::new();
        for _ in 0..3 {
            clients.push(UnixStream::connect(&path).await.unwrap());
        }
        for task in tasks {
            task.await.unwrap();
        }
    });
}

#[test]
fn an_accept_that_is_dropped_loses_no_connection() {
    run(async {
        let path = SocketPath::new();
        let listener = UnixListener::bind(&path).unwrap();
        assert!(poll_once(listener.accept()).await.is_none());
        let _client = UnixStream::connect(&path).await.unwrap();
        listener.accept().await.unwrap();
    });
}

#[test]
fn incoming_gives_one_connection_after_the_other() {
    run(async {
        let path = SocketPath::new();
        let listener = UnixListener::bind(&path).unwrap();
        let mut incoming = listener.incoming();
        for word in [b"one", b"two"] {
            assert!(poll_once(incoming.next()).await.is_none());
            let mut client = UnixStream::connect(&path).await.unwrap();
            client.write_all(word).await.unwrap();
            let mut server = incoming.next().await.unwrap().unwrap();
            let mut buffer = [0; 3];
            server.read_exact(&mut buffer).await.unwrap();
            assert_eq!(&buffer, word);
        }
    });
}

#[test]
fn the_path_outlives_the_listener_and_is_in_the_way() {
    run(async {
        let path = SocketPath::new();
        let listener = UnixListener::bind(&path).unwrap();
        let address = listener.local_addr().unwrap();
        assert_eq!(address.as_pathname(), Some(path.as_ref()));
        drop(listener);
        let error = UnixListener::bind(&path).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        let name = path.as_ref().display().to_string();
        assert!(error.to_string().contains(&name), "{error}");
        std::fs::remove_file(&path).unwrap();
        UnixListener::bind_addr(&address).unwrap();
    });
}

#[test]
fn a_listener_can_be_given_back_and_taken_over() {
    run(async {
        let path = SocketPath::new();
        let listener = UnixListener::bind(&path).unwrap().into_std().unwrap();
        listener.set_nonblocking(false).unwrap();
        let _one = UnixStream::connect(&path).await.unwrap();
        listener.accept().unwrap();

        let listener = UnixListener::from_std(listener).unwrap();
        assert!(poll_once(listener.accept()).await.is_none());
        let _other = UnixStream::connect(&path).await.unwrap();
        listener.accept().await.unwrap();
        assert!(listener.take_error().unwrap().is_none());
    });
}
