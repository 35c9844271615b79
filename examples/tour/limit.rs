//! The descriptors that the tour needs; nothing else of it.

use std::io;

/// A shell often allows 1024 open files, and the system more to who asks.
#[cfg(unix)]
pub(crate) fn raise_descriptor_limit(needed: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    let raised = Rlimit {
        current: Some(needed),
        maximum,
    };
    setrlimit(Resource::Nofile, raised).map_err(|error| {
        let words = format!("the tour needs {needed} open files (see `ulimit -n`): {error}");
        io::Error::new(io::Error::from(error).kind(), words)
    })
}

/// No such limit here.
#[cfg(not(unix))]
pub(crate) fn raise_descriptor_limit(_: u64) -> io::Result<()> {
    Ok(())
}
