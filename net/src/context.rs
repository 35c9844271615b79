//! Errors that say what was being done; it knows nothing of what that was.

use std::error::Error;
use std::fmt;
use std::io;

/// An error of the system, and what was being done when it came.
struct InContext {
    doing: String,
    error: io::Error,
}

impl fmt::Display for InContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.doing, self.error)
    }
}

/// The same words: this is what a `main` that returns the error prints, and there is no more to be told.
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

/// Adds what was being done, as in "connecting to 127.0.0.1:1". The kind stays; the system's error, with its number,
/// is the [`source`](Error::source) of the new one.
#[cold]
pub fn while_doing(doing: impl fmt::Display, error: io::Error) -> io::Error {
    let doing = doing.to_string();
    io::Error::new(error.kind(), InContext { doing, error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_and_number_stay() {
        let refused = io::Error::from(rustix::io::Errno::CONNREFUSED);
        let number = refused.raw_os_error();
        let error = while_doing("connecting to 127.0.0.1:1", refused);
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
        assert!(error.to_string().starts_with("connecting to 127.0.0.1:1: "));
        let source = error.source().and_then(|source| source.downcast_ref());
        assert_eq!(source.and_then(io::Error::raw_os_error), number);
        assert!(number.is_some());
    }
}
