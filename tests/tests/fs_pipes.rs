//! What has no places and may wait for ever: named pipes, opened, read and written as files.
#![cfg(unix)]

use std::io::{self, ErrorKind, Read, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use runtime::fs::{File, OpenOptions};
use runtime::future::poll_once;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::{DriverKind, Runtime};

mod each_driver;
mod fifo;
mod gate;
mod scratch;
use each_driver::on_each_driver;
use fifo::Fifo;
use gate::Gate;

/// Nothing waits so long in a test that passes.
const PATIENCE: Duration = Duration::from_secs(20);

async fn for_reading(fifo: &Fifo) -> io::Result<File> {
    OpenOptions::new().read(true).open(fifo).await
}

async fn read_some(file: &mut File, most: usize) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; most];
    let length = file.read(&mut buffer).await?;
    buffer.truncate(length);
    Ok(buffer)
}

#[test]
fn the_loop_goes_on_while_a_pipe_is_read() {
    on_each_driver(async || {
        let fifo = Fifo::new();
        let mut keeper = fifo.open()?;
        let mut file = for_reading(&fifo).await?;
        let read = runtime::spawn(async move { (read_some(&mut file, 9).await, file) });
        for _ in 0..3 {
            runtime::time::sleep(Duration::from_millis(1)).await;
            assert!(!read.is_finished());
        }
        keeper.write_all(b"hello")?;
        let (word, mut file) = read.await?;
        assert_eq!(word?, b"hello");
        drop(keeper);
        assert_eq!(
            read_some(&mut file, 9).await?,
            b"",
            "nobody writes any more"
        );
        Ok(())
    });
}

/// It is open when its other end is.
#[test]
fn the_loop_goes_on_while_a_pipe_is_opened() {
    on_each_driver(async || {
        let fifo = Fifo::new();
        let opened = runtime::spawn({
            let fifo = fifo.as_ref().to_owned();
            async move { OpenOptions::new().read(true).open(fifo).await }
        });
        for _ in 0..3 {
            runtime::time::sleep(Duration::from_millis(1)).await;
            assert!(!opened.is_finished());
        }
        let mut keeper = std::fs::File::options().write(true).open(&fifo)?;
        let mut file = opened.await??;
        keeper.write_all(b"hello")?;
        assert_eq!(read_some(&mut file, 9).await?, b"hello");
        Ok(())
    });
}

/// Fails if it takes too long; then a thread waits for something.
fn in_time(work: impl FnOnce() + Send + 'static) {
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        work();
        let _ = done.send(());
    });
    is_done.recv_timeout(PATIENCE).expect("it waits for a pipe");
}

#[test]
fn a_runtime_ends_while_a_pipe_is_read() {
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let fifo = Fifo::new();
        let keeper = fifo.open().unwrap();
        in_time(move || {
            let runtime = Runtime::builder().driver(kind).build().unwrap();
            let mut file = runtime.block_on(for_reading(&fifo)).unwrap();
            let task = runtime.spawn(async move { read_some(&mut file, 9).await });
            runtime.block_on(async { runtime::time::sleep(Duration::from_millis(5)).await });
            drop(runtime);
            assert!(runtime::block_on(task).unwrap_err().is_cancelled());
        });
        drop(keeper); // The thread that reads finds the end.
    }
}

/// What a thread reads for nobody is the next read's, in another runtime. If no thread had begun, that is told.
#[test]
fn a_read_outlives_its_runtime() {
    let fifo = Fifo::new();
    let mut keeper = fifo.open().unwrap();
    let runtime = Runtime::new().unwrap();
    let mut file = File::from_std(fifo.open().unwrap()); // This is no job of the pool's.
    runtime.block_on(async {
        assert!(poll_once(file.read(&mut [0; 9])).await.is_none());
        runtime::time::sleep(Duration::from_millis(5)).await;
    });
    let began = runtime.shutdown_timeout(Duration::ZERO) == 1;
    keeper.write_all(b"hello").unwrap();
    runtime::block_on(async {
        if !began {
            let error = read_some(&mut file, 2).await.unwrap_err().to_string();
            assert!(error.contains("keep the `Runtime`"), "{error}");
        }
        assert_eq!(read_some(&mut file, 2).await.unwrap(), b"he");
        assert_eq!(read_some(&mut file, 9).await.unwrap(), b"llo");
    });
}

#[test]
fn what_a_dropped_read_took_out_of_a_pipe_stays() {
    let runtime = Runtime::builder().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let fifo = Fifo::new();
        let mut keeper = fifo.open().unwrap();
        let mut file = File::from_std(fifo.open().unwrap());
        keeper.write_all(b"hello").unwrap();
        let gate = Gate::default();
        let busy = gate.occupy_some(1);
        assert!(poll_once(file.read(&mut [0; 9])).await.is_none());
        gate.let_through(busy).await;
        assert_eq!(read_some(&mut file, 1).await.unwrap(), b"h");
        // A write goes beside it, nothing else can.
        file.write_all(b"x").await.unwrap();
        file.flush().await.unwrap();
        let error = file.stream_position().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotSeekable);
        let mut file = file.into_std().expect_err("four bytes would be lost");
        assert_eq!(read_some(&mut file, 3).await.unwrap(), b"ell");
        assert_eq!(read_some(&mut file, 3).await.unwrap(), b"o");
        let mut std = file.into_std().expect("nothing is left");
        let mut byte = [0];
        std.read_exact(&mut byte).unwrap();
        assert_eq!(&byte, b"x");
    });
}

#[test]
fn a_pipe_has_no_places_and_breaks() {
    on_each_driver(async || {
        let fifo = Fifo::new();
        let keeper = fifo.open()?;
        let mut file = OpenOptions::new().write(true).open(&fifo).await?;
        if !each_driver::completes() {
            let error = file.write_all_at("x", 3).await.0.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotSeekable);
        }
        assert_eq!(
            file.rewind().await.unwrap_err().kind(),
            ErrorKind::NotSeekable
        );
        drop(keeper);
        // A process that another test has just started has a share of it until it is the program that it shall be.
        let error = loop {
            file.write_all(b"x").await?;
            match file.flush().await {
                Ok(()) => runtime::task::yield_now().await,
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        Ok(())
    });
}
