//! Operations that own their buffer, cancelled, dropped and handed on: no byte is lost or doubled but those that they
//! had taken, and the buffer comes back.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};

use reactor::DriverKind;
use runtime::Runtime;
use runtime::future::poll_once;
use runtime::io::owned::Transfer;
use runtime::io::{AsyncReadExt, AsyncWriteExt, IoBuf};
use runtime::net::TcpStream;
use runtime::task::yield_now;

mod each_driver;
mod pair;
use each_driver::{on_each_driver, stream_tests};

stream_tests! {
    async fn a_cancelled_read_says_what_it_had_read(here, there) {
        let mut reading = there.read_exact_owned(vec![9; 10]);
        assert!(poll_once(&mut reading).await.is_none());
        here.write_all_owned("hell").await.0?;
        while reading.transferred() < 4 {
            assert!(poll_once(&mut reading).await.is_none());
            yield_now().await;
        }
        let (had, buffer) = reading.cancel().await;
        assert_eq!((had?, &buffer[..]), (4, &b"hell"[..]));
        here.write_all_owned("o world").await.0?;
        let (length, rest) = there.read_exact_owned(Box::new([0; 7])).await;
        assert_eq!((length?, &*rest), (7, b"o world"));
        Ok(())
    }

    async fn what_was_not_begun_has_done_nothing(here, there) {
        here.write_all_owned("hello").await.0?;
        let (had, buffer) = there.read_owned(Box::new([7; 5])).cancel().await;
        assert_eq!((had?, *buffer), (0, [7; 5]));
        let (had, parts) = there.read_vectored_owned(vec![Box::new([7; 5])]).cancel().await;
        assert_eq!((had?, *parts[0]), (0, [7; 5]));
        let (had, word) = there.write_all_owned("hello").cancel().await;
        assert_eq!((had?, word), (0, "hello"));
        drop(there.read_exact_owned(vec![0; 2]));
        let (length, word) = there.read_exact_owned(Box::new([0; 5])).await;
        assert_eq!((length?, &*word), (5, b"hello"));
        Ok(())
    }

    async fn a_read_that_waits_is_cancelled_or_dropped(here, there) {
        for round in 0..3 {
            let mut reading = there.read_owned(vec![0; 16]);
            let mut parts = there.read_vectored_owned(vec![vec![0; 4]; 2]);
            assert!(poll_once(&mut reading).await.is_none());
            assert!(poll_once(&mut parts).await.is_none());
            if round == 1 {
                drop((reading, parts));
                continue;
            }
            let (had, buffer) = reading.cancel().await;
            assert_eq!((had?, buffer), (0, vec![]));
            let (had, buffers) = parts.cancel().await;
            assert_eq!((had?, buffers), (0, vec![vec![]; 2]));
        }
        here.write_all_owned("whole").await.0?;
        let (length, word) = there.read_owned(vec![0; 16]).await;
        assert_eq!((length?, &word[..]), (5, &b"whole"[..]));
        Ok(())
    }

    async fn a_cancelled_write_says_what_it_had_written(here, there) {
        const TOTAL: usize = 16 << 20;
        let bytes: Vec<u8> = (0..TOTAL).map(|at| (at ^ (at >> 8) ^ (at >> 16)) as u8).collect();
        let expected = bytes.clone();
        let mut writing = here.write_all_owned(bytes);
        assert!(poll_once(&mut writing).await.is_none());
        // When a byte has come, it is under way on every driver.
        let (length, first) = there.read_exact_owned(vec![0; 1]).await;
        assert_eq!((length?, &first[..]), (1, &expected[..1]));
        let (written, bytes) = writing.cancel().await;
        let written = written?;
        assert!(written > 0 && written < TOTAL);
        let write = async {
            let (rest, _) = here.write_all_owned(bytes.slice(written..)).await;
            assert_eq!(rest?, TOTAL - written);
            io::Result::Ok(())
        };
        let read = async {
            let room = Vec::with_capacity(TOTAL).slice(..TOTAL - 1);
            let (length, read) = there.read_exact_owned(room).await;
            assert!(length? == TOTAL - 1 && read.as_bytes() == &expected[1..]);
            io::Result::Ok(())
        };
        runtime::try_join!(write, read)?;
        Ok(())
    }

    /// Whoever has polled it last is woken, and nobody else.
    async fn polled_by_two_tasks_in_turn(here, there) {
        let (first, second) = (Arc::new(Woken::default()), Arc::new(Woken::default()));
        let mut reading = there.read_exact_owned(Box::new([0; 5]));
        let mut poll = |by: &Arc<Woken>| {
            let waker = Waker::from(by.clone());
            Pin::new(&mut reading).poll(&mut Context::from_waker(&waker))
        };
        assert!(poll(&first).is_pending() && poll(&second).is_pending());
        here.write_all_owned("hel").await.0?;
        while second.0.swap(0, Relaxed) == 0 {
            yield_now().await;
        }
        assert!(poll(&second).is_pending() && poll(&first).is_pending());
        here.write_all_owned("lo").await.0?;
        while first.0.load(Relaxed) == 0 {
            yield_now().await;
        }
        assert_eq!((first.0.load(Relaxed), second.0.load(Relaxed)), (1, 0));
        let Poll::Ready((length, word)) = poll(&second) else {
            panic!("all has arrived");
        };
        assert_eq!((length?, &*word), (5, b"hello"));
        Ok(())
    }

    /// A stream is read and written in every style, by one task after the other and by two at once.
    async fn every_style_on_one_stream(here, there) {
        let (reader, _keep) = there.halves();
        let (other, mut writer) = here.halves();
        let write = async {
            for round in 0..200_u32 {
                if round % 2 == 0 {
                    writer.write_all(&round.to_le_bytes()).await?;
                } else {
                    writer.write_all_owned(round.to_le_bytes().to_vec()).await.0?;
                }
                if round % 7 == 0 {
                    yield_now().await;
                }
            }
            io::Result::Ok(())
        };
        let read = async {
            for round in 0..200_u32 {
                let mut word = [0; 4];
                if round % 3 == 0 {
                    (&reader).read_exact(&mut word).await?;
                } else {
                    let mut reading = reader.read_exact_owned(Box::new([0; 4]));
                    let (length, read) = match poll_once(&mut reading).await {
                        Some((length, read)) => (length?, read),
                        None if round % 2 == 0 => {
                            let (length, read) = reading.await;
                            (length?, read)
                        }
                        None => {
                            let (length, read) = reading.cancel().await;
                            (length?, read)
                        }
                    };
                    word = *read;
                    (&reader).read_exact(&mut word[length..]).await?;
                }
                assert_eq!(u32::from_le_bytes(word), round);
            }
            io::Result::Ok(())
        };
        runtime::try_join!(write, read)?;
        drop(other);
        Ok(())
    }

    /// Both are woken, whatever style they wait in.
    async fn two_readers_of_different_styles(here, there) {
        let (first, _keep) = there.halves();
        let second = first.as_ref();
        let mut owned = second.read_owned(vec![0; 1]);
        assert!(poll_once(&mut owned).await.is_none());
        let mut byte = [0; 1];
        let mut reader = &first;
        let mut read = std::pin::pin!(reader.read(&mut byte));
        assert!(poll_once(read.as_mut()).await.is_none());
        here.write_all_owned("ab").await.0?;
        let ((length, buffer), read) = runtime::join!(owned, read);
        assert_eq!((length?, read?), (1, 1));
        let mut both = [buffer[0], byte[0]];
        both.sort_unstable();
        assert_eq!(&both, b"ab");
        Ok(())
    }
}

/// How often it was woken.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

#[test]
fn a_runtime_that_is_gone_gives_the_buffers_back() {
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let runtime = Runtime::builder().driver(kind).build().unwrap();
        let (here, there): (TcpStream, TcpStream) = runtime.block_on(pair::pair()).unwrap();
        let mut reading = there.read_exact_owned(vec![0; 10]);
        let mut writing = here.write_all_owned(vec![1; 16 << 20]);
        let mut unpolled = here.read_owned(vec![0; 10]);
        let mut cancelled = here.read_exact_owned(vec![0; 10]);
        runtime.block_on(async {
            there.write_all_owned("abc").await.0.unwrap();
            here.readable().await.unwrap();
            for reading in [&mut reading, &mut cancelled] {
                assert!(poll_once(reading).await.is_none());
            }
            assert!(poll_once(&mut writing).await.is_none());
        });
        let completes = runtime.driver_name() == "io_uring";
        drop(runtime);
        let mut cx = Context::from_waker(Waker::noop());
        // What has arrived is still there to be read, and to wait for more would be to wait for ever.
        let mut finish = |reading: &mut Transfer<'_, _, _, _>| {
            let Poll::Ready((result, buffer)) = Pin::new(reading).poll(&mut cx) else {
                panic!("it waits for a runtime that is gone");
            };
            assert!(
                result
                    .unwrap_err()
                    .to_string()
                    .contains("keep the `Runtime`")
            );
            buffer
        };
        let taken = finish(&mut reading);
        assert_eq!(taken.len(), reading.transferred());
        let mut cx = Context::from_waker(Waker::noop());
        let Poll::Ready((result, buffer)) = Pin::new(&mut unpolled).poll(&mut cx) else {
            panic!("it waits for a runtime that is gone");
        };
        assert!(result.is_err() && buffer.is_empty());
        let Poll::Ready((result, buffer)) = Pin::new(&mut writing).poll(&mut cx) else {
            panic!("it waits for a runtime that is gone");
        };
        assert!(result.is_err() && buffer.len() == 16 << 20);
        let Poll::Ready((had, buffer)) = Pin::new(&mut cancelled.cancel()).poll(&mut cx) else {
            panic!("a cancelled operation is ready at once");
        };
        // A driver that completes operations had not handed it to the system yet, and took it back.
        let taken = if completes { "" } else { "abc" };
        assert_eq!((had.unwrap(), buffer), (taken.len(), taken.into()));
    }
}

#[test]
fn misuse_is_told_with_the_line_of_the_operation() {
    let words = |misuse: &mut dyn FnMut()| {
        let payload = catch_unwind(AssertUnwindSafe(misuse)).expect_err("it must be refused");
        *payload.downcast::<String>().expect("formatted words")
    };
    on_each_driver(async || {
        let (here, _there) = pair::pair().await?;
        let made_at = line!() + 1;
        let mut writing = here.write_owned("hello");
        assert!((&mut writing).await.0.is_ok());
        let made_at = format!("{}:{made_at}:", file!());
        let mut cx = Context::from_waker(Waker::noop());
        let polled = words(&mut || drop(Pin::new(&mut writing).poll(&mut cx)));
        assert!(
            polled.contains(&made_at) && polled.contains("make a new one"),
            "{polled}"
        );
        let mut ended = Some(writing);
        let cancelled = words(&mut || drop(ended.take().map(Transfer::cancel)));
        assert!(
            cancelled.contains(&made_at) && cancelled.contains("cancelled"),
            "{cancelled}"
        );

        let mut cancel = here.read_owned(vec![0; 4]).cancel();
        assert!(Pin::new(&mut cancel).poll(&mut cx).is_ready());
        let again = words(&mut || drop(Pin::new(&mut cancel).poll(&mut cx)));
        assert!(again.contains("make a new one"), "{again}");
        Ok(())
    });
}

/// Operations that are always ready do not hold the thread, even those that have nothing to do.
#[test]
fn no_flood_holds_the_loop() {
    on_each_driver(async || {
        let (here, there) = pair::pair().await?;
        let turns = Rc::new(std::cell::Cell::new(0_u32));
        let counted = turns.clone();
        let other = runtime::spawn(async move {
            loop {
                counted.set(counted.get() + 1);
                yield_now().await;
            }
        });
        for _ in 0..1280 {
            here.read_owned(Vec::new()).await.0?;
        }
        assert!(turns.get() >= 9, "{}", turns.get());
        let before = turns.get();
        for _ in 0..640 {
            here.write_owned("x").await.0?;
            there.read_owned(Box::new([0; 1])).await.0?;
        }
        assert!(turns.get() >= before + 9, "{}", turns.get());
        other.abort();
        Ok(())
    });
}
