//! The pipes to children: what goes through them, floods, ends, and one child's output as the next one's input.
#![cfg(unix)]

mod children;
mod each_driver;

use std::io::{self, IoSlice, Read, Write};

use children::sh;
use each_driver::on_each_driver;
use futures_lite::AsyncWriteExt;
use runtime::future::poll_once;
use runtime::io::AsyncReadExt;
use runtime::process::{Command, Stdio};

/// More than any pipe holds.
const FLOOD: usize = 1 << 20;

#[test]
fn a_child_answers_what_it_is_told() {
    on_each_driver(async || {
        let mut cat = Command::new("cat");
        let mut child = cat.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut word = [0; 5];
        for told in ["hello", "jello", "cello"] {
            stdin.write_all(told.as_bytes()).await?;
            stdin.flush().await?;
            stdout.read_exact(&mut word).await?;
            assert_eq!(word, told.as_bytes());
        }
        drop(stdin);
        assert_eq!(stdout.read(&mut word).await?, 0);
        assert!(child.wait().await?.success());
        Ok(())
    });
}

#[test]
fn parts_are_written_at_once() {
    on_each_driver(async || {
        let mut cat = Command::new("cat");
        let mut child = cat.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut stdin = child.stdin.take().unwrap();
        let parts = [&b""[..], b"hello ", b"world"].map(IoSlice::new);
        assert_eq!(stdin.write_vectored(&parts).await?, 11);
        stdin.close().await?;
        let error = stdin.write_vectored(&parts).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        assert_eq!(child.wait_with_output().await?.stdout, b"hello world");
        Ok(())
    });
}

#[test]
fn more_than_a_pipe_holds_goes_through() {
    on_each_driver(async || {
        let mut cat = Command::new("cat");
        let mut child = cat.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut stdin = child.stdin.take().unwrap();
        let sent: Vec<u8> = (0..FLOOD).map(|at| (at % 251) as u8).collect();
        let bytes = sent.clone();
        let writing = runtime::spawn(async move { stdin.write_all(&bytes).await });
        let output = child.wait_with_output().await?;
        writing.await??;
        assert!(output.stdout == sent, "bytes were lost or doubled");
        Ok(())
    });
}

/// Each pipe fills while the other one is read, if they are read one after the other.
#[test]
fn a_child_that_floods_both_outputs_does_not_stop() {
    on_each_driver(async || {
        for (first, second) in [("", ">&2"), (">&2", "")] {
            let flood = |to: &str| format!("head -c {FLOOD} /dev/zero {to}");
            let script = format!("{} & {}; wait", flood(first), flood(second));
            let output = sh(&script).output().await?;
            assert!(output.status.success());
            assert_eq!((output.stdout.len(), output.stderr.len()), (FLOOD, FLOOD));
            let script = format!("{}; {}", flood(first), flood(second));
            let output = sh(&script).output().await?;
            assert_eq!((output.stdout.len(), output.stderr.len()), (FLOOD, FLOOD));
        }
        Ok(())
    });
}

#[test]
fn an_input_that_the_child_has_closed_is_broken() {
    on_each_driver(async || {
        let mut closing = sh("exec <&-; echo closed; read word <&1");
        // A pipe that nobody reads is full some time; the child's end goes while the writer waits, or before.
        let mut child = closing
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut stdin = child.stdin.take().unwrap();
        let error = loop {
            if let Err(error) = stdin.write_all(&[0; 4096]).await {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        child.kill().await
    });
}

/// It waits for room, and then there is nobody any more who could make some.
#[test]
fn a_writer_that_waits_hears_of_the_childs_end() {
    on_each_driver(async || {
        let mut sleeping = Command::new("sleep");
        let mut child = sleeping.arg("60").stdin(Stdio::piped()).spawn()?;
        let mut stdin = child.stdin.take().unwrap();
        let writing = runtime::spawn(async move { stdin.write_all(&[0; FLOOD]).await });
        runtime::task::yield_now().await;
        assert!(!writing.is_finished());
        child.kill().await?;
        let error = writing.await?.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        Ok(())
    });
}

#[test]
fn closing_the_input_ends_it() {
    on_each_driver(async || {
        let mut cat = Command::new("cat");
        let mut child = cat.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"hello").await?;
        stdin.close().await?;
        let mut words = String::new();
        child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut words)
            .await?;
        assert_eq!(words, "hello");
        stdin.close().await?;
        stdin.flush().await?;
        let error = stdin.write(b"more").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        let error = Stdio::try_from(stdin).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        assert!(child.wait().await?.success());
        Ok(())
    });
}

#[test]
fn a_read_that_is_given_up_loses_nothing() {
    on_each_driver(async || {
        let mut cat = Command::new("cat");
        let mut child = cat.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        assert!(poll_once(stdout.read(&mut [0; 16])).await.is_none());
        stdin.write_all(b"hello").await?;
        drop(stdin);
        let mut words = String::new();
        stdout.read_to_string(&mut words).await?;
        assert_eq!(words, "hello");
        assert!(child.wait().await?.success());
        Ok(())
    });
}

/// A child that meets a pipe in non-blocking mode fails: it expects that a read waits.
#[test]
fn what_is_handed_on_blocks_again() {
    on_each_driver(async || {
        for was_used in [false, true] {
            let mut first = sh("read word; echo $word; read word; echo $word")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()?;
            let mut stdin = first.stdin.take().unwrap();
            let mut stdout = first.stdout.take().unwrap();
            if was_used {
                assert!(poll_once(stdout.read(&mut [0; 16])).await.is_none());
            }
            let mut cat = Command::new("cat");
            let mut second = cat
                .stdin(Stdio::try_from(stdout)?)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()?;
            drop(cat);
            // The second child has begun to read before there is anything.
            let mut heard = second.stdout.take().unwrap();
            stdin.write_all(b"one\n").await?;
            let mut word = [0; 4];
            heard.read_exact(&mut word).await?;
            assert_eq!(&word, b"one\n");
            stdin.write_all(b"two\n").await?;
            heard.read_exact(&mut word).await?;
            assert_eq!(&word, b"two\n");
            let output = second.wait_with_output().await?;
            assert_eq!(String::from_utf8_lossy(&output.stderr), "");
            assert!(output.status.success() && first.wait().await?.success());
        }
        Ok(())
    });
}

/// The descriptor blocks, though it did not while it was ours.
#[test]
fn a_descriptor_that_is_taken_blocks_again() {
    on_each_driver(async || {
        let mut cat = Command::new("cat");
        let mut child = cat.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        assert!(poll_once(stdout.read(&mut [0; 16])).await.is_none());
        stdin.write_all(b"hello ").await?;
        let mut stdin = std::fs::File::from(stdin.into_owned_fd()?);
        let mut stdout = std::fs::File::from(stdout.into_owned_fd()?);
        let reading = runtime::task::spawn_blocking(move || {
            let mut words = String::new();
            stdout.read_to_string(&mut words).map(|_| words)
        });
        runtime::task::yield_now().await;
        stdin.write_all(b"world")?;
        drop(stdin);
        assert_eq!(reading.await??, "hello world");
        assert!(child.wait().await?.success());
        Ok(())
    });
}

#[test]
fn errors_of_one_child_feed_another() {
    on_each_driver(async || {
        let mut first = sh("echo oh no >&2").stderr(Stdio::piped()).spawn()?;
        let complaints = Stdio::try_from(first.stderr.take().unwrap())?;
        let output = Command::new("cat").stdin(complaints).output().await?;
        assert_eq!(output.stdout, b"oh no\n");
        assert!(first.wait().await?.success());
        Ok(())
    });
}

/// As in the standard library: the pipe ends when everybody has closed it.
#[test]
fn a_grandchild_keeps_the_pipe_open() {
    on_each_driver(async || {
        let mut child = sh("sleep 60 & echo $!").stdout(Stdio::piped()).spawn()?;
        assert!(child.wait().await?.success());
        let mut stdout = child.stdout.take().unwrap();
        let mut word = [0; 16];
        let length = stdout.read(&mut word).await?;
        assert!(poll_once(stdout.read(&mut [0; 16])).await.is_none());
        let grandchild = String::from_utf8_lossy(&word[..length]);
        assert!(
            Command::new("kill")
                .arg(grandchild.trim())
                .status()
                .await?
                .success()
        );
        assert_eq!(stdout.read(&mut word).await?, 0);
        Ok(())
    });
}
