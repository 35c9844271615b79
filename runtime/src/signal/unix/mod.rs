//! Signals of Unix, as streams: a signal writes a byte into a pair of sockets; it knows no thread and no list of who
//! listens.

mod kind;

use std::fmt;
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use net::while_doing;
use reactor::{Direction, Handle, Registration, Sharing, SourceKind};
use signal_hook::consts::FORBIDDEN;
use signal_hook::{SigId, low_level};

pub use kind::SignalKind;

/// More bytes than one of the sockets takes, each by itself, so that one read empties it. If not, a signal more is told
/// of, which had come.
const BYTES: usize = 512;

/// Listens for one kind of signal: see [`signal`].
///
/// It is also a [`Stream`] of arrivals.
///
/// ```
/// use runtime::future::poll_once;
/// use runtime::signal::unix::{Signal, SignalKind, signal};
/// use runtime::stream::StreamExt;
///
/// runtime::block_on(async {
///     let mut hangups: Signal = signal(SignalKind::hangup())?;
///     assert_eq!(poll_once(hangups.next()).await, None); // None has come yet.
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[must_use = "dropping it means to listen no longer"]
pub struct Signal {
    kind: SignalKind,
    /// Has the handler write to the other end.
    action: SigId,
    arrivals: Registration<UnixStream>,
}

/// Listens for a kind of signal, from this call on.
///
/// Each [`Signal`] of the process hears of each arrival, on all runtimes and threads. As in the system itself, several
/// arrivals may be told of as one: never more than there were, and at least one after the last. No memory is used up by
/// those that nobody asks for, and they wake nobody.
///
/// From the first call for a kind on, and until the process ends, its signal **does not do what it did by default** any
/// more, also when nobody listens: a program that has listened for SIGTERM is not ended by it. A handler that was there
/// before is called as well. A child process that is started later has the system's default.
///
/// Each holds two descriptors and starts no thread. The signal's handler does nothing but write a byte.
///
/// # Errors
/// [`InvalidInput`](io::ErrorKind::InvalidInput) for the signals that cannot be caught or must not be (SIGKILL,
/// SIGSTOP, SIGILL, SIGFPE, SIGSEGV) and for numbers that are no signal; and what the system says, for instance when
/// there are no descriptors left.
///
/// # Panics
/// If it is called outside of a runtime.
///
/// ```
/// use runtime::signal::unix::{SignalKind, signal};
///
/// runtime::block_on(async {
///     let mut terminate = signal(SignalKind::terminate())?;
///     runtime::spawn(async move {
///         while terminate.recv().await.is_some() {
///             println!("soon");
///         }
///     });
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn signal(kind: SignalKind) -> io::Result<Signal> {
    Signal::listen(Handle::current("signal::unix::signal"), kind)
}

impl Signal {
    pub(crate) fn listen(handle: Handle, kind: SignalKind) -> io::Result<Signal> {
        let number = kind.as_raw_value();
        if FORBIDDEN.contains(&number) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!(
                    "signal {number} cannot be listened for: a handler that returns makes it no better"
                ),
            ));
        }
        Signal::register(handle, kind)
            .map_err(|error| while_doing(format_args!("listening for signal {number}"), error))
    }

    fn register(handle: Handle, kind: SignalKind) -> io::Result<Signal> {
        let (arrivals, bell) = UnixStream::pair()?;
        arrivals.set_nonblocking(true)?;
        // Shared, so that it is watched only while somebody waits, and with the duplicates that a child has until it
        // runs its program.
        let arrivals = Registration::new(handle, arrivals, SourceKind::Other, Sharing::Shared)?;
        let action = low_level::pipe::register(kind.as_raw_value(), bell)?;
        Ok(Signal {
            kind,
            action,
            arrivals,
        })
    }

    /// Waits for the next arrival, or gives one at once that has not been told of. `None` when the runtime is gone.
    ///
    /// # Cancel safety
    /// Dropping this future loses no arrival.
    ///
    /// ```
    /// use runtime::future::poll_once;
    /// use runtime::signal::unix::{SignalKind, signal};
    ///
    /// runtime::block_on(async {
    ///     let mut alarms = signal(SignalKind::alarm())?;
    ///     assert_eq!(poll_once(alarms.recv()).await, None); // None has come yet.
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub async fn recv(&mut self) -> Option<()> {
        let arrival = self.arrivals.operation(Direction::Read, take);
        arrival.await.ok()
    }

    /// As [`recv`](Self::recv), for futures written by hand. Who has called it is woken, as long as this is there.
    ///
    /// It is also pending when the task has done its share of this poll, and then wakes it.
    ///
    /// ```
    /// use std::task::{Context, Waker};
    /// use runtime::signal::unix::{SignalKind, signal};
    ///
    /// runtime::block_on(async {
    ///     let mut quits = signal(SignalKind::quit())?;
    ///     let mut cx = Context::from_waker(Waker::noop());
    ///     assert!(quits.poll_recv(&mut cx).is_pending());
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
        self.poll_arrival(cx).map(Result::ok)
    }

    pub(super) fn poll_arrival(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.arrivals.poll_io(cx, Direction::Read, take)
    }
}

/// Takes all that has arrived.
fn take(mut arrivals: &UnixStream) -> io::Result<()> {
    arrivals.read(&mut [0; BYTES]).map(drop)
}

impl Stream for Signal {
    type Item = ();

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<()>> {
        self.poll_recv(cx)
    }
}

impl Drop for Signal {
    /// First nobody writes any more, and then the sockets go: to write to a socket whose other end is closed is a
    /// signal itself.
    fn drop(&mut self) {
        low_level::unregister(self.action);
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signal")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
