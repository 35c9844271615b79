//! Words for why a source is not watched; it knows nothing of who asked.

use std::io;

/// What a socket says whose runtime was dropped.
pub(crate) fn gone() -> io::Error {
    io::Error::other(
        "the runtime that this was registered with has been dropped: keep the `Runtime` for as long as its sockets",
    )
}

/// The system's error for a registration, with what it means there. The kind stays; others are given as they are.
#[cold]
pub(crate) fn explain(error: io::Error) -> io::Error {
    let meaning = match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "this kind of file cannot be watched, for a regular file or a directory never blocks"
        }
        io::ErrorKind::AlreadyExists => {
            "this descriptor is registered already: share the registration, or register a duplicate"
        }
        io::ErrorKind::StorageFull => {
            "this user may watch no more sources (on Linux see /proc/sys/fs/epoll/max_user_watches)"
        }
        _ => return error,
    };
    io::Error::new(error.kind(), format!("{meaning}: {error}"))
}
