//! Where the system decides when an idle TCP connection is probed, for all connections alike.

use std::io;
use std::net::TcpStream;
use std::time::Duration;

pub(crate) fn set_idle(_: &TcpStream, _: Duration) -> io::Result<()> {
    Err(fixed())
}

pub(crate) fn set_interval(_: &TcpStream, _: Duration) -> io::Result<()> {
    Err(fixed())
}

pub(crate) fn set_probes(_: &TcpStream, _: u32) -> io::Result<()> {
    Err(fixed())
}

fn fixed() -> io::Error {
    io::Error::new(
        io::ErrorKind::Unsupported,
        "this system does not let a connection choose when it is probed: use its settings",
    )
}
