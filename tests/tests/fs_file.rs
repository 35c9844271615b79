//! Files are opened, made, read, written and measured, and what fails says so in words that help.

use std::error::Error;
use std::fs::OpenOptions;
use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use runtime::block_on;
use runtime::fs::File;
use runtime::future::poll_once;
use runtime::io::IoBuf;
use runtime::task::{JoinHandle, yield_now};

mod scratch;
use scratch::Scratch;

fn for_both(path: impl AsRef<Path>) -> File {
    let opened = OpenOptions::new().read(true).write(true).open(path);
    File::from_std(opened.expect("it is there"))
}

#[test]
fn made_written_and_read() -> io::Result<()> {
    let path = Scratch::new();
    block_on(async {
        let file = File::create(&path).await?;
        let (written, word) = file.write_at("hello", 0).await;
        assert_eq!((written?, word), (5, "hello"));
        let (written, rest) = file.write_all_at(b" world".to_vec(), 5).await;
        assert_eq!((written?, &rest[..]), (6, &b" world"[..]));
        file.sync_data().await?;
        file.sync_all().await?;
        assert_eq!(file.metadata().await?.len(), 11);

        let file = File::open(&path).await?;
        let (length, all) = file.read_at(Vec::with_capacity(64), 0).await;
        assert_eq!((length?, &all[..]), (11, &b"hello world"[..]));
        let (length, word) = file.read_exact_at(Box::new([0; 5]), 6).await;
        assert_eq!((length?, &*word), (5, b"world"));
        let (length, none) = file.read_at(vec![7; 4], 11).await;
        assert_eq!((length?, none), (0, vec![]), "the end of the file");
        let (length, none) = file.read_at(Box::new([7; 4]), 1 << 40).await;
        assert_eq!((length?, *none), (0, [7; 4]), "far behind it");
        Ok(())
    })
}

#[test]
fn create_empties_what_is_there() -> io::Result<()> {
    let path = Scratch::with("old words");
    block_on(async {
        let file = File::create(&path).await?;
        assert_eq!(file.metadata().await?.len(), 0);
        Ok(())
    })
}

#[test]
fn a_length_is_set() -> io::Result<()> {
    let path = Scratch::with("hello");
    block_on(async {
        let file = for_both(&path);
        file.set_len(2).await?;
        file.set_len(4).await?;
        assert_eq!(path.bytes(), b"he\0\0");
        file.write_all_at("x", 6).await.0?;
        assert_eq!(path.bytes(), b"he\0\0\0\0x");
        Ok(())
    })
}

#[test]
fn an_exact_read_ends_at_the_end_of_the_file() -> io::Result<()> {
    let path = Scratch::with("hello");
    block_on(async {
        let file = File::open(&path).await?;
        let mut reading = file.read_exact_at(vec![0; 8], 1);
        let (result, buffer) = (&mut reading).await;
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        assert!(error.to_string().contains("the file ended"), "{error}");
        assert_eq!((reading.transferred(), &buffer[..]), (4, &b"ello"[..]));
        let (length, buffer) = file.read_exact_at(vec![0; 4], 1).await;
        assert_eq!((length?, &buffer[..]), (4, &b"ello"[..]));
        Ok(())
    })
}

#[test]
fn a_part_of_a_buffer_is_filled_and_written() -> io::Result<()> {
    let path = Scratch::with("hello world");
    block_on(async {
        let file = for_both(&path);
        let part = b"say: ........".to_vec().slice(5..10);
        let (length, part) = file.read_exact_at(part, 6).await;
        assert_eq!((length?, &part.into_inner()[..]), (5, &b"say: world"[..]));
        let (written, _) = file.write_all_at("take that".slice(5..), 0).await;
        assert_eq!((written?, path.bytes()), (4, b"thato world".to_vec()));
        Ok(())
    })
}

/// The system's own error is still there, and with it the number.
#[test]
fn what_cannot_be_opened_is_told_with_its_path() {
    let path = Scratch::new();
    let below = path.as_ref().join("file");
    block_on(async {
        for (doing, path, result) in [
            ("opening", path.as_ref(), File::open(&path).await.map(drop)),
            ("creating", &below, File::create(&below).await.map(drop)),
        ] {
            let error = result.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound);
            let source = error.source().and_then(|source| source.downcast_ref());
            let system: &io::Error = source.expect("the system's error is the source");
            assert!(system.raw_os_error().is_some());
            let words = format!("{doing} {}: {system}", path.display());
            assert_eq!(error.to_string(), words);
            assert!(format!("{error:?}").contains(&words));
        }
    });
}

#[test]
fn a_refused_operation_gives_its_buffer_back() {
    let path = Scratch::with("hello");
    block_on(async {
        let reader = File::open(&path).await.unwrap();
        let (result, word) = reader.write_all_at(b"jello".to_vec(), 0).await;
        assert!(result.is_err());
        assert_eq!(word, b"jello");
        assert!(reader.set_len(0).await.is_err());
        let writer = File::create(&path).await.unwrap();
        let (result, buffer) = writer.read_at(vec![7; 5], 0).await;
        assert!(result.is_err());
        assert_eq!(buffer, [], "nothing was read into it");
        let (result, _) = writer.write_at("behind all", u64::MAX).await;
        assert!(result.is_err(), "no file reaches so far");
    });
}

/// Nothing was asked for: no thread is asked, and the future is ready at once.
#[test]
fn buffers_without_room_or_bytes() {
    let path = Scratch::with("hello");
    block_on(async {
        let file = for_both(&path);
        let mut cx = Context::from_waker(Waker::noop());
        macro_rules! at_once {
            ($operation:expr) => {
                let Poll::Ready((result, _)) = pin!($operation).poll(&mut cx) else {
                    panic!("it has nothing to wait for");
                };
                assert_eq!(result.unwrap(), 0);
            };
        }
        at_once!(file.read_at(Vec::new(), 0));
        at_once!(file.read_exact_at(Box::new([]), 9));
        at_once!(file.read_at(vec![1, 2].slice(1..1), 0));
        at_once!(file.write_at("", 0));
        at_once!(file.write_all_at(Vec::with_capacity(8), 99));
    });
    assert_eq!(path.bytes(), b"hello");
}

#[test]
fn many_operations_at_once() -> io::Result<()> {
    const MANY: usize = 300;
    let path = Scratch::new();
    block_on(async {
        let file = File::create(&path).await?;
        let word = |number: usize| format!("{number:08}").into_bytes();
        let writes: Vec<JoinHandle<_>> = (0..MANY)
            .map(|number| runtime::spawn(file.write_all_at(word(number), number as u64 * 8)))
            .collect();
        drop(file); // They have their shares.
        for write in writes {
            assert_eq!(write.await?.0?, 8);
        }
        let file = Rc::new(File::open(&path).await?);
        let reads = (0..MANY).rev().map(|number| {
            let file = file.clone();
            runtime::spawn(async move {
                let (length, read) = file.read_exact_at(vec![0; 8], number as u64 * 8).await;
                (length.unwrap(), read, number)
            })
        });
        for read in reads.collect::<Vec<_>>() {
            let (length, read, number) = read.await?;
            assert_eq!((length, read), (8, word(number)));
        }
        assert_eq!(file.metadata().await?.len(), MANY as u64 * 8);
        Ok(())
    })
}

#[test]
fn a_file_goes_between_runtimes_and_the_standard_library() -> io::Result<()> {
    let path = Scratch::with("hello");
    let file = block_on(File::open(&path))?;
    let (length, word) = block_on(file.read_at(vec![0; 5], 0));
    assert_eq!((length?, &word[..]), (5, &b"hello"[..]));
    let there = std::thread::spawn(move || {
        let (length, _) = block_on(file.read_at(vec![0; 5], 2));
        (length.unwrap(), file)
    });
    let (length, file) = there.join().unwrap();
    assert_eq!(length, 3);
    let reading = file.read_at(vec![0; 5], 0);
    let file = file.into_std().expect_err("an operation has a share");
    drop(reading);
    let file = file.into_std().expect("nobody has a share any more");
    // The reads have not moved the file's own position.
    assert_eq!(io::read_to_string(file)?, "hello");
    Ok(())
}

#[test]
fn debug_tells_which_it_is() {
    let path = Scratch::with("hello");
    let here = line!() + 3;
    block_on(async {
        let file = File::open(&path).await.unwrap();
        let mut reading = file.read_at(vec![0; 5], 0);
        assert!(format!("{file:?}").starts_with("File"), "{file:?}");
        let words = format!("{reading:?}");
        let made_at = format!("made_at: {}:{here}:", file!());
        assert!(
            words.contains("begun: false") && words.contains(&made_at),
            "{words}"
        );
        (&mut reading).await.0.unwrap();
        let words = format!("{reading:?}");
        assert!(words.contains("ended: true, transferred: 5"), "{words}");
        let words = format!("{:?}", file.write_at("x", 0).cancel());
        assert!(
            words.starts_with("Cancel { transfer: Transfer {"),
            "{words}"
        );
    });
}

/// An operation is one of the 128 that a poll may do, also one that has nothing to do.
#[test]
fn operations_cost_budget() -> io::Result<()> {
    let path = Scratch::with("hello");
    block_on(async {
        let file = File::open(&path).await?;
        let done = Rc::new(std::cell::Cell::new(0));
        let counted = done.clone();
        let flood = runtime::spawn(async move {
            for _ in 0..200 {
                file.read_at(Vec::new(), 0).await.0?;
                counted.set(counted.get() + 1);
            }
            io::Result::Ok(())
        });
        yield_now().await;
        assert_eq!(done.get(), 128);
        flood.await??;

        let file = File::open(&path).await?;
        let mut reads: Vec<_> = (0..200)
            .map(|_| Some(file.read_at(vec![0; 5], 0)))
            .collect();
        let mut most = 0;
        poll_fn(|cx| {
            let before = reads.iter().flatten().count();
            for read in &mut reads {
                if read
                    .as_mut()
                    .is_some_and(|read| Pin::new(read).poll(cx).is_ready())
                {
                    *read = None;
                }
            }
            let left = reads.iter().flatten().count();
            most = most.max(before - left);
            if left == 0 {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
        assert!(most <= 128, "{most} in one poll");
        Ok(())
    })
}

#[test]
fn misuse_is_told_with_the_line_of_the_operation() {
    fn words(misuse: impl FnOnce()) -> String {
        let payload = catch_unwind(AssertUnwindSafe(misuse)).expect_err("it must be refused");
        *payload.downcast::<String>().expect("formatted words")
    }
    let path = Scratch::with("hello");
    let file = block_on(File::open(&path)).unwrap();
    let mut cx = Context::from_waker(Waker::noop());
    let made_at = line!() + 1;
    let mut reading = file.read_at(vec![0; 5], 0);
    let made_at = format!("{}:{made_at}:", file!());
    let outside = words(|| drop(Pin::new(&mut reading).poll(&mut cx)));
    assert!(
        outside.starts_with("`File::read_at` was called outside of a runtime")
            && outside.contains(&made_at),
        "{outside}"
    );
    block_on(async {
        assert_eq!((&mut reading).await.1, b"hello", "it is whole");
        let polled = words(|| drop(Pin::new(&mut reading).poll(&mut cx)));
        assert!(
            polled.contains(&made_at) && polled.contains("make a new one"),
            "{polled}"
        );
        let cancelled = words(|| drop(reading.cancel()));
        assert!(
            cancelled.contains(&made_at) && cancelled.contains("cancelled"),
            "{cancelled}"
        );

        let mut cancel = file.read_at(vec![0; 5], 0).cancel();
        assert!(poll_once(&mut cancel).await.is_some());
        let again = words(|| drop(Pin::new(&mut cancel).poll(&mut cx)));
        assert!(again.contains("make a new one"), "{again}");
    });
}
