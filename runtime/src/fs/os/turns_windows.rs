//! What is read or written at a place moves the file's own position, on Windows: here it is put back, one at a time.

use std::fs;
use std::io::{self, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

/// Whose turn it is. The clones of a file share its position, and so they share this.
///
/// It makes nobody wait for longer than the system does: of the calls on a handle like ours it makes one at a time.
#[derive(Clone, Default)]
pub(in crate::fs) struct Turns(Arc<Mutex<()>>);

/// For a file that has just been opened.
pub(in crate::fs) fn turns() -> Turns {
    Turns::default()
}

impl Turns {
    /// Does what goes by the file's own position.
    pub(in crate::fs) fn in_sequence<T>(&self, work: impl FnOnce() -> T) -> T {
        let _turn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work()
    }

    /// As above, if it need not wait.
    pub(in crate::fs) fn at_once<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        let _turn = match self.0.try_lock() {
            Ok(turn) => turn,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        Some(work())
    }

    /// Does what names its place, and leaves the position where it was. What has none has nothing to be put back.
    pub(in crate::fs) fn apart<T>(
        &self,
        mut file: &fs::File,
        work: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<T> {
        let _turn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = file.stream_position();
        let result = work();
        if let Ok(before) = before {
            let put_back = file.seek(SeekFrom::Start(before));
            return result.and_then(|done| put_back.map(|_| done));
        }
        result
    }
}
