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
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpSocket;
    ///
    /// let one = TcpSocket::new_v4()?;
    /// one.set_reuseport(true)?;
    /// one.bind("127.0.0.1:0".parse().unwrap())?;
    /// let address = one.local_addr()?;
    /// let one = one.listen(16)?;
    ///
    /// let other = TcpSocket::new_v4()?;
    /// other.set_reuseport(true)?;
    /// other.bind(address)?;
    /// let other = other.listen(16)?;
    /// # drop((one, other));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn set_reuseport(&self, reuse: bool) -> io::Result<()> {
        Ok(sockopt::set_socket_reuseport(&self.socket, reuse)?)
    }

    /// Whether several sockets may listen on the same address.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpSocket;
    ///
    /// let socket = TcpSocket::new_v4()?;
    /// assert!(!socket.reuseport()?); // Nobody has asked for it.
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn reuseport(&self) -> io::Result<bool> {
        Ok(sockopt::socket_reuseport(&self.socket)?)
    }
}
