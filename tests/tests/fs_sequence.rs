//! Files read and written in sequence: where each operation begins, as in the standard library.

use std::io::{self, Read, SeekFrom, Write};
use std::path::Path;
use std::pin::Pin;

use runtime::fs::{File, OpenOptions};
use runtime::future::poll_once;
use runtime::io::{AsyncReadExt, AsyncSeekExt, AsyncWrite, AsyncWriteExt, IoSlice};

mod each_driver;
mod scratch;
use each_driver::on_each_driver;
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

#[test]
fn what_was_written_is_read() {
    on_each_driver(async || {
        let path = Scratch::with("");
        let mut file = for_both(&path).await?;
        file.write_all(b"hello").await?;
        file.write_all(b" world").await?;
        assert_eq!(file.stream_position().await?, 11, "it waits for the writes");
        assert_eq!(read_some(&mut file, 9).await?, b"", "the end of the file");
        file.rewind().await?;
        assert_eq!(read_some(&mut file, 5).await?, b"hello");
        file.write_all(b"!").await?;
        assert_eq!(
            read_some(&mut file, 99).await?,
            b"world",
            "behind the write"
        );
        assert_eq!(file.metadata().await?.len(), 11);
        file.close().await?;
        file.write_all(b"?").await?; // Only dropping closes it.
        file.flush().await?;
        assert_eq!(path.bytes(), b"hello!world?");
        Ok(())
    });
}

#[test]
fn every_kind_of_seek() {
    on_each_driver(async || {
        let path = Scratch::with("0123456789");
        let mut file = for_both(&path).await?;
        assert_eq!(file.seek(SeekFrom::End(-3)).await?, 7);
        assert_eq!(read_some(&mut file, 2).await?, b"78");
        assert_eq!(file.seek(SeekFrom::Current(-4)).await?, 5);
        assert_eq!(file.stream_position().await?, 5);
        for before_the_start in [SeekFrom::Current(-6), SeekFrom::End(-11)] {
            let error = file.seek(before_the_start).await.unwrap_err();
            assert!(error.raw_os_error().is_some(), "{error}");
        }
        assert_eq!(read_some(&mut file, 1).await?, b"5", "it is where it was");
        // Behind the end nothing is read, and what is written there leaves zeros before it.
        assert_eq!(file.seek(SeekFrom::End(2)).await?, 12);
        assert_eq!(read_some(&mut file, 9).await?, b"");
        file.write_all(b"x").await?;
        file.flush().await?;
        assert_eq!(path.bytes(), b"0123456789\0\0x");
        Ok(())
    });
}

/// The hole takes no room on the disk, and is there.
#[test]
fn a_file_with_a_hole() {
    const FAR: u64 = 1 << 33;
    on_each_driver(async || {
        let path = Scratch::with("");
        let mut file = for_both(&path).await?;
        file.seek(SeekFrom::Start(FAR)).await?;
        file.write_all(b"far away").await?;
        assert_eq!(file.metadata().await?.len(), FAR + 8);
        file.seek(SeekFrom::Start(FAR - 2)).await?;
        assert_eq!(read_some(&mut file, 5).await?, b"\0\0far");
        Ok(())
    });
}

#[test]
fn what_is_appended_goes_to_the_end() {
    on_each_driver(async || {
        let path = Scratch::with("hello");
        let mut file = File::options().read(true).append(true).open(&path).await?;
        assert_eq!(read_some(&mut file, 2).await?, b"he");
        file.write_all(b" world").await?;
        file.flush().await?;
        assert_eq!(path.bytes(), b"hello world");
        let mut other = std::fs::File::options().append(true).open(&path)?;
        other.write_all(b"!")?;
        file.rewind().await?;
        file.write_all(b"?").await?;
        assert_eq!(
            read_some(&mut file, 9).await?,
            b"",
            "it is behind what it wrote"
        );
        assert_eq!(path.bytes(), b"hello world!?");
        Ok(())
    });
}

/// Neither moves the other, whichever was first, on no system.
#[test]
fn places_do_not_move_the_position() {
    on_each_driver(async || {
        let path = Scratch::with("0123456789");
        let mut file = for_both(&path).await?;
        assert_eq!(read_some(&mut file, 2).await?, b"01");
        let (length, there) = file.read_exact_at(vec![0; 3], 6).await;
        assert_eq!((length?, there), (3, b"678".to_vec()));
        assert_eq!(read_some(&mut file, 2).await?, b"23");
        file.write_all_at("abc", 5).await.0?;
        file.write_all(b"x").await?;
        file.flush().await?;
        file.write_all_at("y", 20).await.0?;
        assert_eq!(file.stream_position().await?, 5);
        assert_eq!(read_some(&mut file, 4).await?, b"abc8");
        assert_eq!(path.bytes(), b"0123xabc89\0\0\0\0\0\0\0\0\0\0y");
        // At once, too.
        file.rewind().await?;
        let reads: Vec<_> = (0..50)
            .map(|place| file.read_at(vec![0; 1], place % 4))
            .collect();
        let reads: Vec<_> = reads.into_iter().map(runtime::spawn).collect();
        for digit in *b"0123" {
            assert_eq!(read_some(&mut file, 1).await?, [digit]);
        }
        for (place, read) in reads.into_iter().enumerate() {
            let (length, digit) = read.await?;
            assert_eq!((length?, digit), (1, vec![b"0123"[place % 4]]));
        }
        Ok(())
    });
}

#[test]
fn it_goes_on_where_the_standard_library_stood_and_back() {
    on_each_driver(async || {
        let path = Scratch::with("0123456789");
        let mut std = std::fs::File::options()
            .read(true)
            .write(true)
            .open(&path)?;
        std.read_exact(&mut [0; 3])?;
        let mut file = File::from_std(std);
        assert_eq!(read_some(&mut file, 2).await?, b"34");
        file.write_all(b"x").await?;
        file.flush().await?;
        let mut std = file.into_std().expect("nothing is under way");
        std.write_all(b"y")?;
        assert_eq!(path.bytes(), b"01234xy789");
        Ok(())
    });
}

#[test]
fn clones_share_their_position() {
    on_each_driver(async || {
        let path = Scratch::with("0123456789");
        let mut file = for_both(&path).await?;
        file.write_all(b"ab").await?;
        let mut clone = file.try_clone().await?; // It waits for the write.
        assert_eq!(read_some(&mut clone, 2).await?, b"23");
        assert_eq!(read_some(&mut file, 2).await?, b"45");
        clone.rewind().await?;
        assert_eq!(read_some(&mut file, 2).await?, b"ab");
        drop(file);
        assert_eq!(read_some(&mut clone, 2).await?, b"23");
        Ok(())
    });
}

#[test]
fn sizes_have_a_limit() {
    on_each_driver(async || {
        let path = Scratch::with("");
        let mut file = for_both(&path).await?;
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
        assert_eq!(file.write(&bytes).await?, 2 << 20);
        file.rewind().await?;
        file.write_all(&bytes).await?;
        file.rewind().await?;
        let mut room = vec![0; 3_000_000];
        assert_eq!(file.read(&mut room).await?, 2 << 20);
        file.read_exact(&mut room[2 << 20..]).await?;
        assert!(room == bytes);
        file.set_max_buf_size(5);
        file.rewind().await?;
        assert_eq!(file.read(&mut room).await?, 5);
        assert_eq!(file.write(b"0123456789").await?, 5);
        let pieces = [b"01".as_slice(), b"", b"234567", b"89"].map(IoSlice::new);
        let written =
            std::future::poll_fn(|cx| Pin::new(&mut file).poll_write_vectored(cx, &pieces));
        assert_eq!(written.await?, 5);
        file.seek(SeekFrom::Start(5)).await?;
        file.set_max_buf_size(99);
        assert_eq!(read_some(&mut file, 10).await?, b"0123401234");
        Ok(())
    });
}

#[test]
#[should_panic(expected = "set 1 or more")]
fn a_limit_of_nothing_is_refused() {
    let this = std::env::current_exe().and_then(std::fs::File::open);
    File::from_std(this.unwrap()).set_max_buf_size(0);
}

/// Nothing was asked for: no thread is asked, and it is ready at once.
#[test]
fn nothing_is_read_or_written() {
    on_each_driver(async || {
        let path = Scratch::with("hello");
        let mut file = for_both(&path).await?;
        assert_eq!(poll_once(file.read(&mut [])).await.unwrap()?, 0);
        assert_eq!(poll_once(file.write(b"")).await.unwrap()?, 0);
        poll_once(file.flush()).await.unwrap()?;
        poll_once(file.close()).await.unwrap()?;
        assert_eq!(path.bytes(), b"hello");
        Ok(())
    });
}

#[test]
fn a_refused_operation_is_the_systems_own_error() {
    on_each_driver(async || {
        let path = Scratch::with("hello");
        let mut reader = File::open(&path).await?;
        reader.write_all(b"x").await?; // It is only taken.
        let error = reader.flush().await.unwrap_err();
        assert!(error.raw_os_error().is_some(), "{error}");
        reader.flush().await?; // It was told.
        assert_eq!(read_some(&mut reader, 9).await?, b"hello");
        let mut writer = File::create(&path).await?;
        let error = read_some(&mut writer, 9).await.unwrap_err();
        assert!(error.raw_os_error().is_some(), "{error}");
        Ok(())
    });
}

/// They are the same traits as those of sockets, so what is made for these serves files.
#[test]
fn what_is_made_for_streams_serves_files() {
    use runtime::io::{AsyncBufReadExt, BufReader, BufWriter, copy};
    use runtime::stream::StreamExt;
    on_each_driver(async || {
        let (path, other) = (Scratch::new(), Scratch::new());
        let mut lines = BufWriter::new(File::create(&path).await?);
        for number in 0..1000 {
            lines
                .write_all(format!("line {number}\n").as_bytes())
                .await?;
        }
        lines.close().await?;
        let copied = copy(File::open(&path).await?, &mut File::create(&other).await?).await?;
        assert_eq!(copied, path.bytes().len() as u64);
        let lines = BufReader::new(File::open(&other).await?).lines();
        let lines: Vec<String> = lines.map(|line| line.unwrap()).collect().await;
        assert_eq!((lines.len(), &lines[999][..]), (1000, "line 999"));
        Ok(())
    });
}

/// An operation in sequence is one of the 128 that a poll may do.
#[test]
fn operations_cost_budget() {
    on_each_driver(async || {
        let path = Scratch::with("hello");
        let mut file = File::open(&path).await?;
        let done = std::rc::Rc::new(std::cell::Cell::new(0));
        let counted = done.clone();
        let flood = runtime::spawn(async move {
            for _ in 0..200 {
                file.read(&mut []).await?;
                counted.set(counted.get() + 1);
            }
            io::Result::Ok(())
        });
        runtime::task::yield_now().await;
        assert_eq!(done.get(), 128);
        flood.await?
    });
}

#[test]
fn outside_of_a_runtime_it_says_so() {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::task::{Context, Waker};
    let path = Scratch::with("hello");
    let mut file = File::from_std(std::fs::File::open(&path).unwrap());
    let mut cx = Context::from_waker(Waker::noop());
    let misuse = catch_unwind(AssertUnwindSafe(|| {
        let mut room = [0; 4];
        let read = std::pin::pin!(file.read(&mut room));
        let _ = read.poll(&mut cx);
    }));
    let words = *misuse.unwrap_err().downcast::<String>().unwrap();
    assert!(
        words.starts_with("`File::poll_read` was called outside of a runtime"),
        "{words}"
    );
    let read = runtime::block_on(read_some(&mut file, 9));
    assert_eq!(read.unwrap(), b"hello", "it is whole");
}

/// A reactor alone is no runtime. What was refused is not waited for.
#[test]
fn a_write_that_was_refused_is_not_waited_for() {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::task::{Context, Waker};
    let path = Scratch::with("hello");
    let options = std::fs::File::options().write(true).clone();
    let mut file = File::from_std(options.open(&path).unwrap());
    let reactor = reactor::Reactor::new(reactor::DriverKind::Auto).unwrap();
    let mut cx = Context::from_waker(Waker::noop());
    let context = reactor.context();
    let misuse = catch_unwind(AssertUnwindSafe(|| {
        Pin::new(&mut file).poll_write(&mut cx, b"j").map(drop)
    }));
    assert!(misuse.is_err());
    drop(context);
    assert!(Pin::new(&mut file).poll_flush(&mut cx).is_ready());
}
