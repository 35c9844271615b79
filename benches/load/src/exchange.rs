//! One message there and back over a blocking socket.

use std::io::{Error, Result};
use std::net::{Ipv4Addr, SocketAddrV4};

use rustix::fd::{AsFd, OwnedFd};
use rustix::io::retry_on_intr;
use rustix::net::sockopt::set_tcp_nodelay;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, connect, recv, send, socket_with,
};

/// A longer message might not fit into the sockets' buffers. The sends block, and a server that blocks as well, because
/// nobody reads its answer, would wait for ever.
const LONGEST: usize = 64 * 1024;

/// A message, with room for its answer.
pub(crate) struct Exchange {
    message: Vec<u8>,
    answer: Vec<u8>,
}

impl Exchange {
    pub(crate) fn new(size: usize) -> Result<Exchange> {
        if size == 0 || size > LONGEST {
            let refusal = format!("a message has 1 to {LONGEST} bytes, not {size}");
            return Err(Error::other(refusal));
        }
        Ok(Exchange {
            message: vec![0; size],
            answer: vec![0; size],
        })
    }

    /// One round trip in two system calls, if nothing comes between.
    pub(crate) fn round_trip(&mut self, socket: impl AsFd) -> Result<()> {
        self.send(&socket)?;
        let mut received = 0;
        while received < self.answer.len() {
            let rest = &mut self.answer[received..];
            // One wait for the whole answer, in however many pieces the server writes it.
            let (count, _) = retry_on_intr(|| recv(&socket, &mut *rest, RecvFlags::WAITALL))?;
            received += some(count)?;
        }
        Ok(())
    }

    /// One round trip of bytes that differ from connection to connection, which must come back as they went.
    pub(crate) fn verify(&mut self, socket: impl AsFd, connection: usize) -> Result<()> {
        for (index, byte) in self.message.iter_mut().enumerate() {
            *byte = (index * 31 + connection * 7 + index / 256) as u8;
        }
        self.answer.fill(0);
        self.round_trip(socket)?;
        if self.answer != self.message {
            let complaint = format!("the bytes of connection {connection} came back altered");
            return Err(Error::other(complaint));
        }
        Ok(())
    }

    pub(crate) fn send(&self, socket: impl AsFd) -> Result<()> {
        let mut rest = &self.message[..];
        while !rest.is_empty() {
            // If the server has gone, this is an error and not a signal.
            let count = retry_on_intr(|| send(&socket, rest, SendFlags::NOSIGNAL))?;
            rest = &rest[count..];
        }
        Ok(())
    }
}

/// Refuses the zero bytes that stand for the end of the stream.
pub(crate) fn some(received: usize) -> Result<usize> {
    match received {
        0 => Err(Error::other(
            "the server closed a connection before it had answered",
        )),
        count => Ok(count),
    }
}

/// A connection to this port whose last bytes never wait for an acknowledgement of those before.
pub(crate) fn connection(port: u16) -> Result<OwnedFd> {
    let socket = tcp_socket()?;
    connect(&socket, &server(port))
        .map_err(|error| Error::other(format!("cannot connect to port {port}: {error}")))?;
    set_tcp_nodelay(&socket, true)?;
    Ok(socket)
}

pub(crate) fn tcp_socket() -> Result<OwnedFd> {
    let socket = socket_with(
        AddressFamily::INET,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        None,
    );
    socket.map_err(|error| Error::other(format!("cannot make a socket: {error}")))
}

pub(crate) fn server(port: u16) -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)
}
