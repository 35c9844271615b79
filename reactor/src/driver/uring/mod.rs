//! Linux's io_uring: readiness by polls, operations by completions, and one system call a turn for all of them.
//!
//! What was begun since the last wait stands in a backlog. The wait hands it over, sleeps until something completes,
//! and takes everything that has: one `io_uring_enter`. A turn of a busy server moves dozens of messages with it.
//!
//! | idea | file |
//! |---|---|
//! | the two queues, and the one call | `ring.rs` |
//! | an entry for each submission, until its last completion | `entries.rs` |
//! | how a source is watched | `watch.rs` |
//! | all that is under way, and what completes | `queues.rs` |
//! | readiness | `polls.rs` |
//! | accepting | `accepts.rs` |
//! | what another loop watches | `shown.rs` |
//! | what a call names beside its bytes | `message.rs` |

mod accepts;
mod entries;
mod message;
mod polls;
mod queues;
mod ring;
mod shown;
#[cfg(test)]
mod tests;
mod watch;

use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::fmt;
use std::io;
use std::mem::{forget, swap, take};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use rustix::event::epoll;

use self::entries::{Operation, State, number};
use self::queues::Queues;
use self::ring::Ring;
use self::shown::Shown;
use self::watch::Watch;
use super::eventfd::EventFd;
use super::fallback::Fallback;
use crate::driver::completion::{Accepted, Call, Completions, Ours, Outcome, Token};
use crate::driver::{Driver, Report, SourceKind, Trigger};
use crate::instant::Instant;
use crate::key::SourceKey;
use crate::os::{Pollable, QueueHandle, borrow};
use crate::readiness::Interest;
use crate::unparker::Unparker;

/// Linux's io_uring. Needs Linux 5.19; [`add`](Driver::add) says so where it is missing or forbidden.
///
/// ```
/// # use reactor::{Reactor, Unparker, UringDriver};
/// let unparker = Unparker::new();
/// let driver = UringDriver::new(unparker.clone());
/// let reactor = Reactor::with_driver(Box::new(driver), unparker);
/// assert_eq!(reactor.driver_name(), "io_uring");
/// ```
pub struct UringDriver {
    unparker: Arc<Unparker>,
    opened: RefCell<Option<Opened>>,
    /// For another loop, once it was asked for.
    shown: OnceCell<Shown>,
}

struct Opened {
    queues: Queues,
    /// Its number is named by a poll for as long as the queues are.
    bell: EventFd,
}

impl UringDriver {
    /// Opens nothing yet.
    ///
    /// ```
    /// # use reactor::{Driver, Unparker, UringDriver};
    /// let driver = UringDriver::new(Unparker::new());
    /// assert_eq!(driver.name(), "io_uring");
    /// ```
    #[must_use]
    pub fn new(unparker: Arc<Unparker>) -> Self {
        UringDriver {
            unparker,
            opened: RefCell::new(None),
            shown: OnceCell::new(),
        }
    }

    /// Runs `work` on the queues, if they are open. What it leaves to be dropped is anybody's code: that is done later,
    /// when nothing is borrowed and nobody else can be harmed.
    fn with<R>(&self, work: impl FnOnce(&mut Queues) -> R) -> Option<R> {
        let mut opened = self.opened.borrow_mut();
        Some(work(&mut opened.as_mut()?.queues))
    }

    /// As [`with`](Self::with), for who has a key or a token, which nobody has before the queues are open.
    fn with_open<R>(&self, work: impl FnOnce(&mut Queues) -> R) -> R {
        let done = self.with(work);
        self.ask_for_a_turn();
        done.expect("the ring is open since the first source")
    }

    /// While the loop rests, whoever drives it sleeps on a descriptor that does not tell what stands in the backlog.
    #[inline]
    fn ask_for_a_turn(&self) {
        if self.unparker.is_idle() && self.is_behind() {
            self.unparker.unpark();
        }
    }

    fn open_queues(&self) -> io::Result<()> {
        if self.opened.borrow().is_none() {
            let ring = Ring::open().map_err(refused)?;
            self.use_ring(ring)?;
        }
        Ok(())
    }

    #[cold]
    fn use_ring(&self, ring: Ring) -> io::Result<()> {
        let bell = EventFd::open()?;
        let queues = Queues::new(ring, bell.as_fd().as_raw_fd());
        self.unparker.hang(Box::new(bell.clone()));
        *self.opened.borrow_mut() = Some(Opened { queues, bell });
        Ok(())
    }
}

pub(crate) fn uring_driver(unparker: Arc<Unparker>) -> io::Result<Box<dyn Driver>> {
    Ok(Box::new(UringDriver::new(unparker)))
}

/// This driver first, and the other one where it cannot be had.
pub(crate) fn before(second: impl Driver + 'static, unparker: Arc<Unparker>) -> Box<dyn Driver> {
    Box::new(Fallback::new(UringDriver::new(unparker), second))
}

/// Whatever says that there is no io_uring for us is told in one way, so that another driver may step in.
#[cold]
fn refused(error: io::Error) -> io::Error {
    let refusals = [
        libc::ENOSYS,
        libc::EPERM,
        libc::EACCES,
        libc::EINVAL,
        libc::ENOMEM,
        libc::EOPNOTSUPP,
    ];
    if refusals.map(Some).contains(&error.raw_os_error()) {
        let words = format!(
            "the io_uring driver needs Linux 5.19 and its leave (kernel.io_uring_disabled, a sandbox): use \
             `DriverKind::Auto`, which takes epoll then: {error}"
        );
        return io::Error::new(io::ErrorKind::Unsupported, words);
    }
    error
}

/// A regular file is always ready, by the system's word, so that waiting for it would be a busy loop. Which files are
/// of that kind, epoll knows: it refuses them.
fn must_be_watchable(fd: BorrowedFd<'_>) -> io::Result<()> {
    let trial = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    let nothing = epoll::EventFlags::empty();
    epoll::add(&trial, fd, epoll::EventData::new_u64(0), nothing)?;
    Ok(())
}

impl Driver for UringDriver {
    fn now(&self) -> Instant {
        Instant::system_now()
    }

    /// Watches nothing before somebody waits: who moves its bytes by operations alone is never polled.
    fn add(
        &self,
        source: Rc<dyn Pollable>,
        key: SourceKey,
        kind: SourceKind,
        _: Interest,
    ) -> io::Result<(Trigger, Interest)> {
        self.open_queues()?;
        // Asked once, and before anything is borrowed: a foreign `AsFd` is anybody's code.
        let fd = borrow(&*source);
        if kind == SourceKind::Other {
            must_be_watchable(fd)?;
        }
        let watch = Watch::new(key, source.clone(), fd.as_raw_fd(), kind);
        let trigger = watch.trigger();
        self.with_open(|queues| queues.add(watch));
        Ok((trigger, Interest::NONE))
    }

    fn modify(
        &self,
        _: &dyn Pollable,
        key: SourceKey,
        _: Trigger,
        interest: Interest,
    ) -> io::Result<()> {
        self.with_open(|queues| queues.modify(key, interest))
    }

    fn remove(&self, _: &dyn Pollable, key: SourceKey, _: bool) {
        self.with(|queues| queues.remove(key));
        self.ask_for_a_turn();
        self.drop_spent();
    }

    #[inline]
    fn wait(&self, timeout: Option<Duration>, reports: &mut Vec<Report>) -> io::Result<()> {
        if let Some(shown) = self.shown.get() {
            shown.forget()?;
        }
        let waited = self.with(|queues| {
            let waited = queues.wait(timeout);
            reports.append(&mut queues.reports);
            waited
        });
        waited.unwrap_or_else(|| {
            self.unparker.park(timeout);
            Ok(())
        })
    }

    fn queue(&self) -> io::Result<QueueHandle<'_>> {
        self.open_queues()?;
        if self.shown.get().is_none() {
            // The bell is polled from now on, and not only when the first wait hands that over.
            self.with_open(|queues| queues.wait(Some(Duration::ZERO)))?;
            let shown = Shown::open(&self.opened.borrow())?;
            let _ = self.shown.set(shown);
        }
        let shown = self.shown.get().expect("it was just made");
        Ok(shown.as_fd())
    }

    /// A multishot poll hands on what the wake says, and bytes that arrive always say that they may be urgent.
    fn reports_exceptions(&self) -> bool {
        false
    }

    fn completions(&self, _: Ours) -> Option<&dyn Completions> {
        Some(self)
    }

    fn name(&self) -> &'static str {
        "io_uring"
    }
}

// SAFETY: the result is told when the system has posted the operation's last completion, which is when it has done
// with its memory; the result is the number of bytes that it moved. What was abandoned stands in the entry until then,
// and when the ring is dropped earlier it is forgotten.
unsafe impl Completions for UringDriver {
    fn open(&self) -> io::Result<()> {
        self.open_queues()
    }

    // SAFETY: told at the trait.
    unsafe fn begin(
        &self,
        source: Option<Rc<dyn Pollable>>,
        key: SourceKey,
        call: Call,
        waker: Waker,
    ) -> Token {
        let fd = number(source.as_deref());
        let (operation, entry) = Operation::new(source, fd, key, call, waker);
        self.with_open(|queues| {
            // SAFETY: the caller's obligation is the same, but for the message, which the operation has itself.
            Token(unsafe { queues.begin(operation, entry) })
        })
    }

    fn poll(&self, token: &Token, cx: &mut Context<'_>) -> Poll<Outcome> {
        let mut waker = None;
        loop {
            let mut over = None;
            let kept = self.with_open(|queues| match &mut queues.operation(token.0).state {
                State::UnderWay(kept) if kept.will_wake(cx.waker()) => true,
                State::UnderWay(kept) => match &mut waker {
                    Some(waker) => {
                        swap(kept, waker); // The one that was kept is dropped at the end.
                        true
                    }
                    None => false,
                },
                State::Over(result) => {
                    let result = *result;
                    over = Some((queues.take(token.0), result));
                    true
                }
                State::Abandoned { .. } => unreachable!("its token was given away"),
            });
            match over {
                Some((mut operation, result)) => return Poll::Ready(operation.outcome(result)),
                None if kept => return Poll::Pending,
                // A clone is anybody's code, which may even have the operation completed: so look again.
                None => waker = Some(cx.waker().clone()),
            }
        }
    }

    fn cancel(&self, token: &Token) {
        self.with_open(|queues| queues.end(token.0 as usize));
        self.drop_spent();
    }

    fn abandon(&self, token: Token, memory: &mut dyn FnMut() -> Box<dyn Any>) {
        let over = self.with_open(|queues| queues.abandon(token.0));
        if over.is_none() {
            let mut kept = State::Abandoned { _memory: memory() };
            let over = self.with_open(|queues| {
                let state = &mut queues.operation(token.0).state;
                if let State::UnderWay(_) = state {
                    swap(state, &mut kept);
                    return None;
                }
                // Gathering the memory was anybody's code, which has had it completed.
                Some(queues.take(token.0))
            });
            drop((over, kept));
        }
        self.drop_spent();
    }

    fn next_accepted(&self, key: SourceKey) -> Accepted {
        self.with_open(|queues| queues.next_accepted(key))
    }

    fn accept(&self, source: &dyn Pollable, key: SourceKey) {
        let fd = borrow(source).as_raw_fd();
        self.with_open(|queues| queues.accept(key, fd));
    }

    fn stop_asking(&self, key: SourceKey) {
        self.with_open(|queues| queues.stop_asking(key));
    }

    fn take_wakes(&self, wakes: &mut Vec<Waker>) {
        self.with(|queues| wakes.append(&mut queues.wakes));
    }

    fn drop_spent(&self) {
        let spent = self.with(|queues| (take(&mut queues.spent), take(&mut queues.released)));
        drop(spent);
    }

    fn is_behind(&self) -> bool {
        self.with(|queues| queues.is_behind()).unwrap_or(false)
    }

    fn operations(&self) -> usize {
        self.with(|queues| queues.operations).unwrap_or(0)
    }

    fn each_waker(&self, tell: &mut dyn FnMut(&Waker)) {
        self.with(|queues| queues.wakers().for_each(tell));
    }

    fn end(&self) {
        self.with(Queues::end_all);
    }
}

impl Drop for UringDriver {
    /// What the system holds fast even now keeps its memory for good.
    fn drop(&mut self) {
        let over = self.with(Queues::end_all);
        if over == Some(false) {
            forget(self.opened.take());
        }
        self.drop_spent();
    }
}

impl fmt::Debug for UringDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UringDriver")
            .field("open", &self.opened.borrow().is_some())
            .finish_non_exhaustive()
    }
}
