//! Names for the numbers of signals.

use std::ffi::c_int;

use signal_hook::consts;

/// A kind of signal, which is a number: see [`signal`](super::signal()).
///
/// ```
/// use runtime::signal::unix::SignalKind;
///
/// assert_eq!(SignalKind::hangup(), SignalKind::from_raw(1));
/// assert_ne!(SignalKind::user_defined1(), SignalKind::user_defined2());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SignalKind(c_int);

impl SignalKind {
    /// The signal of this number, as in `signal.h`. Whether there is one, [`signal`](super::signal()) says.
    ///
    /// ```
    /// use runtime::signal::unix::{SignalKind, signal};
    ///
    /// runtime::block_on(async {
    ///     let urgent = signal(SignalKind::from_raw(23))?; // SIGURG on Linux.
    ///     # drop(urgent);
    ///     assert!(signal(SignalKind::from_raw(-1)).is_err());
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub const fn from_raw(number: c_int) -> SignalKind {
        SignalKind(number)
    }

    /// Its number.
    ///
    /// ```
    /// use runtime::signal::unix::SignalKind;
    ///
    /// assert_eq!(SignalKind::interrupt().as_raw_value(), 2);
    /// ```
    #[must_use]
    pub const fn as_raw_value(&self) -> c_int {
        self.0
    }

    /// SIGINT. Ctrl-C at the terminal. By default it ends the program.
    ///
    /// ```
    /// # use runtime::signal::unix::{SignalKind, signal};
    /// # runtime::block_on(async {
    /// let signals = signal(SignalKind::interrupt())?;
    /// # drop(signals);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub const fn interrupt() -> SignalKind {
        SignalKind(consts::SIGINT)
    }

    /// SIGTERM. The polite request to end. By default it ends the program.
    ///
    /// ```
    /// # use runtime::signal::unix::{SignalKind, signal};
    /// # runtime::block_on(async {
    /// let signals = signal(SignalKind::terminate())?;
    /// # drop(signals);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub const fn terminate() -> SignalKind {
        SignalKind(consts::SIGTERM)
    }

    /// SIGHUP. The terminal is gone; servers take it as "read your configuration again". By default it ends the
    /// program.
    ///
    /// ```
    /// # use runtime::signal::unix::{SignalKind, signal};
    /// # runtime::block_on(async {
    /// let signals = signal(SignalKind::hangup())?;
    /// # drop(signals);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub const fn hangup() -> SignalKind {
        SignalKind(consts::SIGHUP)
    }

    /// SIGQUIT. Ctrl-\ at the terminal. By default it ends the program with a core dump.
    ///
    /// ```
    /// # use runtime::signal::unix::{SignalKind, signal};
    /// # runtime::block_on(async {
    /// let signals = signal(SignalKind::quit())?;
    /// # drop(signals);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub const fn quit() -> SignalKind {
        SignalKind(consts::SIGQUIT)
    }

    /// SIGUSR1. The first one without a meaning. By default it ends the program.
    ///
    /// ```
    /// # use runtime::signal::unix::{SignalKind, signal};
    /// # runtime::block_on(async {
    /// let signals = signal(SignalKind::user_defined1())?;
    /// # drop(signals);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub const fn user_defined1() -> SignalKind {
        SignalKind(consts::SIGUSR1)
    }

    /// SIGUSR2. The second one without a meaning. By default it ends the program.
    ///
    /// ```
    /// # use runtime::signal::unix::{SignalKind, signal};
    /// # runtime::block_on(async {
    /// let signals = signal(SignalKind::user_defined2())?;
    /// # drop(signals);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub const fn user_defined2() -> SignalKind {
        SignalKind(consts::SIGUSR2)
    }

    /// SIGCHLD. A child process has ended, or was stopped or continued. By default nothing happens.
    ///
    /// ```
    /// # use runtime::signal::unix::{SignalKind, signal};
    /// # runtime::block_on(async {
    /// let signals = signal(SignalKind::child())?;
    /// # drop(signals);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub const fn child() -> SignalKind {
        SignalKind(consts::SIGCHLD)
    }

    /// SIGPIPE. Something was written to a pipe or a socket whose reader is gone. Rust's programs ignore it, and the
    /// write gives an error.
    ///
    /// ```
    /// # use runtime::signal::unix::{SignalKind, signal};
    /// # runtime::block_on(async {
    /// let signals = signal(SignalKind::pipe())?;
    /// # drop(signals);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub const fn pipe() -> SignalKind {
        SignalKind(consts::SIGPIPE)
    }

    /// SIGALRM. A timer of the system has come to its end. By default it ends the program.
    ///
    /// ```
    /// # use runtime::signal::unix::{SignalKind, signal};
    /// # runtime::block_on(async {
    /// let signals = signal(SignalKind::alarm())?;
    /// # drop(signals);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub const fn alarm() -> SignalKind {
        SignalKind(consts::SIGALRM)
    }

    /// SIGWINCH. The terminal has another size. By default nothing happens.
    ///
    /// ```
    /// # use runtime::signal::unix::{SignalKind, signal};
    /// # runtime::block_on(async {
    /// let signals = signal(SignalKind::window_change())?;
    /// # drop(signals);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub const fn window_change() -> SignalKind {
        SignalKind(consts::SIGWINCH)
    }

    /// SIGIO. A descriptor is ready that was told to say so. By default it ends the program, or nothing happens.
    ///
    /// ```
    /// # use runtime::signal::unix::{SignalKind, signal};
    /// # runtime::block_on(async {
    /// let signals = signal(SignalKind::io())?;
    /// # drop(signals);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub const fn io() -> SignalKind {
        SignalKind(consts::SIGIO)
    }
}

impl From<c_int> for SignalKind {
    fn from(number: c_int) -> SignalKind {
        SignalKind(number)
    }
}

impl From<SignalKind> for c_int {
    fn from(kind: SignalKind) -> c_int {
        kind.0
    }
}
