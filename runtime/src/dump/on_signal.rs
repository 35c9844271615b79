//! A dump whenever a signal comes: a task that waits for it and prints; how signals come, it does not know.

use std::io::{self, Write};

use reactor::Handle;

use super::dump;
use crate::signal::unix::{Signal, SignalKind};
use crate::spawn;
use crate::task::AbortHandle;

/// Prints a [`Dump`](super::Dump) of the current runtime to standard error whenever the signal comes, from this call
/// on: one line in a program, and `kill -USR1` shows why it stands still. Unix only, with the feature `signal`.
///
/// It is a task like others, and stands in the table. It prints when its turn comes; a poll that does not end keeps it
/// from that. Several signals in a row may give one table. It ends with the runtime, or when the handle that this gives
/// is used; to drop that changes nothing.
///
/// A task that waits for a signal may be woken, so while this one is there [`block_on`](crate::Runtime::block_on) is
/// never found [stuck](crate::WhenStuck): it waits, and the signal shows for what. Leave it out in tests.
///
/// As with [`signal`](crate::signal::unix::signal()), the signal does not end the program any more.
///
/// # Errors
/// Those of [`signal`](crate::signal::unix::signal()). Who has closed standard error is not told: then nothing is
/// printed.
///
/// # Panics
/// Outside of a runtime.
///
/// ```
/// use runtime::dump::on_signal;
/// use runtime::signal::unix::SignalKind;
///
/// runtime::block_on(async {
///     on_signal(SignalKind::user_defined1())?;
///     // … all that the program does.
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn on_signal(kind: SignalKind) -> io::Result<AbortHandle> {
    let mut signals = Signal::listen(Handle::current("dump::on_signal"), kind)?;
    let task = spawn(async move {
        while signals.recv().await.is_some() {
            // In one piece, so that no other line comes in between.
            let table = format!("{}\n", dump());
            let _ = io::stderr().write_all(table.as_bytes());
        }
    });
    Ok(task.abort_handle())
}
