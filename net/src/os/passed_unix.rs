//! Descriptors that the parent process passed, as the crate `listenfd` takes them; it knows nothing of their names.

use std::env;
use std::io::{self, ErrorKind};
use std::net;
use std::os::fd::AsFd;
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::process;

use listenfd::ListenFd;
use rustix::net::getpeername;

pub(crate) struct Passed(ListenFd);

impl Passed {
    /// Takes what there is; the next call finds nothing.
    pub(crate) fn from_environment() -> io::Result<Passed> {
        // The crate would take such a count for none.
        let count = env::var_os("LISTEN_FDS").filter(|_| for_this_process());
        let count = count.map(|count| count.to_string_lossy().into_owned());
        match count {
            Some(count) if count.parse::<u16>().is_err() => Err(io::Error::new(
                ErrorKind::InvalidData,
                format!("LISTEN_FDS={count}: no count of descriptors"),
            )),
            _ => Ok(Passed(ListenFd::from_env())),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn take_tcp_listener(
        &mut self,
        index: usize,
    ) -> io::Result<Option<net::TcpListener>> {
        listening(self.0.take_tcp_listener(index)?)
    }

    pub(crate) fn take_udp_socket(&mut self, index: usize) -> io::Result<Option<net::UdpSocket>> {
        self.0.take_udp_socket(index)
    }

    pub(crate) fn take_unix_listener(&mut self, index: usize) -> io::Result<Option<UnixListener>> {
        listening(self.0.take_unix_listener(index)?)
    }

    pub(crate) fn take_unix_datagram(&mut self, index: usize) -> io::Result<Option<UnixDatagram>> {
        self.0.take_unix_datagram(index)
    }
}

/// Whether what the environment says is meant for this process, and not for the parent that has forgotten to take it
/// out. Some tools cannot know their child's number, and name none.
fn for_this_process() -> bool {
    let Some(meant) = env::var_os("LISTEN_PID").filter(|meant| !meant.is_empty()) else {
        return true;
    };
    meant.to_str().and_then(|meant| meant.parse().ok()) == Some(process::id())
}

/// The crate looks at the family and the type of a socket, which a connection has, too.
fn listening<S: AsFd>(socket: Option<S>) -> io::Result<Option<S>> {
    match socket {
        Some(socket) if getpeername(&socket).is_ok() => Err(io::Error::new(
            ErrorKind::InvalidInput,
            "it is a connection, and no listener",
        )),
        socket => Ok(socket),
    }
}
