//! `Async<T>`: pipes and sockets of others, waited for, read and written; and what it refuses.
#![cfg(unix)]

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};

use runtime::io::{Async, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy, split};
use runtime::{block_on, join, spawn};

/// A pipe with what fits into it on the way: `cat` is in the middle.
fn cat() -> (Child, Async<File>, Async<File>) {
    let mut cat = Command::new("cat")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input: OwnedFd = cat.stdin.take().unwrap().into();
    let output: OwnedFd = cat.stdout.take().unwrap().into();
    let (input, output) = (File::from(input), File::from(output));
    (cat, Async::new(input).unwrap(), Async::new(output).unwrap())
}

fn pair() -> (UnixStream, UnixStream) {
    UnixStream::pair().unwrap()
}

#[test]
fn a_megabyte_goes_through_two_pipes() {
    block_on(async {
        let (mut child, mut input, mut output) = cat();
        let sent: Vec<u8> = (0..1 << 20).map(|n: u32| (n % 251) as u8).collect();
        let (mut received, expected) = (Vec::new(), sent.clone());
        let writing = spawn(async move {
            input.write_all(&sent).await?;
            input.close().await // It flushes; dropping `input` closes the pipe.
        });
        output.read_to_end(&mut received).await.unwrap();
        writing.await.unwrap().unwrap();
        assert!(received == expected);
        child.wait().unwrap();
    });
}

#[test]
fn lines_come_one_by_one() {
    block_on(async {
        let (mut child, mut input, output) = cat();
        let mut output = BufReader::new(output);
        for word in ["one\n", "two\n"] {
            let mut line = String::new();
            input.write_all(word.as_bytes()).await.unwrap();
            output.read_line(&mut line).await.unwrap();
            assert_eq!(line, word);
        }
        drop(input);
        assert_eq!(output.read_line(&mut String::new()).await.unwrap(), 0);
        child.wait().unwrap();
    });
}

#[test]
fn a_broken_pipe_is_an_error() {
    block_on(async {
        let (mut child, mut input, output) = cat();
        drop(output);
        child.kill().unwrap();
        child.wait().unwrap();
        // Another test's child may have the other end for the moment between its fork and its exec.
        let error = loop {
            if let Err(error) = input.write_all(b"anybody?").await {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    });
}

/// Others read the same file, so an answer of yesterday is worth nothing: each wait asks the system.
#[test]
fn readable_and_writable_ask_the_system_anew() {
    block_on(async {
        let (near, mut far) = pair();
        let near = Async::new(near).unwrap();
        near.writable().await.unwrap();

        for _ in 0..3 {
            let waiting = async {
                near.readable().await.unwrap();
                let mut byte = [0];
                near.get_ref().read_exact(&mut byte).unwrap(); // Behind the back of the reactor.
                byte[0]
            };
            let (byte, ()) = join!(waiting, async {
                runtime::task::yield_now().await;
                far.write_all(&[7]).unwrap();
            });
            assert_eq!(byte, 7);
        }

        let chunk = [0; 4096];
        while (near.get_ref()).write(&chunk).is_ok() {}
        let mut drained = vec![0; 1 << 20];
        let ((), ()) = join!(async { near.writable().await.unwrap() }, async {
            runtime::task::yield_now().await;
            let _ = far.read(&mut drained).unwrap();
        });
    });
}

#[test]
fn read_with_and_write_with_try_until_it_would_no_longer_block() {
    block_on(async {
        let (near, far) = pair();
        let (near, far) = (Async::new(near).unwrap(), Async::new(far).unwrap());
        let mut tries = 0;
        let reading = near.read_with(|mut stream| {
            tries += 1;
            let mut byte = [0];
            stream.read(&mut byte).map(|_| byte[0])
        });
        let writing = async {
            runtime::task::yield_now().await;
            far.write_with(|mut stream| stream.write(&[9])).await
        };
        let (byte, written) = join!(reading, writing);
        assert_eq!((byte.unwrap(), written.unwrap(), tries), (9, 1, 2));
        let broken = near.read_with(|_| io::Result::<()>::Err(io::Error::other("broken")));
        assert_eq!(broken.await.unwrap_err().to_string(), "broken");
    });
}

#[test]
fn several_tasks_may_wait_for_one_file() {
    block_on(async {
        let (near, far) = pair();
        let near = std::rc::Rc::new(Async::new(near).unwrap());
        let readers: Vec<_> = (0..5)
            .map(|_| {
                let near = near.clone();
                spawn(async move { (&*near).read(&mut [0]).await.unwrap() })
            })
            .collect();
        runtime::task::yield_now().await;
        Async::new(far).unwrap().write_all(b"12345").await.unwrap();
        for reader in readers {
            assert_eq!(reader.await.unwrap(), 1);
        }
    });
}

#[test]
fn the_halves_of_a_split_in_two_tasks() {
    block_on(async {
        let (near, far) = pair();
        let (mut reader, mut writer) = split(Async::new(near).unwrap());
        let echo = spawn(async move {
            let far = Async::new(far).unwrap();
            copy(BufReader::new(&far), &mut &far).await
        });
        let writing = spawn(async move {
            writer.write_all(b"there and back").await.unwrap();
            writer // Kept: else nothing would be left to read from.
        });
        let mut words = [0; 14];
        reader.read_exact(&mut words).await.unwrap();
        assert_eq!(&words, b"there and back");
        drop((reader, writing.await.unwrap()));
        assert_eq!(echo.await.unwrap().unwrap(), 14);
    });
}

#[test]
fn into_inner_gives_it_back_non_blocking_and_deregistered() {
    let runtime = runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (near, _far) = pair();
        let near = Async::new(near).unwrap();
        assert_eq!(runtime.metrics().sources, 1);
        let mut near = near.into_inner().unwrap();
        assert_eq!(runtime.metrics().sources, 0);
        let error = near.read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        // It can be registered again.
        Async::new(near).unwrap().writable().await.unwrap();
    });
}

#[test]
fn new_nonblocking_leaves_the_mode_alone() {
    let (near, mut far) = pair();
    block_on(async {
        let near = Async::new_nonblocking(near).unwrap();
        far.write_all(b"!").unwrap();
        near.readable().await.unwrap();
        let mut near = near.into_inner().unwrap();
        near.read_exact(&mut [0]).unwrap();
        let patience = std::time::Duration::from_millis(1);
        near.set_read_timeout(Some(patience)).unwrap();
        let begin = std::time::Instant::now();
        near.read(&mut [0]).unwrap_err();
        assert!(begin.elapsed() >= patience, "it did not block");
    });
}

#[test]
fn a_misuse_leaves_the_mode_alone() {
    let (near, _far) = pair();
    let shared = near.try_clone().unwrap();
    std::panic::catch_unwind(|| Async::new(shared)).unwrap_err();
    let patience = std::time::Duration::from_millis(1);
    near.set_read_timeout(Some(patience)).unwrap();
    let begin = std::time::Instant::now();
    (&near).read(&mut [0]).unwrap_err();
    assert!(begin.elapsed() >= patience, "it did not block");
}

/// Elsewhere, and with `poll(2)`, a regular file may be registered, and is always ready.
#[cfg(all(
    target_os = "linux",
    not(any(poll_by_default, polling_test_poll_backend))
))]
#[test]
fn a_regular_file_is_refused() {
    block_on(async {
        for path in [std::env::current_exe().unwrap(), "/".into()] {
            let error = Async::new(File::open(path).unwrap()).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
        }
        spawn(async {}).await.unwrap();
    });
}
