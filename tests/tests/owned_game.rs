//! A game: both ends of a stream begin operations that own their buffer, of every form, and drop, cancel or await them
//! after some polls. Every byte arrives once, in its place. A failure prints its seed.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::Poll;

use runtime::future::poll_once;
use runtime::io::owned::{Transfer, Way};
use runtime::task::yield_now;

mod each_driver;
mod pair;
use each_driver::stream_tests;

stream_tests! {
    /// A game under load: operations of every form, dropped or cancelled or awaited after some polls, by both ends.
    async fn dropped_at_every_point_under_load(here, there) {
        const TOTAL: usize = 2 << 20;
        let seed = seed();
        println!("seed {seed}");
        let (writes, reads) = (RefCell::new(Dice(seed)), RefCell::new(Dice(seed ^ 0xa5a5)));
        let write = async {
            let mut place = 0;
            while place < TOTAL {
                let length = writes.borrow_mut().below(40_000).min(TOTAL - place);
                let bytes = piece(place, length);
                let form = writes.borrow_mut().below(3);
                place += match form {
                    0 => played(&writes, here.write_owned(bytes)).await?,
                    1 => played(&writes, here.write_all_owned(bytes)).await?,
                    _ => {
                        let cut = bytes.len() / 3;
                        let parts = vec![bytes[..cut].to_vec(), bytes[cut..].to_vec()];
                        played(&writes, here.write_vectored_owned(parts)).await?
                    }
                };
            }
            here.end_writing()
        };
        let read = async {
            let mut place = 0;
            loop {
                let room = 1 + reads.borrow_mut().below(50_000);
                let form = reads.borrow_mut().below(5);
                let length = match form {
                    // What a dropped operation had taken is lost with its buffer, and so is not compared.
                    0 => played(&reads, there.read_exact_owned(vec![0; room])).await?,
                    1 => {
                        let mut buffer = vec![0; room];
                        let length = match there.try_read(&mut buffer) {
                            Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                            read => read?,
                        };
                        assert!(buffer[..length] == piece(place, length), "wrong after {place}");
                        if length == 0 {
                            break;
                        }
                        length
                    }
                    2 => {
                        let parts = vec![Vec::with_capacity(room / 2 + 1), vec![0; room]];
                        let mut reading = there.read_vectored_owned(parts);
                        let polled = poll_once(&mut reading).await;
                        let (length, parts) = match polled {
                            Some((length, parts)) => (length?, parts),
                            None => {
                                let (length, parts) = reading.cancel().await;
                                (length?, parts)
                            }
                        };
                        assert!(parts.concat() == piece(place, length), "wrong after {place}");
                        length
                    }
                    _ => {
                        let mut reading = there.read_exact_owned(Vec::with_capacity(room));
                        let polls = reads.borrow_mut().below(4);
                        let (length, bytes) = match polled(&mut reading, polls).await {
                            // Also at the end of the stream, where it is an error.
                            Some((_, bytes)) => (bytes.len(), bytes),
                            None => {
                                perhaps_handed_over(&reads).await;
                                let mut cancel = reading.cancel();
                                let (length, bytes) = (&mut cancel).await;
                                (unless_ended(length, cancel.transferred())?, bytes)
                            }
                        };
                        assert!(bytes == piece(place, length), "wrong after {place}");
                        length
                    }
                };
                place += length;
                yield_now().await;
            }
            assert_eq!(place, TOTAL);
            io::Result::Ok(())
        };
        runtime::try_join!(write, read)?;
        Ok(())
    }
}

fn seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.expect("the clock is past 1970").as_nanos() as u64 | 1
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }
}

/// The bytes of the stream from this place on.
fn piece(place: usize, length: usize) -> Vec<u8> {
    (place..place + length)
        .map(|at| (at ^ (at >> 8) ^ (at >> 16)) as u8)
        .collect()
}

/// Polls so often, each time when it was woken.
async fn polled<F: Future + Unpin>(future: &mut F, polls: usize) -> Option<F::Output> {
    let mut left = polls;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match Pin::new(&mut *future).poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Lets the loop look at the world, or not: a driver that completes operations hands it to the system then, and it may
/// even be over before it is cancelled. (Who drops it then does not know how far it has come.)
async fn perhaps_handed_over(dice: &RefCell<Dice>) {
    let turns = [0, 0, 70, 200][dice.borrow_mut().below(4)];
    for _ in 0..turns {
        yield_now().await;
    }
}

/// An exact read that the system has completed may have met the end of the stream before it was cancelled.
fn unless_ended(cancelled: io::Result<usize>, transferred: usize) -> io::Result<usize> {
    match cancelled {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(transferred),
        cancelled => cancelled,
    }
}

/// Polls an operation a few times and then drops it, or cancels it, or awaits its end. Says how far it had come.
async fn played<S, B, W>(
    dice: &RefCell<Dice>,
    mut transfer: Transfer<'_, S, B, W>,
) -> io::Result<usize>
where
    S: runtime::io::owned::Socket,
    B: Unpin,
    W: Way<S, B, Output = usize, Cancelled = usize>,
{
    let (polls, end) = {
        let mut dice = dice.borrow_mut();
        (dice.below(4), dice.below(3))
    };
    if polled(&mut transfer, polls).await.is_some() {
        return Ok(transfer.transferred());
    }
    match end {
        0 => Ok(transfer.transferred()),
        1 => {
            perhaps_handed_over(dice).await;
            let mut cancel = transfer.cancel();
            let (length, _) = (&mut cancel).await;
            unless_ended(length, cancel.transferred())
        }
        _ => {
            // The end of the stream is an error for an exact read.
            let _ = (&mut transfer).await;
            Ok(transfer.transferred())
        }
    }
}
