//! Reads and seeks that are dropped while a thread is to do them: nothing is lost, and what comes next begins where it
//! should.

use std::io::{self, Seek, SeekFrom};
use std::path::Path;

use runtime::fs::{File, OpenOptions};
use runtime::future::poll_once;
use runtime::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use runtime::task::spawn_blocking;
use runtime::{DriverKind, Runtime};

mod gate;
mod scratch;
use gate::Gate;
use scratch::Scratch;

async fn for_both(path: impl AsRef<Path>) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    options.open(path).await
}

async fn read_some(file: &mut File, most: usize) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; most];
    let length = file.read(&mut buffer).await?;
    buffer.truncate(length);
    Ok(buffer)
}

/// On runtimes whose one thread can be kept from its work, so that what waits for it can be dropped.
fn with_one_thread(test: impl AsyncFn() -> io::Result<()>) {
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let builder = Runtime::builder().driver(kind).max_blocking_threads(1);
        builder.build().unwrap().block_on(test()).unwrap();
    }
}

/// Begins to read four bytes, and drops that; a thread has read them.
async fn drop_a_read(file: &mut File) {
    let gate = Gate::default();
    let busy = gate.occupy_some(1);
    let mut room = [0; 4];
    assert!(poll_once(file.read(&mut room)).await.is_none());
    gate.let_through(busy).await;
    let behind_it = spawn_blocking(|| ());
    behind_it.await.expect("the one thread has come to it");
}

/// The next read has it, and everything else begins before it.
#[test]
fn what_a_dropped_read_has_read_is_not_lost() {
    with_one_thread(async || {
        let path = Scratch::with("0123456789");
        let mut file = for_both(&path).await?;
        drop_a_read(&mut file).await;
        assert_eq!(read_some(&mut file, 1).await?, b"0");
        assert_eq!(read_some(&mut file, 9).await?, b"123", "it was for four");
        file.rewind().await?;
        drop_a_read(&mut file).await;
        assert_eq!(read_some(&mut file, 1).await?, b"0");
        assert_eq!(file.stream_position().await?, 1, "the system is at 4");
        drop_a_read(&mut file).await;
        assert_eq!(file.seek(SeekFrom::Current(2)).await?, 3);
        drop_a_read(&mut file).await;
        assert_eq!(file.seek(SeekFrom::End(-1)).await?, 9);
        assert_eq!(file.seek(SeekFrom::Start(3)).await?, 3);
        drop_a_read(&mut file).await;
        file.write_all(b"x").await?;
        assert_eq!(read_some(&mut file, 2).await?, b"45");
        assert_eq!(path.bytes(), b"012x456789");
        Ok(())
    });
}

#[test]
fn nor_is_it_lost_to_clones_and_the_standard_library() {
    with_one_thread(async || {
        let path = Scratch::with("0123456789");
        let mut file = for_both(&path).await?;
        drop_a_read(&mut file).await;
        assert_eq!(read_some(&mut file, 1).await?, b"0");
        let mut clone = file.try_clone().await?;
        assert_eq!(read_some(&mut clone, 2).await?, b"12");
        drop_a_read(&mut file).await;
        let mut clone = file.try_clone().await?; // Nobody has asked what has come of the read.
        assert_eq!(clone.stream_position().await?, 3);
        drop_a_read(&mut file).await;
        assert_eq!(read_some(&mut file, 1).await?, b"3");
        let mut std = file.into_std().expect("nothing is under way");
        assert_eq!(std.stream_position()?, 4);
        // One of which nobody has asked what has come is known to be over.
        let mut file = File::from_std(std);
        drop_a_read(&mut file).await;
        let mut std = file.into_std().expect("nothing is under way");
        assert_eq!(std.stream_position()?, 4);
        // One that was not begun is taken back.
        let mut file = File::from_std(std);
        let gate = Gate::default();
        let busy = gate.occupy_some(1);
        assert!(poll_once(file.read(&mut [0; 4])).await.is_none());
        let mut std = file.into_std().expect("nothing is under way");
        gate.let_through(busy).await;
        assert_eq!(std.stream_position()?, 4);
        Ok(())
    });
}

/// One that was dropped is over before anything else begins; for the same place it is the same.
#[test]
fn a_dropped_seek_happens_before_or_never() {
    with_one_thread(async || {
        let path = Scratch::with("0123456789");
        let mut file = for_both(&path).await?;
        for (next, place) in [
            (SeekFrom::Current(2), 2), // Not both.
            (SeekFrom::Current(3), 5),
            (SeekFrom::Start(7), 7),
            (SeekFrom::End(-1), 9),
        ] {
            file.rewind().await?;
            let gate = Gate::default();
            let busy = gate.occupy_some(1);
            assert!(poll_once(file.seek(SeekFrom::Current(2))).await.is_none());
            gate.let_through(busy).await;
            assert_eq!(file.seek(next).await?, place);
            assert_eq!(read_some(&mut file, 1).await?, [b'0' + place as u8]);
        }
        Ok(())
    });
}

/// What the dropped read has left is not where the position is any more, and keeps nobody from going elsewhere.
#[test]
fn a_clone_that_went_elsewhere_does_not_hold_up_a_seek() {
    with_one_thread(async || {
        let path = Scratch::with("0123456789");
        let mut file = for_both(&path).await?;
        let mut clone = file.try_clone().await?;
        drop_a_read(&mut file).await;
        clone.rewind().await?;
        assert_eq!(file.seek(SeekFrom::End(-3)).await?, 7);
        assert_eq!(read_some(&mut file, 9).await?, b"789");
        file.rewind().await?;
        drop_a_read(&mut file).await;
        clone.rewind().await?;
        assert_eq!(file.seek(SeekFrom::Current(2)).await?, 2);
        file.rewind().await?;
        assert_eq!(read_some(&mut file, 10).await?, b"0123456789");
        Ok(())
    });
}

/// What was read before stands nowhere by then: the file is where the clone has gone, for writes and for reads.
#[test]
fn what_was_read_before_a_clone_went_elsewhere_is_not_read_behind_a_write() {
    with_one_thread(async || {
        let path = Scratch::with("0123456789");
        let mut file = for_both(&path).await?;
        let mut clone = file.try_clone().await?;
        drop_a_read(&mut file).await;
        clone.rewind().await?;
        file.write_all(b"X").await?;
        file.flush().await?;
        assert_eq!(read_some(&mut file, 3).await?, b"123");
        assert_eq!(path.bytes(), b"X123456789");
        Ok(())
    });
}

/// Behind what was read, too: nothing is written before the place to which the clone went, least of all over something.
#[test]
fn a_write_is_where_a_clone_went() {
    with_one_thread(async || {
        let path = Scratch::with("0123456789");
        let mut file = for_both(&path).await?;
        let mut clone = file.try_clone().await?;
        drop_a_read(&mut file).await;
        assert_eq!(clone.seek(SeekFrom::End(0)).await?, 10);
        file.write_all(b"X").await?;
        file.flush().await?;
        assert_eq!(path.bytes(), b"0123456789X");
        assert_eq!(clone.stream_position().await?, 11);
        // And a seek goes by it.
        file.rewind().await?;
        drop_a_read(&mut file).await;
        clone.seek(SeekFrom::Start(7)).await?;
        assert_eq!(file.seek(SeekFrom::Current(1)).await?, 8);
        assert_eq!(read_some(&mut file, 9).await?, b"89X");
        Ok(())
    });
}
