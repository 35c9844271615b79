//! Several listeners on one port, where the system has that.

use std::io;

use rustix::net::sockopt;

use crate::tcp::TcpSocket;

impl TcpSocket {
    /// Whether several sockets may listen on the same address, all of them with this option: on Linux the system
    /// shares the connections out among them. Not on Windows, Solaris or illumos.
    ///
    /// # Errors
    /// What the system says.
    pub fn set_reuseport(&self, reuse: bool) -> io::Result<()> {
        Ok(sockopt::set_socket_reuseport(&self.socket, reuse)?)
    }

    /// Whether several sockets may listen on the same address.
    ///
    /// # Errors
    /// What the system says.
    pub fn reuseport(&self) -> io::Result<bool> {
        Ok(sockopt::socket_reuseport(&self.socket)?)
    }
}
