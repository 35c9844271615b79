//! The options of a socket that is neither connected nor listening yet, set and asked.

use std::io;
use std::time::Duration;

use rustix::net::sockopt;

use crate::tcp::TcpSocket;

impl TcpSocket {
    /// Whether an address may be bound that connections of an earlier socket still use (on Windows: that another
    /// socket uses now).
    ///
    /// # Errors
    /// What the system says, here and in all the options below.
    ///
    /// ```
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpSocket;
    /// let socket = TcpSocket::new_v4()?;
    /// socket.set_reuseaddr(true)?;
    /// assert!(socket.reuseaddr()?);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn set_reuseaddr(&self, reuse: bool) -> io::Result<()> {
        Ok(sockopt::set_socket_reuseaddr(&self.socket, reuse)?)
    }

    /// Whether an address may be bound that connections of an earlier socket still use; see
    /// [`set_reuseaddr`](Self::set_reuseaddr).
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
    /// socket.set_reuseaddr(true)?;
    /// assert!(socket.reuseaddr()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn reuseaddr(&self) -> io::Result<bool> {
        Ok(sockopt::socket_reuseaddr(&self.socket)?)
    }

    /// How many bytes the system keeps that are not sent yet. Linux doubles the number, for its own needs.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpSocket;
    /// let socket = TcpSocket::new_v4()?;
    /// socket.set_send_buffer_size(32 * 1024)?;
    /// assert!(socket.send_buffer_size()? >= 32 * 1024);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn set_send_buffer_size(&self, bytes: u32) -> io::Result<()> {
        Ok(sockopt::set_socket_send_buffer_size(
            &self.socket,
            bytes as usize,
        )?)
    }

    /// How many bytes the system keeps that are not sent yet; see [`set_send_buffer_size`](Self::set_send_buffer_size).
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
    /// assert!(socket.send_buffer_size()? > 0);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn send_buffer_size(&self) -> io::Result<u32> {
        Ok(as_u32(sockopt::socket_send_buffer_size(&self.socket)?))
    }

    /// How many bytes the system keeps that are not read yet, which is what it lets the peer send ahead. It has to be
    /// set before connecting or listening to open the window wider than 64 KiB.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpSocket;
    /// let socket = TcpSocket::new_v4()?;
    /// socket.set_recv_buffer_size(32 * 1024)?;
    /// assert!(socket.recv_buffer_size()? >= 32 * 1024);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn set_recv_buffer_size(&self, bytes: u32) -> io::Result<()> {
        Ok(sockopt::set_socket_recv_buffer_size(
            &self.socket,
            bytes as usize,
        )?)
    }

    /// How many bytes the system keeps that are not read yet; see [`set_recv_buffer_size`](Self::set_recv_buffer_size).
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
    /// assert!(socket.recv_buffer_size()? > 0);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn recv_buffer_size(&self) -> io::Result<u32> {
        Ok(as_u32(sockopt::socket_recv_buffer_size(&self.socket)?))
    }

    /// As [`TcpStream::set_nodelay`](crate::TcpStream::set_nodelay).
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpSocket;
    /// let socket = TcpSocket::new_v4()?;
    /// socket.set_nodelay(true)?;
    /// assert!(socket.nodelay()?);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.socket.set_nodelay(nodelay)
    }

    /// As [`TcpStream::nodelay`](crate::TcpStream::nodelay); see [`set_nodelay`](Self::set_nodelay).
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
    /// socket.set_nodelay(true)?;
    /// assert!(socket.nodelay()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn nodelay(&self) -> io::Result<bool> {
        self.socket.nodelay()
    }

    /// As [`TcpStream::set_keepalive`](crate::TcpStream::set_keepalive).
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpSocket;
    /// let socket = TcpSocket::new_v4()?;
    /// socket.set_keepalive(true)?;
    /// assert!(socket.keepalive()?);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn set_keepalive(&self, keepalive: bool) -> io::Result<()> {
        Ok(sockopt::set_socket_keepalive(&self.socket, keepalive)?)
    }

    /// As [`TcpStream::keepalive`](crate::TcpStream::keepalive); see [`set_keepalive`](Self::set_keepalive).
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
    /// assert!(!socket.keepalive()?); // Nobody has asked for it.
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn keepalive(&self) -> io::Result<bool> {
        Ok(sockopt::socket_keepalive(&self.socket)?)
    }

    /// As [`TcpStream::set_linger`](crate::TcpStream::set_linger).
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpSocket;
    /// use std::time::Duration;
    /// let socket = TcpSocket::new_v4()?;
    /// socket.set_linger(Some(Duration::ZERO))?;
    /// assert_eq!(socket.linger()?, Some(Duration::ZERO));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn set_linger(&self, linger: Option<Duration>) -> io::Result<()> {
        Ok(sockopt::set_socket_linger(&self.socket, linger)?)
    }

    /// As [`TcpStream::linger`](crate::TcpStream::linger); see [`set_linger`](Self::set_linger).
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
    /// assert_eq!(socket.linger()?, None);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn linger(&self) -> io::Result<Option<Duration>> {
        Ok(sockopt::socket_linger(&self.socket)?)
    }
}

fn as_u32(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
