//! A future of the next Ctrl-C; it does not know how the system tells of it.

use std::fmt;
use std::future::Future;
use std::io;
use std::mem;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use reactor::Handle;

use super::os::Presses;

/// The next Ctrl-C: see [`ctrl_c`].
///
/// ```
/// use runtime::future::poll_once;
/// use runtime::signal::{CtrlC, ctrl_c};
///
/// runtime::block_on(async {
///     let mut pressed: CtrlC = ctrl_c();
///     while poll_once(&mut pressed).await.is_none() {
///         // Some work, and then:
///         # break;
///     }
/// });
/// ```
#[must_use = "futures do nothing unless awaited"]
pub struct CtrlC {
    state: State,
    /// Whose future it is, for the words of a misuse.
    caller: &'static Location<'static>,
}

enum State {
    Listening(Presses),
    Refused(io::Error),
    Ended,
}

/// A future that is ready at the first Ctrl-C **after this call**: on Unix SIGINT, from wherever, on Windows also
/// Ctrl-Break. It hears of the closing of a console, too, but there Windows ends the program and waits for nothing.
///
/// Each such future hears of each Ctrl-C, on all runtimes of the process.
///
/// From the first call on, and until the process ends, Ctrl-C **does not end the program** any more, also when nobody
/// waits for it. To take every one into account, ask for the next one before you begin with this one:
///
/// ```
/// # use runtime::signal::ctrl_c;
/// async fn until_pressed_twice() -> std::io::Result<()> {
///     ctrl_c().await?;
///     let again = ctrl_c();
///     println!("once more, and I drop everything");
///     again.await
/// }
/// # drop(until_pressed_twice());
/// ```
///
/// On Windows the first call starts a thread, which stays. Elsewhere there is none: the signal writes into a pair of
/// sockets, which this future holds.
///
/// # Cancel safety
/// Dropping the future means to listen no longer.
///
/// # Errors
/// They come when it is awaited: descriptors may be exhausted, the runtime may be gone, and on Windows the program may
/// have set a handler of the crate `ctrlc` itself.
///
/// # Panics
/// If it is called outside of a runtime, and if the future is polled again when it was ready.
///
/// ```
/// use runtime::future::or;
/// use runtime::signal::ctrl_c;
/// use runtime::time::{Duration, sleep};
///
/// runtime::block_on(async {
///     let work = async {
///         sleep(Duration::from_millis(1)).await;
///         "done"
///     };
///     let interrupted = async {
///         ctrl_c().await.expect("Ctrl-C can be listened for");
///         "interrupted"
///     };
///     println!("{}", or(work, interrupted).await);
/// });
/// ```
#[track_caller]
pub fn ctrl_c() -> CtrlC {
    let handle = Handle::current("signal::ctrl_c");
    let state = match Presses::listen(handle) {
        Ok(presses) => State::Listening(presses),
        Err(error) => State::Refused(error),
    };
    CtrlC {
        state,
        caller: Location::caller(),
    }
}

impl Future for CtrlC {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let State::Listening(presses) = &mut self.state {
            let pressed = ready!(presses.poll(cx));
            self.state = State::Ended;
            return Poll::Ready(pressed);
        }
        match mem::replace(&mut self.state, State::Ended) {
            State::Refused(error) => Poll::Ready(Err(error)),
            _ => panic!(
                "the future made at {} was polled after it had given its result: call `ctrl_c` again for the next \
                 Ctrl-C",
                self.caller
            ),
        }
    }
}

impl fmt::Debug for CtrlC {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CtrlC")
            .field("ended", &matches!(self.state, State::Ended))
            .field("made_at", &format_args!("{}", self.caller))
            .finish_non_exhaustive()
    }
}
