//! Errors that say what was being done; it knows nothing of what that was.

use std::error::Error;
use std::fmt;
use std::io;

/// An error of the system, and what was being done when it came. Its two forms are the same words: this is what a
/// `main` that returns the error prints.
struct InContext {
    doing: String,
    error: io::Error,
}

impl fmt::Display for InContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.doing, self.error)
    }
}

impl fmt::Debug for InContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The system's own error is the source, because there its number is still to be had.
impl Error for InContext {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}

/// Adds what was being done, as in "opening /nope". The kind stays; the system's error, with its number, is the
/// [`source`](Error::source) of the new one.
#[cold]
pub(super) fn while_doing(doing: impl fmt::Display, error: io::Error) -> io::Error {
    let doing = doing.to_string();
    io::Error::new(error.kind(), InContext { doing, error })
}
