//! A write says that it is done when its bytes were taken: who waits for its end, and who hears of its error.
#![cfg(unix)]

use std::future::Future;
use std::io::{self, ErrorKind, Read, SeekFrom};
use std::path::Path;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use runtime::fs::{File, OpenOptions};
use runtime::future::poll_once;
use runtime::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use runtime::task::spawn_blocking;
use runtime::{Runtime, block_on};

mod each_driver;
mod fifo;
mod gate;
mod scratch;
use each_driver::on_each_driver;
use fifo::{Fifo, TOO_MUCH};
use gate::Gate;
use scratch::Scratch;

async fn for_writing(path: impl AsRef<Path>) -> io::Result<File> {
    OpenOptions::new().write(true).open(path).await
}

/// Takes so many bytes out of the pipe, on a thread of its own.
fn drain(fifo: &std::fs::File, bytes: usize) -> io::Result<thread::JoinHandle<bool>> {
    let mut reader = fifo.try_clone()?;
    Ok(thread::spawn(move || {
        let mut room = vec![0; bytes];
        reader.read_exact(&mut room).is_ok() && room.iter().all(|byte| *byte == 7)
    }))
}

#[test]
fn a_flush_waits_for_the_write() {
    on_each_driver(async || {
        let fifo = Fifo::new();
        let keeper = fifo.open()?;
        let mut file = for_writing(&fifo).await?;
        let taken = poll_once(file.write(&vec![7; TOO_MUCH])).await;
        assert_eq!(taken.expect("it is only copied")?, TOO_MUCH);
        for _ in 0..20 {
            assert!(poll_once(file.flush()).await.is_none(), "nobody reads yet");
            runtime::task::yield_now().await;
        }
        assert!(poll_once(file.close()).await.is_none());
        assert!(poll_once(file.write(b"x")).await.is_none());
        assert!(poll_once(pin!(file.metadata())).await.is_none());
        assert!(poll_once(pin!(file.sync_data())).await.is_none());
        let drained = drain(&keeper, TOO_MUCH)?;
        file.flush().await?;
        assert!(drained.join().unwrap());
        poll_once(file.flush()).await.expect("all was written")?;
        Ok(())
    });
}

/// Each of them is woken, and the one who goes on writing does not keep the others.
#[test]
fn several_wait_for_one_write() {
    on_each_driver(async || {
        let fifo = Fifo::new();
        let keeper = fifo.open()?;
        let mut file = for_writing(&fifo).await?;
        file.write_all(&vec![7; TOO_MUCH]).await?;
        let waiting: Vec<_> = (0..3).map(|_| runtime::spawn(file.metadata())).collect();
        let flushed = runtime::spawn(async move {
            file.flush().await?;
            io::Result::Ok(file)
        });
        runtime::task::yield_now().await;
        let drained = drain(&keeper, TOO_MUCH)?;
        let mut file = flushed.await??;
        file.write_all(&vec![7; TOO_MUCH]).await?; // This one is not read before the others are done.
        for known in waiting {
            known.await??;
        }
        assert!(drained.join().unwrap());
        let drained = drain(&keeper, TOO_MUCH)?;
        file.flush().await?;
        assert!(drained.join().unwrap());
        Ok(())
    });
}

/// A thread is free, and yet what is asked for does not begin.
#[test]
fn asking_waits_for_the_write() {
    let fifo = Fifo::new();
    let keeper = fifo.open().unwrap();
    let runtime = Runtime::builder().max_blocking_threads(2).build().unwrap();
    runtime.block_on(async {
        let mut file = File::from_std(fifo.open().unwrap());
        file.write_all(&[7; TOO_MUCH]).await.unwrap();
        begun(&keeper);
        let known = runtime::spawn(file.metadata());
        runtime::task::yield_now().await;
        spawn_blocking(|| ()).await.unwrap(); // The other thread does one after another.
        runtime::task::yield_now().await;
        assert!(!known.is_finished());
        let drained = drain(&keeper, TOO_MUCH - 1).unwrap();
        known.await.unwrap().unwrap();
        assert!(drained.join().unwrap());
    });
}

/// Who asks when one write is under way need not wait for the next.
#[test]
fn only_the_writes_that_were_begun_are_waited_for() {
    on_each_driver(async || {
        let fifo = Fifo::new();
        let keeper = fifo.open()?;
        let mut file = for_writing(&fifo).await?;
        file.write_all(&vec![7; TOO_MUCH]).await?;
        let mut known = pin!(file.metadata());
        assert!(poll_once(known.as_mut()).await.is_none());
        let drained = drain(&keeper, TOO_MUCH)?;
        file.write_all(&vec![7; TOO_MUCH]).await?;
        assert!(drained.join().unwrap());
        known.await?; // The second write waits for a reader.
        assert!(poll_once(file.flush()).await.is_none());
        let drained = drain(&keeper, TOO_MUCH)?;
        file.flush().await?;
        assert!(drained.join().unwrap());
        Ok(())
    });
}

const FULL: &str = "/dev/full";

fn lacks_a_full_disk() -> bool {
    let lacks = !Path::new(FULL).exists();
    if lacks {
        eprintln!("skipped: this system has no {FULL}");
    }
    lacks
}

/// A file with a write behind it that has failed.
async fn failed() -> io::Result<File> {
    let mut file = OpenOptions::new().read(true).write(true).open(FULL).await?;
    file.write_all(b"hello").await?;
    Ok(file)
}

fn assert_full<T: std::fmt::Debug>(result: io::Result<T>) {
    assert_eq!(result.unwrap_err().kind(), ErrorKind::StorageFull);
}

#[test]
fn the_error_of_a_write_is_told_once_by_whatever_comes_next() {
    if lacks_a_full_disk() {
        return;
    }
    on_each_driver(async || {
        let mut file = failed().await?;
        assert_full(file.flush().await);
        file.flush().await?;
        file.write_all(b"x").await?;
        assert_full(file.write(b"y").await);
        file.flush().await?;
        file.write_all(b"x").await?;
        assert_full(file.read(&mut [0; 4]).await);
        assert_eq!(file.read(&mut [7; 4]).await?, 4);
        file.write_all(b"x").await?;
        assert_full(file.seek(SeekFrom::Start(0)).await);
        file.rewind().await?;
        file.write_all(b"x").await?;
        assert_full(file.close().await);
        file.close().await
    });
}

#[test]
fn syncing_tells_it_too_and_asking_does_not() {
    if lacks_a_full_disk() {
        return;
    }
    on_each_driver(async || {
        let file = failed().await?;
        file.metadata().await?;
        assert_full(file.sync_all().await);
        let after = file.sync_all().await.map_err(|error| error.kind());
        assert_ne!(after, Err(ErrorKind::StorageFull), "it was told");
        assert_full(failed().await?.sync_data().await);
        // It is not lost with the file, either.
        let file = failed().await?;
        file.metadata().await?;
        let mut file = file.into_std().expect_err("nobody was told of the error");
        assert_full(file.flush().await);
        assert!(file.into_std().is_ok());
        // A write at a place has its own error, at once.
        let file = File::options().write(true).open(FULL).await?;
        assert_full(file.write_all_at("hello", 0).await.0);
        file.sync_data().await.or_else(|error| match error.kind() {
            ErrorKind::StorageFull => Err(error),
            _ => Ok(()),
        })
    });
}

/// One whose one thread stands at the gate.
fn with_a_gate() -> (Runtime, Gate, Vec<executor::Blocking<()>>) {
    let builder = Runtime::builder().max_blocking_threads(1);
    let (runtime, gate) = (builder.build().unwrap(), Gate::default());
    let busy = runtime.block_on(async { gate.occupy_some(1) });
    (runtime, gate, busy)
}

#[test]
fn what_a_dropped_file_had_taken_is_written() {
    let path = Scratch::with("....");
    let (runtime, gate, busy) = with_a_gate();
    runtime.block_on(async {
        let mut file = File::from_std(std::fs::File::create(&path).unwrap());
        poll_once(file.write_all(b"hello")).await.unwrap().unwrap();
        drop(file);
        assert_eq!(path.bytes(), b"", "the thread is not free yet");
        gate.let_through(busy).await;
        spawn_blocking(|| ()).await.unwrap(); // Jobs begin in turn.
    });
    assert_eq!(path.bytes(), b"hello");
}

/// As above, when somebody else waits for it and is the last who knows of it.
#[test]
fn what_a_dropped_file_had_taken_is_waited_for() {
    let path = Scratch::with("....");
    let (runtime, gate, busy) = with_a_gate();
    runtime.block_on(async {
        let mut file = File::from_std(std::fs::File::create(&path).unwrap());
        poll_once(file.write_all(b"hello")).await.unwrap().unwrap();
        let known = runtime::spawn(file.metadata());
        let mut dropped = Box::pin(file.sync_all());
        assert!(poll_once(dropped.as_mut()).await.is_none());
        drop((file, dropped));
        gate.let_through(busy).await;
        assert_eq!(known.await.unwrap().unwrap().len(), 5);
    });
}

#[test]
fn what_a_dropped_file_had_begun_to_write_is_written() {
    let fifo = Fifo::new();
    let keeper = fifo.open().unwrap();
    let runtime = Runtime::new().unwrap();
    let mut file = File::from_std(fifo.open().unwrap()); // This is no job of the pool's.
    runtime.block_on(file.write_all(&[7; TOO_MUCH])).unwrap();
    begun(&keeper);
    drop(file);
    // And after its runtime.
    assert_eq!(runtime.shutdown_timeout(Duration::ZERO), 1);
    let drained = drain(&keeper, TOO_MUCH - 1).unwrap();
    assert!(drained.join().unwrap());
}

/// Returns when a thread writes to this pipe.
fn begun(mut keeper: &std::fs::File) {
    keeper.read_exact(&mut [0]).unwrap();
}

#[test]
fn shutdown_timeout_waits_for_a_write() {
    let fifo = Fifo::new();
    let keeper = fifo.open().unwrap();
    let runtime = Runtime::new().unwrap();
    let mut file = runtime.block_on(for_writing(&fifo)).unwrap();
    runtime.block_on(file.write_all(&[7; TOO_MUCH])).unwrap();
    begun(&keeper);
    let drained = drain(&keeper, TOO_MUCH - 1).unwrap();
    assert_eq!(runtime.shutdown_timeout(Duration::MAX), 0);
    // All was written, so it is all in the pipe or behind it.
    block_on(file.flush()).unwrap();
    assert!(drained.join().unwrap());
}

#[test]
fn a_write_that_was_begun_outlives_its_runtime() {
    let fifo = Fifo::new();
    let keeper = fifo.open().unwrap();
    let runtime = Runtime::new().unwrap();
    let mut file = runtime.block_on(for_writing(&fifo)).unwrap();
    runtime.block_on(file.write_all(&[7; TOO_MUCH])).unwrap();
    begun(&keeper);
    drop(runtime);
    block_on(async {
        assert!(poll_once(file.flush()).await.is_none());
        let drained = drain(&keeper, TOO_MUCH - 1).unwrap();
        file.flush().await.unwrap();
        assert!(drained.join().unwrap());
        file.write_all(&[7]).await.unwrap();
        file.flush().await.unwrap();
    });
    begun(&keeper);
}

#[test]
fn a_write_that_was_not_begun_is_an_error_after_its_runtime() {
    let path = Scratch::with("");
    let (runtime, gate, busy) = with_a_gate();
    let mut file = File::from_std(std::fs::File::create(&path).unwrap());
    runtime.block_on(file.write_all(b"hello")).unwrap();
    // Another runtime waits for it, and has to hear of the end.
    let other = Runtime::new().unwrap();
    let flushed = other.spawn(async move {
        let error = file.flush().await.unwrap_err().to_string();
        (file, error)
    });
    other.block_on(runtime::task::yield_now());
    drop(runtime);
    let (mut file, error) = other.block_on(flushed).unwrap();
    assert!(error.contains("keep the `Runtime`"), "{error}");
    other.block_on(async {
        gate.let_through(busy).await;
        file.write_all(b"world").await.unwrap();
        file.flush().await.unwrap();
    });
    assert_eq!(path.bytes(), b"world");
}

/// Nothing hangs that is done when no thread works any more.
#[test]
fn a_file_used_by_a_destructor_of_a_task() {
    struct AtTheEnd(File);

    impl Drop for AtTheEnd {
        fn drop(&mut self) {
            let mut cx = Context::from_waker(std::task::Waker::noop());
            let taken = pin!(self.0.write_all(b"hello")).poll(&mut cx);
            assert!(matches!(taken, Poll::Ready(Ok(()))));
            // It may wait for the thread, which nobody can wait for here.
            let _ = Pin::new(&mut pin!(self.0.flush())).poll(&mut cx);
        }
    }

    let path = Scratch::with("");
    let runtime = Runtime::new().unwrap();
    let at_the_end = AtTheEnd(File::from_std(std::fs::File::create(&path).unwrap()));
    let task = runtime.spawn(async move {
        let _at_the_end = at_the_end;
        std::future::pending::<()>().await;
    });
    runtime.block_on(runtime::task::yield_now());
    drop(runtime);
    assert!(block_on(task).unwrap_err().is_cancelled());
    let left = path.bytes();
    assert!(left == b"hello" || left.is_empty(), "{left:?}");
}
