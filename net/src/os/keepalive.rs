//! When an idle TCP connection is probed, and how often.

use std::io;
use std::net::TcpStream;
use std::time::Duration;

use rustix::net::sockopt;

pub(crate) fn set_idle(stream: &TcpStream, idle: Duration) -> io::Result<()> {
    Ok(sockopt::set_tcp_keepidle(stream, idle)?)
}

pub(crate) fn set_interval(stream: &TcpStream, interval: Duration) -> io::Result<()> {
    Ok(sockopt::set_tcp_keepintvl(stream, interval)?)
}

pub(crate) fn set_probes(stream: &TcpStream, probes: u32) -> io::Result<()> {
    Ok(sockopt::set_tcp_keepcnt(stream, probes)?)
}
