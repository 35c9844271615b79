//! A future with a time limit.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::io;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use reactor::{Handle, Instant, Timer};

use crate::time::Duration;

/// Gives `future` so much time: its value, or [`Elapsed`] when the time is over first.
///
/// A future that is ready at its first poll costs nothing: no clock is read and no timer set. So the time counts from
/// the end of the first poll that is pending, and not from this call; [`timeout_at`] is exact.
///
/// # Cancel safety
/// When the time is over the future has not been dropped yet; it is dropped with the timeout. Dropping the timeout
/// drops both.
///
/// # Errors
/// [`Elapsed`]. If both are ready at once the future wins.
///
/// # Panics
/// If it has to wait outside of a runtime.
///
/// ```
/// use std::future::pending;
/// use runtime::time::{Duration, timeout};
///
/// runtime::block_on(async {
///     let limit = Duration::from_millis(1);
///     assert_eq!(timeout(limit, async { "quick" }).await, Ok("quick"));
///     assert!(timeout(limit, pending::<()>()).await.is_err());
/// });
/// ```
#[track_caller]
pub fn timeout<F: IntoFuture>(duration: Duration, future: F) -> Timeout<F::IntoFuture> {
    Timeout {
        future: future.into_future(),
        limit: Limit::NotBegun {
            duration,
            caller: Location::caller(),
        },
    }
}

/// Gives `future` time until `deadline`.
///
/// # Errors
/// [`Elapsed`]. If both are ready at once the future wins.
///
/// # Panics
/// If it is called outside of a runtime.
///
/// ```
/// use std::future::pending;
/// use runtime::time::{Duration, Instant, timeout_at};
///
/// runtime::block_on(async {
///     let deadline = Instant::now() + Duration::from_millis(1);
///     assert!(timeout_at(deadline, pending::<()>()).await.is_err());
/// });
/// ```
#[track_caller]
pub fn timeout_at<F: IntoFuture>(deadline: Instant, future: F) -> Timeout<F::IntoFuture> {
    let handle = Handle::current("timeout_at");
    Timeout {
        future: future.into_future(),
        limit: Limit::Running {
            timer: Timer::new(handle, deadline),
        },
    }
}

pin_project! {
    /// The future of [`timeout`] and [`timeout_at`].
    ///
    /// ```
    /// use runtime::time::{Duration, Timeout, timeout};
    ///
    /// runtime::block_on(async {
    ///     let limited: Timeout<_> = timeout(Duration::from_millis(1), std::future::pending::<()>());
    ///     assert!(limited.await.is_err());
    /// });
    /// ```
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub struct Timeout<F> {
        #[pin]
        future: F,
        limit: Limit,
    }
}

#[derive(Debug)]
enum Limit {
    /// The future has not been polled yet: perhaps it needs no timer.
    NotBegun {
        duration: Duration,
        caller: &'static Location<'static>,
    },
    Running {
        timer: Timer,
    },
}

impl Limit {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Limit::NotBegun { duration, caller } = *self {
            let Some(handle) = Handle::try_current() else {
                outside(caller)
            };
            let deadline = handle.now() + duration;
            let timer = Timer::new(handle, deadline);
            *self = Limit::Running { timer };
        }
        match self {
            Limit::Running { timer } => Pin::new(timer).poll(cx),
            Limit::NotBegun { .. } => Poll::Pending,
        }
    }
}

#[cold]
fn outside(caller: &Location<'_>) -> ! {
    panic!(
        "the `timeout` made at {caller} was polled outside of a runtime: await it inside `runtime::block_on` or under \
         `#[runtime::main]`"
    )
}

impl<F> Timeout<F> {
    /// The future.
    ///
    /// ```
    /// use runtime::time::{Duration, timeout};
    ///
    /// let limited = timeout(Duration::from_secs(1), std::future::ready(5));
    /// println!("waiting for {:?}", limited.get_ref());
    /// ```
    pub fn get_ref(&self) -> &F {
        &self.future
    }

    /// The future, to be changed.
    ///
    /// ```
    /// use runtime::time::{Duration, timeout};
    ///
    /// let mut limited = timeout(Duration::from_secs(1), std::future::ready(5));
    /// *limited.get_mut() = std::future::ready(6);
    /// assert_eq!(runtime::block_on(limited), Ok(6));
    /// ```
    pub fn get_mut(&mut self) -> &mut F {
        &mut self.future
    }

    /// The future, without its limit.
    ///
    /// ```
    /// use runtime::time::{Duration, timeout};
    ///
    /// let limited = timeout(Duration::from_secs(1), std::future::ready(5));
    /// assert_eq!(limited.into_inner().into_inner(), 5);
    /// ```
    pub fn into_inner(self) -> F {
        self.future
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(value) = this.future.poll(cx) {
            return Poll::Ready(Ok(value));
        }
        this.limit.poll(cx).map(|()| Err(Elapsed(())))
    }
}

/// The time of a [`timeout`] is over.
///
/// It becomes an [`io::Error`] of kind [`TimedOut`](io::ErrorKind::TimedOut), so that `?` works where I/O is done.
///
/// ```
/// use std::io;
/// use runtime::time::{Duration, timeout};
///
/// let late = runtime::block_on(async {
///     timeout(Duration::from_millis(1), std::future::pending::<()>()).await?;
///     io::Result::Ok(())
/// });
/// assert_eq!(late.unwrap_err().kind(), io::ErrorKind::TimedOut);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed(());

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time limit has passed")
    }
}

impl std::error::Error for Elapsed {}

impl From<Elapsed> for io::Error {
    fn from(elapsed: Elapsed) -> io::Error {
        io::Error::new(io::ErrorKind::TimedOut, elapsed)
    }
}
