//! Operations on a place in a file that own their buffer; they know nothing of which calls move the bytes.

use std::fmt;
use std::fs;
use std::future::Future;
use std::io;
use std::mem;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use reactor::{Handle, budget};

use super::File;
use super::job::Job;
use super::native::Native;
use super::os::Turns;
use super::way::Way;

#[cfg(test)]
mod tests;

/// A read or a write that owns its buffer while it is under way, and gives it back with the result.
///
/// It is a future of `(io::Result<usize>, B)`: how many bytes were moved, and the buffer. It is `Unpin`: it can be
/// polled through `&mut`, so that `select` or `race` over `&mut transfer` leaves it whole, to be awaited further or
/// [cancelled](Self::cancel). It has a share of the file, which stays open until it is over.
///
/// ```text
///            first poll            a thread is free           the system has done it
///   made ──────────────▶ queued ─────────────────▶ under way ───────────────────────▶ ended: result and buffer
///     │                    │                           │                              are the poller's
///     └── cancel, drop ────┴─▶ it never happens        └─ cancel: waits for the end
///                                                         drop: it goes on, and nobody hears of it
/// ```
///
/// When it has ended, the length of a buffer that can be filled (and has a length of its own, as a `Vec` has) is the
/// number of bytes that were read into it.
///
/// # Cancel safety
/// A file has no position that could be lost. An operation that no thread has begun is taken back when it is dropped or
/// cancelled: a write then never happens. One that was begun **goes on to its end**, since nobody can interrupt it: a
/// write that was dropped may still reach the file, later than what is written after the drop. Its buffer is freed when
/// it is over. [`cancel`](Self::cancel) waits for it, gives the buffer back and says what has happened.
///
/// On io_uring the same holds of what the loop has handed to the system and what it has not. There the system may still
/// be stopped half-way by a cancel or a drop: what was moved until then is moved. The end of the runtime waits for it.
///
/// Elsewhere the end of the runtime does not wait for it either, and the end of the process cuts it: `await` a write or
/// its `cancel` before.
///
/// # Errors
/// What the system says, and an error with words of its own if no thread can be started, the operation panicked on its
/// thread (because a buffer type of yours did), or its runtime was dropped before a thread was free. The buffer comes
/// back with each.
///
/// # Panics
/// When it is first polled outside of a runtime, and when it is polled again after it gave its result.
///
/// ```
/// use runtime::fs::{File, Transfer};
/// use runtime::io::owned::ReadExact;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-transfer-{}", std::process::id()));
/// runtime::block_on(async {
///     # std::fs::write(&path, b"hello world")?;
///     let file = File::open(&path).await?;
///     let word: Transfer<_, ReadExact> = file.read_exact_at(Box::new([0; 5]), 6);
///     let (length, word) = word.await;
///     assert_eq!((length?, &*word), (5, b"world"));
///     # std::fs::remove_file(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[must_use = "futures do nothing unless awaited"]
pub struct Transfer<B: 'static, W> {
    state: State<B, W>,
    /// Bytes moved; 0 until the operation has ended.
    done: usize,
    /// Whose operation it is, for the words of a misuse.
    caller: &'static Location<'static>,
}

/// Who has the buffer.
enum State<B: 'static, W> {
    /// Nobody has begun.
    Here(Order<B, W>),
    /// The driver carries it out, or will.
    ByDriver(Native<B, W>),
    /// A thread of the pool carries it out, or will.
    OnPool(Job<Order<B, W>, ()>),
    /// It was given back.
    Ended,
}

/// All that whoever carries it out needs.
pub(super) struct Order<B, W> {
    pub(super) file: Arc<fs::File>,
    turns: Turns,
    pub(super) buffer: B,
    pub(super) offset: u64,
    /// Bytes moved so far.
    pub(super) done: usize,
    pub(super) way: W,
}

impl<B, W> Order<B, W> {
    /// For the time that somebody else has the buffer.
    pub(super) fn without_buffer(self) -> (Order<(), W>, B) {
        let Order {
            file,
            turns,
            buffer,
            offset,
            done,
            way,
        } = self;
        let order = Order {
            file,
            turns,
            buffer: (),
            offset,
            done,
            way,
        };
        (order, buffer)
    }

    pub(super) fn with_buffer<C>(self, buffer: C) -> Order<C, W> {
        let Order {
            file,
            turns,
            offset,
            done,
            way,
            ..
        } = self;
        Order {
            file,
            turns,
            buffer,
            offset,
            done,
            way,
        }
    }
}

impl<B: 'static, W: Way<B>> Order<B, W> {
    fn carry_out(&mut self) -> io::Result<()> {
        self.turns.apart(&self.file, || {
            self.way
                .carry_out(&self.file, &mut self.buffer, self.offset, &mut self.done)
        })
    }
}

impl<B: Send + 'static, W: Way<B>> Transfer<B, W> {
    #[track_caller]
    pub(super) fn new(file: &File, buffer: B, offset: u64, way: W) -> Self {
        Transfer {
            state: State::Here(Order {
                file: file.shared.clone(),
                turns: file.turns.clone(),
                buffer,
                offset,
                done: 0,
                way,
            }),
            done: 0,
            caller: Location::caller(),
        }
    }

    /// How many bytes were moved, which is known when the operation has ended: before that it is 0. After an error it
    /// says how far the operation had come.
    ///
    /// ```
    /// # use runtime::fs::File;
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-transferred-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     # std::fs::write(&path, b"hello")?;
    ///     let file = File::open(&path).await?;
    ///     let mut reading = file.read_exact_at(vec![0; 8], 0);
    ///     let (result, buffer) = (&mut reading).await;
    ///     assert!(result.is_err()); // The file ends before.
    ///     assert_eq!((reading.transferred(), buffer), (5, b"hello".to_vec()));
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn transferred(&self) -> usize {
        self.done
    }

    /// Ends the operation, at once if no thread has begun it: it never happens then. The future waits for the end of
    /// one that was begun, and gives the buffer back, and how many bytes were moved, where `Ok(0)` is none.
    ///
    /// Nothing is undone: what was read stands in the buffer, what was written is in the file.
    ///
    /// # Errors
    /// Those of the operation, if it was begun and failed.
    ///
    /// # Panics
    /// When the operation has ended: then its result was given already.
    ///
    /// ```
    /// # use runtime::fs::File;
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-cancel-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let file = File::create(&path).await?;
    ///     let writing = file.write_all_at("hello", 0); // Nobody has begun.
    ///     let (written, word) = writing.cancel().await;
    ///     assert_eq!((written?, word), (0, "hello"));
    ///     assert_eq!(file.metadata().await?.len(), 0);
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn cancel(mut self) -> Cancel<B, W> {
        match &mut self.state {
            State::Here(_) => {}
            State::ByDriver(native) => native.cancel(),
            State::OnPool(job) => {
                if let Some(order) = job.revoke() {
                    self.state = State::Here(order);
                }
            }
            State::Ended => self.misused("cancelled"),
        }
        Cancel { transfer: self }
    }

    /// Has somebody carry it out, if nobody does yet and anything is to be done.
    fn begin(&mut self, handle: Handle) {
        self.state = match mem::replace(&mut self.state, State::Ended) {
            State::Here(order) if !order.way.is_nothing(&order.buffer) => {
                match Native::begin(handle, order) {
                    Ok(native) => State::ByDriver(native),
                    Err(order) => State::OnPool(Job::start(order, Order::carry_out)),
                }
            }
            other => other,
        };
    }

    /// What has come of it, which is nothing if nobody carries it out.
    fn poll_end(&mut self, cx: &mut Context<'_>, how: &str) -> Poll<(io::Result<usize>, B)> {
        let (result, done, mut buffer, way) = match mem::replace(&mut self.state, State::Ended) {
            State::Here(order) => (Ok(()), order.done, order.buffer, order.way),
            State::ByDriver(mut native) => {
                let Poll::Ready((result, order)) = native.poll(cx) else {
                    self.state = State::ByDriver(native);
                    return Poll::Pending;
                };
                (result, order.done, order.buffer, order.way)
            }
            State::OnPool(mut job) => {
                let Poll::Ready((result, order)) = job.poll(cx) else {
                    self.state = State::OnPool(job);
                    return Poll::Pending;
                };
                (result, order.done, order.buffer, order.way)
            }
            State::Ended => self.misused(how),
        };
        self.done = done;
        way.settle(&mut buffer, done);
        Poll::Ready((result.map(|()| done), buffer))
    }

    #[cold]
    #[track_caller]
    fn misused(&self, how: &str) -> ! {
        panic!(
            "the operation made at {} was {how} after it had given its result and its buffer: make a new one, with that \
             buffer",
            self.caller
        )
    }
}

impl<B: Unpin + Send + 'static, W: Way<B>> Future for Transfer<B, W> {
    type Output = (io::Result<usize>, B);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if !matches!(self.state, State::Ended) {
            ready!(budget::poll_left(cx));
        }
        if let State::Here(_) = self.state {
            let handle = Handle::current_for(W::METHOD, self.caller);
            self.begin(handle);
        }
        let ended = ready!(self.poll_end(cx, "polled"));
        budget::spend();
        Poll::Ready(ended)
    }
}

impl<B: 'static, W> fmt::Debug for Transfer<B, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transfer")
            .field("begun", &!matches!(self.state, State::Here(_)))
            .field("ended", &matches!(self.state, State::Ended))
            .field("transferred", &self.done)
            .field("made_at", &format_args!("{}", self.caller))
            .finish_non_exhaustive()
    }
}

/// The future of [`Transfer::cancel`]: what had happened, and the buffer.
///
/// Dropping it does not wait for an operation that was begun, which goes on to its end, and drops the buffer.
///
/// # Panics
/// When it is polled again after it gave its result.
///
/// ```
/// use runtime::fs::{Cancel, File};
/// use runtime::io::owned::Read;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-cancelled-{}", std::process::id()));
/// runtime::block_on(async {
///     # std::fs::write(&path, b"hello")?;
///     let file = File::open(&path).await?;
///     let mut reading = file.read_at(vec![0; 5], 0);
///     let first = runtime::future::poll_once(&mut reading).await; // A thread may have begun it.
///     if first.is_none() {
///         let cancelled: Cancel<_, Read> = reading.cancel();
///         let (read, buffer) = cancelled.await;
///         assert_eq!(buffer, b"hello"[..read?]);
///     }
///     # std::fs::remove_file(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[must_use = "it has the buffer: await it"]
pub struct Cancel<B: 'static, W> {
    transfer: Transfer<B, W>,
}

impl<B: Unpin + Send + 'static, W: Way<B>> Future for Cancel<B, W> {
    type Output = (io::Result<usize>, B);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.transfer.poll_end(cx, "cancelled, and that was polled")
    }
}

impl<B: 'static, W> fmt::Debug for Cancel<B, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancel")
            .field("transfer", &self.transfer)
            .finish()
    }
}
