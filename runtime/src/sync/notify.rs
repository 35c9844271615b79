//! A notice without a value: somebody waits, somebody else says that it is time.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::turn::{Queue, Turn};
use super::waiters::{Call, Waiters};

/// Wakes tasks that wait for a condition, which is kept elsewhere (in a `Cell`, say).
///
/// [`notify_one`](Notify::notify_one) wakes the one that waits longest. If nobody waits it stores one permit, which the
/// next one to come takes without waiting; a second permit is never stored, so that several notices may become one.
/// [`notify_waiters`](Notify::notify_waiters) wakes everybody who waits, and stores nothing.
///
/// The name is tokio's, and so is what it does. What differs: it is local; there are no `notify_last` and no
/// `notified_owned`.
///
/// ```
/// use std::cell::RefCell;
/// use std::rc::Rc;
/// use runtime::sync::Notify;
///
/// runtime::block_on(async {
///     let jobs = Rc::new((RefCell::new(Vec::new()), Notify::new()));
///     let worker = runtime::spawn({
///         let jobs = jobs.clone();
///         async move {
///             loop {
///                 let job = jobs.0.borrow_mut().pop();
///                 match job {
///                     Some(job) => return job,
///                     None => jobs.1.notified().await,
///                 }
///             }
///         }
///     });
///     jobs.0.borrow_mut().push("sweep");
///     jobs.1.notify_one();
///     assert_eq!(worker.await.unwrap(), "sweep");
/// });
/// ```
#[derive(Debug)]
pub struct Notify {
    waiters: Waiters<u64>,
    permit: Cell<bool>,
    /// How often everybody was notified. A future of ours wants it to be another number than when it was made.
    rounds: Cell<u64>,
}

impl Notify {
    /// One without a permit.
    ///
    /// ```
    /// use runtime::sync::Notify;
    ///
    /// thread_local!(static CHANGED: Notify = const { Notify::new() });
    /// CHANGED.with(Notify::notify_one);
    /// ```
    pub const fn new() -> Self {
        Notify {
            waiters: Waiters::new(),
            permit: Cell::new(false),
            rounds: Cell::new(0),
        }
    }

    /// Waits for a notice, or takes the permit if there is one.
    ///
    /// The future gets what [`notify_waiters`](Notify::notify_waiters) tells from the moment it is made, and what
    /// [`notify_one`](Notify::notify_one) tells from its first poll, or from [`Notified::enable`]. So a condition that
    /// `notify_waiters` announces is to be looked at after the future was made, and before it is awaited:
    ///
    /// ```
    /// use std::cell::Cell;
    /// use runtime::sync::Notify;
    ///
    /// async fn until_open(open: &Cell<bool>, changed: &Notify) {
    ///     loop {
    ///         let notified = changed.notified();
    ///         if open.get() {
    ///             return;
    ///         }
    ///         notified.await;
    ///     }
    /// }
    ///
    /// let (open, changed) = (Cell::new(false), Notify::new());
    /// runtime::block_on(async {
    ///     runtime::join!(until_open(&open, &changed), async {
    ///         open.set(true);
    ///         changed.notify_waiters();
    ///     });
    /// });
    /// ```
    ///
    /// # Cancel safety
    /// A future that is dropped loses its place in the queue. If `notify_one` had chosen it, the next one is notified,
    /// or the permit stored.
    pub fn notified(&self) -> Notified<'_> {
        Notified {
            turn: Turn::new(self, self.rounds.get()),
            is_done: false,
        }
    }

    /// Notifies the one that waits longest, or stores the permit.
    ///
    /// ```
    /// use runtime::sync::Notify;
    ///
    /// runtime::block_on(async {
    ///     let notify = Notify::new();
    ///     notify.notify_one();
    ///     notify.notify_one(); // There is a permit already.
    ///     notify.notified().await;
    ///     assert_eq!(runtime::future::poll_once(notify.notified()).await, None);
    /// });
    /// ```
    pub fn notify_one(&self) {
        if !self.waiters.call_first() {
            self.permit.set(true);
        }
    }

    /// Notifies everybody who waits, and every future that was made before and not polled yet. It stores no permit.
    ///
    /// ```
    /// use runtime::sync::Notify;
    ///
    /// runtime::block_on(async {
    ///     let notify = Notify::new();
    ///     let (one, two) = (notify.notified(), notify.notified());
    ///     notify.notify_waiters();
    ///     runtime::join!(one, two);
    /// });
    /// ```
    pub fn notify_waiters(&self) {
        self.rounds.set(self.rounds.get().wrapping_add(1));
        self.waiters.call_all();
    }
}

impl Default for Notify {
    fn default() -> Self {
        Notify::new()
    }
}

impl Queue for Notify {
    type Want = u64;

    fn waiters(&self) -> &Waiters<u64> {
        &self.waiters
    }

    fn take(&self, made_in: u64) -> Option<Call> {
        if self.rounds.get() != made_in {
            return Some(Call::WithAll);
        }
        self.permit.replace(false).then_some(Call::InTurn)
    }

    fn left(&self, _: u64, unused: Option<Call>) {
        if unused == Some(Call::InTurn) {
            self.notify_one();
        }
    }
}

/// The future of [`Notify::notified`].
///
/// ```
/// use runtime::sync::{Notified, Notify};
///
/// let notify = Notify::new();
/// let notified: Notified<'_> = notify.notified();
/// notify.notify_waiters();
/// runtime::block_on(notified);
/// ```
#[must_use = "futures do nothing unless awaited"]
pub struct Notified<'a> {
    turn: Turn<'a, Notify>,
    is_done: bool,
}

impl Notified<'_> {
    /// Takes its place in the queue now, as the first poll would; true if it was notified already. Then it is ready.
    ///
    /// For a condition that [`notify_one`](Notify::notify_one) announces to several tasks: it is to be looked at after
    /// this call.
    ///
    /// ```
    /// use std::pin::pin;
    /// use runtime::sync::Notify;
    ///
    /// runtime::block_on(async {
    ///     let notify = Notify::new();
    ///     let mut first = pin!(notify.notified());
    ///     let mut second = pin!(notify.notified());
    ///     assert!(!first.as_mut().enable());
    ///     assert!(!second.as_mut().enable());
    ///     notify.notify_one();
    ///     assert!(first.as_mut().enable());
    ///     assert!(!second.as_mut().enable());
    /// });
    /// ```
    pub fn enable(mut self: Pin<&mut Self>) -> bool {
        // The waker of an earlier poll must stay.
        if self.turn.stands_in_line() {
            return self.turn.is_called();
        }
        let mut nobody = Context::from_waker(Waker::noop());
        // The first poll may do no more than give way, if the task has spent its budget.
        while self.as_mut().poll(&mut nobody).is_pending() {
            if self.turn.stands_in_line() {
                return false;
            }
        }
        true
    }
}

impl Future for Notified<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if !self.is_done {
            self.is_done = Pin::new(&mut self.turn).poll(cx).is_ready();
        }
        match self.is_done {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}

impl fmt::Debug for Notified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Notified");
        fields
            .field("is_done", &self.is_done)
            .finish_non_exhaustive()
    }
}
