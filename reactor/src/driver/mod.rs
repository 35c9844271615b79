//! The world as a trait: clock, readiness and the wait; a driver knows nothing of wakers, tasks or timers.

pub(crate) mod completion;
#[cfg(feature = "test-util")]
pub(crate) mod manual;
mod polling;

use std::io;
use std::rc::Rc;
use std::time::Duration;

use self::completion::{Completions, Ours};
pub use self::polling::PollingDriver;
use crate::instant::Instant;
use crate::key::SourceKey;
use crate::lookout::Lookout;
use crate::os::{self, Pollable, QueueHandle};
use crate::readiness::{Interest, Readiness};

/// Which driver a runtime uses.
///
/// ```
/// # use reactor::{DriverKind, Reactor};
/// let best = Reactor::new(DriverKind::default())?;
/// let portable = Reactor::new(DriverKind::Polling)?;
/// assert_eq!(portable.driver_name(), "polling");
/// # drop(best);
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DriverKind {
    /// The best that this system has: [`Epoll`](Self::Epoll) on Linux, and `poll(2)` where the kernel is too old for
    /// that or a sandbox forbids it; [`Polling`](Self::Polling) elsewhere. With the feature `uring`,
    /// [`Uring`](Self::Uring) on Linux, and epoll where that cannot be had. Which of them it is shows when the first
    /// source comes.
    #[default]
    Auto,
    /// The crate `polling`, on every system: epoll, kqueue, event ports, IOCP, or `poll(2)`.
    Polling,
    /// Linux's epoll itself, with one system call a wait. Needs Linux 5.11, and so does [`Polling`](Self::Polling)
    /// there.
    Epoll,
    /// Linux's io_uring, with one system call a turn for all that was begun in it. Needs Linux 5.19, its leave, and the
    /// feature `uring`. It is faster where many operations come together, and not where they come one by one.
    Uring,
}

/// What a source is, which decides how it is watched and what its calls tell of its readiness.
///
/// ```
/// # use std::net::TcpListener;
/// # use reactor::{DriverKind, Reactor, Registration, Sharing, SourceKind};
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// listener.set_nonblocking(true)?;
/// let kind = SourceKind::Listener;
/// let registration = Registration::new(reactor.handle(), listener, kind, Sharing::Sole)?;
/// assert_eq!(reactor.metrics().sources, 1);
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A TCP stream. A short read or write can say that it is drained or full.
    TcpStream,
    /// A Unix stream. A short write can say that it is full; a short read says nothing, for it also ends where the peer
    /// passed descriptors.
    UnixStream,
    /// A TCP or Unix listener.
    Listener,
    /// A UDP or Unix datagram socket.
    Datagram,
    /// Any descriptor or socket that somebody else reads and writes, too.
    Other,
}

/// How a driver reports a source.
///
/// ```
/// # use std::net::UdpSocket;
/// # use std::rc::Rc;
/// # use reactor::{Driver, Interest, PollingDriver, SourceKey, SourceKind, Trigger, Unparker};
/// # let driver = PollingDriver::new(Unparker::new());
/// # let socket = Rc::new(UdpSocket::bind("127.0.0.1:0")?);
/// # socket.set_nonblocking(true)?;
/// let (key, kind) = (SourceKey::from_usize(7), SourceKind::Datagram);
/// let (trigger, watched) = driver.add(socket.clone(), key, kind, Interest::READ)?;
/// let edge_or_once = [Trigger::Edge, Trigger::OneShot];
/// assert!(edge_or_once.contains(&trigger)); // Which of them, the system says.
/// assert_eq!(watched == Interest::NONE, trigger == Trigger::OneShot);
/// # driver.remove(&*socket, key, false);
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// Once for each change. The source is armed once for life; what was reported holds until a call would block.
    Edge,
    /// In every wait while it is so. The source is disarmed when an event finds nobody waiting.
    Level,
    /// Once; then the source is disarmed and has to be armed again.
    OneShot,
}

/// What a wait reported of one source.
///
/// ```
/// # use std::net::UdpSocket;
/// # use std::rc::Rc;
/// # use reactor::{Driver, Interest, PollingDriver, Readiness, SourceKey, SourceKind, Unparker};
/// # let driver = PollingDriver::new(Unparker::new());
/// # let socket = Rc::new(UdpSocket::bind("127.0.0.1:0")?);
/// # socket.set_nonblocking(true)?;
/// # let (key, kind) = (SourceKey::from_usize(7), SourceKind::Datagram);
/// # let (trigger, _) = driver.add(socket.clone(), key, kind, Interest::BOTH)?;
/// # driver.modify(&*socket, key, trigger, Interest::BOTH)?;
/// let mut reports = Vec::new();
/// while reports.is_empty() {
///     driver.wait(None, &mut reports)?;
/// }
/// assert_eq!(reports[0].key, key);
/// assert!(reports[0].readiness.contains(Readiness::WRITE));
/// # driver.remove(&*socket, key, false);
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// The source's key. It may be stale: the reactor looks.
    pub key: SourceKey,
    /// What is so now.
    pub readiness: Readiness,
}

/// The world, as the reactor sees it.
///
/// A driver opens nothing before the first source comes: until then its wait is [`Unparker::park`], and the queue is
/// created in the first [`add`](Self::add), which returns the error if that fails.
///
/// [`Unparker::park`]: crate::Unparker::park
///
/// ```
/// # use std::time::Duration;
/// # use reactor::{Driver, PollingDriver, Unparker};
/// let driver: Box<dyn Driver> = Box::new(PollingDriver::new(Unparker::new()));
/// let earlier = driver.now();
/// let mut reports = Vec::new();
/// driver.wait(Some(Duration::from_millis(1)), &mut reports)?;
/// assert!(reports.is_empty() && driver.now() >= earlier);
/// # std::io::Result::Ok(())
/// ```
pub trait Driver {
    /// The time on the driver's clock.
    ///
    /// ```
    /// # use reactor::{Driver, PollingDriver, Unparker};
    /// let driver = PollingDriver::new(Unparker::new());
    /// let earlier = driver.now();
    /// assert!(driver.now() >= earlier);
    /// ```
    fn now(&self) -> Instant;

    /// Begins to watch a source. Says how it will be reported, and for what it is watched from now on: for `interest`,
    /// or for nothing before it is [armed](Self::modify), because nobody waits yet.
    ///
    /// # Errors
    /// What the system says: no descriptor is left for the queue, or this kind of file cannot be watched.
    ///
    /// ```
    /// # use std::net::UdpSocket;
    /// # use std::rc::Rc;
    /// # use reactor::{Driver, Interest, PollingDriver, SourceKey, SourceKind, Unparker};
    /// # let driver = PollingDriver::new(Unparker::new());
    /// # let socket = Rc::new(UdpSocket::bind("127.0.0.1:0")?);
    /// # socket.set_nonblocking(true)?;
    /// let (key, kind) = (SourceKey::from_usize(7), SourceKind::Datagram);
    /// driver.add(socket.clone(), key, kind, Interest::READ)?;
    /// assert_eq!(Rc::strong_count(&socket), 2); // The driver has a share.
    /// # driver.remove(&*socket, key, false);
    /// # std::io::Result::Ok(())
    /// ```
    fn add(
        &self,
        source: Rc<dyn Pollable>,
        key: SourceKey,
        kind: SourceKind,
        interest: Interest,
    ) -> io::Result<(Trigger, Interest)>;

    /// Changes what is watched, or arms the source again.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # use std::net::UdpSocket;
    /// # use std::rc::Rc;
    /// # use reactor::{Driver, Interest, PollingDriver, SourceKey, SourceKind, Unparker};
    /// # let driver = PollingDriver::new(Unparker::new());
    /// # let socket = Rc::new(UdpSocket::bind("127.0.0.1:0")?);
    /// # socket.set_nonblocking(true)?;
    /// let (key, kind) = (SourceKey::from_usize(7), SourceKind::Datagram);
    /// let (trigger, _) = driver.add(socket.clone(), key, kind, Interest::READ)?;
    /// driver.modify(&*socket, key, trigger, Interest::BOTH)?;
    ///
    /// let mut reports = Vec::new();
    /// while reports.is_empty() {
    ///     driver.wait(None, &mut reports)?;
    /// }
    /// assert_eq!(reports[0].key, key);
    /// # driver.remove(&*socket, key, false);
    /// # std::io::Result::Ok(())
    /// ```
    fn modify(
        &self,
        source: &dyn Pollable,
        key: SourceKey,
        trigger: Trigger,
        interest: Interest,
    ) -> io::Result<()>;

    /// Ends the watch. `sole` says that this is the only descriptor of its file and that it will be closed now: a
    /// driver whose system forgets such a source by itself need not say so.
    ///
    /// ```
    /// # use std::net::UdpSocket;
    /// # use std::rc::Rc;
    /// # use reactor::{Driver, Interest, PollingDriver, SourceKey, SourceKind, Unparker};
    /// # let driver = PollingDriver::new(Unparker::new());
    /// # let socket = Rc::new(UdpSocket::bind("127.0.0.1:0")?);
    /// # socket.set_nonblocking(true)?;
    /// let (key, kind) = (SourceKey::from_usize(7), SourceKind::Datagram);
    /// driver.add(socket.clone(), key, kind, Interest::READ)?;
    /// driver.remove(&*socket, key, false);
    /// assert_eq!(Rc::strong_count(&socket), 1);
    /// # std::io::Result::Ok(())
    /// ```
    fn remove(&self, source: &dyn Pollable, key: SourceKey, sole: bool);

    /// Waits for reports, for at most `timeout`, and appends them to `reports`. `None` is for ever. The wait may end
    /// early and with no report: by the unparker, by a signal, or for no reason.
    ///
    /// # Errors
    /// What the system says, except that an interrupted wait is none.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::{Driver, PollingDriver, Unparker};
    /// let driver = PollingDriver::new(Unparker::new());
    /// let mut reports = Vec::new();
    /// driver.wait(Some(Duration::ZERO), &mut reports)?;
    /// assert!(reports.is_empty());
    /// # std::io::Result::Ok(())
    /// ```
    fn wait(&self, timeout: Option<Duration>, reports: &mut Vec<Report>) -> io::Result<()>;

    /// The operations of a driver that completes them itself.
    #[doc(hidden)]
    fn completions(&self, _: Ours) -> Option<&dyn Completions> {
        None
    }

    /// The driver's queue, as another loop can watch it: readable while a wait would find something, or the unparker
    /// has rung. Opens the queue. From then on it stays this one.
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`] if it has none, as it is unless a driver says otherwise. What the system says
    /// when it cannot be opened.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::{Driver, PollingDriver, Unparker};
    /// let driver = PollingDriver::new(Unparker::new());
    /// match driver.queue() {
    ///     Ok(queue) => println!("{queue:?} can be watched"),
    ///     Err(error) => println!("{error}"),
    /// }
    /// # std::io::Result::Ok(())
    /// ```
    fn queue(&self) -> io::Result<QueueHandle<'_>> {
        Err(hidden())
    }

    /// What waits in this driver's place on another thread: until the driver's next wait would find something, or the
    /// unparker has rung. The driver itself may be used meanwhile, but for its wait. Opens the queue.
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`] if nobody else can wait for it. What the system says.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::{Driver, PollingDriver, Unparker};
    /// let driver = PollingDriver::new(Unparker::new());
    /// let mut lookout = driver.lookout()?;
    /// std::thread::spawn(move || lookout.watch(Some(Duration::from_millis(1)))).join().unwrap()?;
    /// driver.wait(Some(Duration::ZERO), &mut Vec::new())?; // What it has found is told here.
    /// # std::io::Result::Ok(())
    /// ```
    fn lookout(&self) -> io::Result<Box<dyn Lookout>> {
        os::lookout(self.queue()?)
    }

    /// True when a hang-up, an error and urgent data are reported as [`Readiness::EXCEPTIONAL`]. Only then may a
    /// short read of a stream be taken as a sign that it is empty.
    ///
    /// ```
    /// # use reactor::{Driver, PollingDriver, Unparker};
    /// let driver = PollingDriver::new(Unparker::new());
    /// assert!(!driver.reports_exceptions());
    /// ```
    fn reports_exceptions(&self) -> bool;

    /// What it is, for metrics and bug reports.
    ///
    /// ```
    /// # use reactor::{Driver, PollingDriver, Unparker};
    /// let driver = PollingDriver::new(Unparker::new());
    /// assert_eq!(driver.name(), "polling");
    /// ```
    fn name(&self) -> &'static str;
}

/// What a driver says whose queue cannot be watched by another loop.
#[cold]
pub(crate) fn hidden() -> io::Error {
    io::Error::new(
        io::ErrorKind::Unsupported,
        "this driver has no descriptor that another loop could watch: use `runtime::guest`, which works everywhere, or \
         call `turn` often",
    )
}
