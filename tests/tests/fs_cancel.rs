//! Operations on files that are dropped or cancelled: what no thread has begun never happens, and leaves nothing.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;

use runtime::block_on;
use runtime::fs::File;
use runtime::future::poll_once;

mod gate;
mod scratch;
use gate::Gate;
use scratch::Scratch;

fn for_writing(path: &Scratch) -> File {
    let opened = std::fs::File::options().read(true).write(true).open(path);
    File::from_std(opened.expect("it is there"))
}

#[test]
fn a_write_dropped_before_its_start_never_happens() -> io::Result<()> {
    let path = Scratch::with("hello");
    let file = for_writing(&path);
    block_on(async {
        let gate = Gate::default();
        let busy = gate.occupy();
        let mut dropped = file.write_all_at("jelly", 0);
        assert!(poll_once(&mut dropped).await.is_none());
        drop(dropped);
        drop(file.write_all_at("never", 0));
        gate.let_through(busy).await;
        // Jobs begin in turn: when this one has ended, the other would have begun.
        file.sync_all().await
    })?;
    assert_eq!(path.bytes(), b"hello");
    assert!(file.into_std().is_ok(), "nothing is left of it");
    Ok(())
}

/// And its share of the file is free at once, not when the pool comes to it.
#[test]
fn a_cancel_before_the_start_is_ready_at_once() -> io::Result<()> {
    let path = Scratch::with("hello");
    let file = for_writing(&path);
    block_on(async {
        let gate = Gate::default();
        let busy = gate.occupy();
        let mut writing = file.write_all_at(b"jelly".to_vec(), 0);
        let mut reading = file.read_exact_at(vec![7; 5], 0);
        assert!(poll_once(&mut writing).await.is_none());
        assert!(poll_once(&mut reading).await.is_none());
        let ended = poll_once(writing.cancel()).await;
        let (written, bytes) = ended.expect("nobody has begun it");
        assert_eq!((written?, bytes), (0, b"jelly".to_vec()));
        let ended = poll_once(reading.cancel()).await;
        let (read, buffer) = ended.expect("nobody has begun it");
        assert_eq!((read?, buffer), (0, vec![]));
        let file = file.into_std().map(File::from_std);
        let file = file.expect("the operations have given their shares back");
        gate.let_through(busy).await;
        file.sync_all().await
    })?;
    assert_eq!(path.bytes(), b"hello");
    Ok(())
}

#[test]
fn a_cancel_of_what_was_not_polled_is_ready_at_once() -> io::Result<()> {
    let path = Scratch::with("hello");
    block_on(async {
        let file = File::open(&path).await?;
        let (read, buffer) = file.read_at(Box::new([7; 5]), 0).cancel().await;
        assert_eq!((read?, *buffer), (0, [7; 5]));
        Ok(())
    })
}

#[test]
fn a_cancel_takes_effect_before_it_is_polled() -> io::Result<()> {
    let path = Scratch::with("hello");
    let file = for_writing(&path);
    block_on(async {
        let gate = Gate::default();
        let busy = gate.occupy();
        let mut writing = file.write_all_at("jelly", 0);
        assert!(poll_once(&mut writing).await.is_none());
        let cancel = writing.cancel();
        gate.let_through(busy).await;
        file.sync_all().await?;
        assert_eq!(cancel.await.0?, 0);
        io::Result::Ok(())
    })?;
    assert_eq!(path.bytes(), b"hello");
    Ok(())
}

#[test]
fn other_calls_dropped_before_their_start_never_happen() -> io::Result<()> {
    let (path, new) = (Scratch::with("hello"), Scratch::new());
    let file = for_writing(&path);
    block_on(async {
        let gate = Gate::default();
        let busy = gate.occupy();
        {
            let mut cut = pin!(file.set_len(0));
            let mut emptied = pin!(File::create(&path));
            let mut made = pin!(File::create(&new));
            assert!(poll_once(cut.as_mut()).await.is_none());
            assert!(poll_once(emptied.as_mut()).await.is_none());
            assert!(poll_once(made.as_mut()).await.is_none());
        }
        let file = file.into_std().map(File::from_std);
        let file = file.expect("the call has given its share back");
        gate.let_through(busy).await;
        file.sync_all().await
    })?;
    assert_eq!(path.bytes(), b"hello");
    assert!(!new.as_ref().exists());
    Ok(())
}

/// Polls a future so many times, each time when it was woken, and drops it then.
async fn poll_then_drop<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Whatever was dropped has happened or has not, and nothing else has.
#[test]
fn dropped_at_every_await() -> io::Result<()> {
    const OLD: &[u8] = b"some old words";
    const NEW: &[u8] = b"some new words";
    async fn story(path: &Scratch) -> io::Result<Vec<u8>> {
        let file = File::from_std(std::fs::File::options().write(true).open(path)?);
        file.set_len(OLD.len() as u64).await?;
        file.write_all_at(OLD, 0).await.0?;
        file.sync_data().await?;
        file.write_all_at(NEW, 0).await.0?;
        file.sync_all().await?;
        let length = file.metadata().await?.len();
        let buffer = Vec::with_capacity(length as usize);
        let (read, buffer) = File::open(path).await?.read_exact_at(buffer, 0).await;
        assert_eq!(read?, NEW.len());
        Ok(buffer)
    }
    block_on(async {
        for polls in 0..1000 {
            let path = Scratch::with(OLD);
            if let Some(read) = poll_then_drop(story(&path), polls).await {
                assert_eq!(read?, NEW);
                return Ok(());
            }
            let left = path.bytes();
            let either = OLD.iter().zip(NEW);
            let expected = left
                .iter()
                .zip(either)
                .all(|(byte, (old, new))| byte == old || byte == new);
            assert!(
                expected && left.len() == OLD.len(),
                "{left:?} after {polls} polls"
            );
        }
        panic!("it never ends");
    })
}
