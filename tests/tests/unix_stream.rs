//! Unix streams: connecting, bytes in both directions, halves, the peer's identity, giving back and taking over.
#![cfg(unix)]

use std::future::Future;
use std::io::{self, IoSlice, IoSliceMut, Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net;
use std::pin::pin;

use futures_lite::future::{poll_once, yield_now, zip};
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{UnixListener, UnixStream};

mod guard;
mod paths;
use guard::run;
use paths::SocketPath;

#[test]
fn bytes_go_both_ways_through_references() {
    run(async {
        let (here, there) = UnixStream::pair().unwrap();
        let ping = async {
            (&here).write_all(b"ping").await.unwrap();
            let mut buffer = [0; 4];
            (&here).read_exact(&mut buffer).await.unwrap();
            buffer
        };
        let pong = async {
            let mut buffer = [0; 4];
            (&there).read_exact(&mut buffer).await.unwrap();
            (&there).write_all(b"pong").await.unwrap();
            buffer
        };
        assert_eq!(zip(ping, pong).await, (*b"pong", *b"ping"));
    });
}

#[test]
fn more_than_the_system_buffers_goes_through() {
    run(async {
        let (mut here, mut there) = UnixStream::pair().unwrap();
        let sent: Vec<u8> = (0..3_000_000_u32).map(|at| at as u8).collect();
        let expected = sent.clone();
        let write = async move {
            here.write_all(&sent).await.unwrap();
            here.close().await.unwrap();
            here // It is the close that ends the stream, not the drop.
        };
        let read = async {
            let mut bytes = Vec::new();
            there.read_to_end(&mut bytes).await.unwrap();
            bytes
        };
        let (_here, bytes) = zip(write, read).await;
        assert!(bytes == expected);
    });
}

#[test]
fn several_buffers_are_one_call() {
    run(async {
        let (mut here, mut there) = UnixStream::pair().unwrap();
        let words = [IoSlice::new(b"first"), IoSlice::new(b"second")];
        assert_eq!(here.write_vectored(&words).await.unwrap(), 11);
        let (mut one, mut other) = ([0; 3], [0; 16]);
        let mut buffers = [IoSliceMut::new(&mut one), IoSliceMut::new(&mut other)];
        assert_eq!(there.read_vectored(&mut buffers).await.unwrap(), 11);
        assert_eq!((&one, &other[..8]), (b"fir", &b"stsecond"[..]));
    });
}

#[test]
fn nothing_asked_for_is_done_at_once() {
    run(async {
        let (mut here, _there) = UnixStream::pair().unwrap();
        assert_eq!(here.read(&mut []).await.unwrap(), 0);
        assert_eq!(here.write(&[]).await.unwrap(), 0);
        assert_eq!(here.try_read(&mut []).unwrap(), 0);
        assert_eq!(here.try_write(&[]).unwrap(), 0);
    });
}

#[test]
fn a_connection_has_addresses_and_a_known_peer() {
    run(async {
        let path = SocketPath::new();
        let listener = UnixListener::bind(&path).unwrap();
        let client = UnixStream::connect(&path).await.unwrap();
        let (server, _) = listener.accept().await.unwrap();
        let address = client.peer_addr().unwrap();
        assert_eq!(address.as_pathname(), Some(path.as_ref()));
        assert!(server.peer_addr().unwrap().is_unnamed());
        assert!(client.take_error().unwrap().is_none());

        match server.peer_cred() {
            Ok(peer) => {
                assert_eq!(peer.pid(), i32::try_from(std::process::id()).ok());
                assert_eq!(Some(peer), client.peer_cred().ok());
            }
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::Unsupported),
        }
    });
}

#[test]
fn an_address_connects_as_its_path_does() {
    run(async {
        let path = SocketPath::new();
        let listener = UnixListener::bind(&path).unwrap();
        let address = listener.local_addr().unwrap();
        let client = UnixStream::connect_addr(&address).await.unwrap();
        drop((client, listener.accept().await.unwrap()));

        let (here, _there) = net::UnixStream::pair().unwrap();
        let unnamed = here.local_addr().unwrap();
        let error = UnixStream::connect_addr(&unnamed).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    });
}

#[test]
fn a_refusal_names_the_path() {
    run(async {
        let path = SocketPath::new();
        let missing = UnixStream::connect(&path).await.unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        drop(UnixListener::bind(&path).unwrap());
        let refused = UnixStream::connect(&path).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        let name = path.as_ref().display().to_string();
        assert!(refused.to_string().contains(&name), "{refused}");
        assert!(UnixStream::connect("x".repeat(200)).await.is_err());
    });
}

/// Linux has no event for room in a backlog; elsewhere the system refuses the connection.
#[test]
fn a_full_backlog_is_waited_out_without_blocking_the_thread() {
    run(async {
        let path = SocketPath::new();
        let socket = rustix::net::socket(
            rustix::net::AddressFamily::UNIX,
            rustix::net::SocketType::STREAM,
            None,
        )
        .unwrap();
        let address = rustix::net::SocketAddrUnix::new(path.as_ref()).unwrap();
        rustix::net::bind(&socket, &address).unwrap();
        rustix::net::listen(&socket, 1).unwrap();
        let listener = UnixListener::from_std(socket.into()).unwrap();

        let mut clients = Vec::new();
        let waiting = loop {
            let mut connecting = Box::pin(UnixStream::connect(path.as_ref().to_owned()));
            match poll_once(&mut connecting).await {
                Some(Ok(client)) => clients.push(client),
                Some(Err(error)) => {
                    let kind = error.kind();
                    return assert_eq!(kind, io::ErrorKind::ConnectionRefused);
                }
                None => break connecting,
            }
            assert!(clients.len() < 100, "the backlog has no end");
        };
        let accept = async {
            yield_now().await;
            for _ in 0..=clients.len() {
                listener.accept().await.unwrap();
            }
        };
        let (connected, ()) = zip(waiting, accept).await;
        assert!(connected.unwrap().take_error().unwrap().is_none());
    });
}

#[test]
fn a_reader_that_is_dropped_takes_nothing() {
    run(async {
        let (mut here, mut there) = UnixStream::pair().unwrap();
        let mut buffer = [0; 8];
        assert!(poll_once(here.read(&mut buffer)).await.is_none());
        there.write_all(b"hello").await.unwrap();
        assert_eq!(here.read(&mut buffer).await.unwrap(), 5);
    });
}

#[test]
fn a_reader_and_a_writer_wait_at_once() {
    run(async {
        let (here, there) = UnixStream::pair().unwrap();
        fill(&here);
        let mut buffer = [0; 8];
        let mut reading = pin!(read(&here, &mut buffer));
        let mut writing = pin!(write(&here, b"more"));
        assert!(poll_once(reading.as_mut()).await.is_none());
        assert!(poll_once(writing.as_mut()).await.is_none());
        there.try_write(b"hello").unwrap();
        assert_eq!(reading.await.unwrap(), 5);
        drain(&there);
        assert_eq!(writing.await.unwrap(), 4);
    });
}

#[test]
fn dropping_the_owned_writing_half_ends_the_stream() {
    run(async {
        let (here, mut there) = UnixStream::pair().unwrap();
        let (mut reader, mut writer) = here.into_split();
        writer.write_all(b"last words").await.unwrap();
        drop(writer);
        let mut words = String::new();
        there.read_to_string(&mut words).await.unwrap();
        assert_eq!(words, "last words");
        // The other direction is still open.
        there.write_all(b"answer").await.unwrap();
        let mut buffer = [0; 6];
        reader.read_exact(&mut buffer).await.unwrap();
        assert_eq!(&buffer, b"answer");
    });
}

#[test]
fn owned_halves_belong_together() {
    run(async {
        let (one, other) = UnixStream::pair().unwrap();
        let (reader, writer) = one.into_split();
        let (strange_reader, strange_writer) = other.into_split();
        let error = reader.reunite(strange_writer).unwrap_err();
        assert!(error.to_string().contains("not of the same stream"));
        let (reader, strange_writer) = (error.0, error.1);
        let one = writer.reunite(reader).unwrap();
        let other = strange_reader.reunite(strange_writer).unwrap();
        // Nothing was shut down on the way.
        assert_eq!(one.try_write(b"hello").unwrap(), 5);
        other.readable().await.unwrap();
        assert_eq!(other.try_read(&mut [0; 8]).unwrap(), 5);
    });
}

#[test]
fn a_forgotten_writing_half_ends_nothing() {
    run(async {
        let (here, there) = UnixStream::pair().unwrap();
        let (reader, writer) = here.into_split();
        writer.forget();
        let mut buffer = [0; 8];
        let mut end = pin!(read(&there, &mut buffer));
        assert!(poll_once(end.as_mut()).await.is_none());
        drop(reader);
        assert_eq!(end.await.unwrap(), 0);
    });
}

#[test]
fn borrowed_halves_read_and_write_at_once() {
    run(async {
        let (mut here, mut there) = UnixStream::pair().unwrap();
        let (mut reader, mut writer) = here.split();
        let echo = async {
            let mut buffer = [0; 5];
            there.read_exact(&mut buffer).await.unwrap();
            there.write_all(&buffer).await.unwrap();
        };
        let mut buffer = [0; 5];
        let both = zip(writer.write_all(b"hello"), reader.read_exact(&mut buffer));
        let ((sent, received), ()) = zip(both, echo).await;
        sent.and(received).unwrap();
        assert!(reader.as_ref().local_addr().unwrap().is_unnamed());
        assert_eq!(&buffer, b"hello");
    });
}

#[test]
fn closing_is_no_error_when_the_peer_has_gone() {
    run(async {
        let (mut here, there) = UnixStream::pair().unwrap();
        drop(there);
        here.close().await.unwrap();
        let error = here.write(b"anybody?").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        assert_eq!(here.read(&mut [0; 8]).await.unwrap(), 0);
    });
}

#[test]
fn a_reader_hears_of_its_own_shutdown() {
    run(async {
        let (here, _there) = UnixStream::pair().unwrap();
        let mut buffer = [0; 8];
        let mut reading = pin!(read(&here, &mut buffer));
        assert!(poll_once(reading.as_mut()).await.is_none());
        here.shutdown(Shutdown::Read).unwrap();
        assert_eq!(reading.await.unwrap(), 0);
    });
}

#[test]
fn a_stream_can_be_given_back_and_taken_over() {
    run(async {
        let (here, there) = UnixStream::pair().unwrap();
        let mut here = here.into_std().unwrap();
        here.set_nonblocking(false).unwrap();
        there.try_write(b"hello").unwrap();
        assert_eq!(here.read(&mut [0; 8]).unwrap(), 5);

        let mut buffer = [0; 8];
        let here = UnixStream::from_std(here).unwrap();
        let mut reading = pin!(read(&here, &mut buffer));
        assert!(poll_once(reading.as_mut()).await.is_none());
        there.into_std().unwrap().write_all(b"again").unwrap();
        assert_eq!(reading.await.unwrap(), 5);
    });
}

#[test]
#[should_panic(expected = "`UnixStream::connect` was called outside of a runtime")]
fn outside_of_a_runtime_it_says_so() {
    let mut connecting = pin!(UnixStream::connect("/nowhere"));
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let _ = connecting.as_mut().poll(&mut cx);
}

async fn read(mut stream: &UnixStream, buffer: &mut [u8]) -> io::Result<usize> {
    stream.read(buffer).await
}

async fn write(mut stream: &UnixStream, bytes: &[u8]) -> io::Result<usize> {
    stream.write(bytes).await
}

fn fill(stream: &UnixStream) {
    while stream.try_write(&[0; 4096]).is_ok() {}
}

fn drain(stream: &UnixStream) {
    let mut buffer = [0; 65536];
    while stream.try_read(&mut buffer).is_ok() {}
}
