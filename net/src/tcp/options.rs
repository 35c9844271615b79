//! The options of a TCP connection.

use std::io;
use std::time::Duration;

use rustix::net::sockopt;

use crate::os::keepalive;
use crate::tcp::TcpStream;

impl TcpStream {
    /// Whether small writes are sent at once. If not (the default), Nagle's algorithm gathers them while earlier
    /// bytes are unacknowledged, which saves packets and can cost a conversation 40 ms a step.
    ///
    /// # Errors
    /// What the system says, here and in all the options below.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = net::TcpStream::connect(listener.local_addr()?).await?;
    /// stream.set_nodelay(true)?;
    /// assert!(stream.nodelay()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.registration.get_ref().set_nodelay(nodelay)
    }

    /// Whether small writes are sent at once.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpStream;
    ///
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// assert!(!stream.nodelay()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn nodelay(&self) -> io::Result<bool> {
        self.registration.get_ref().nodelay()
    }

    /// How many routers a packet may pass (IPv4).
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpStream;
    ///
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// stream.set_ttl(3)?;
    /// assert_eq!(stream.ttl()?, 3);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn set_ttl(&self, hops: u32) -> io::Result<()> {
        self.registration.get_ref().set_ttl(hops)
    }

    /// How many routers a packet may pass (IPv4).
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpStream;
    ///
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// assert!(stream.ttl()? > 0);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn ttl(&self) -> io::Result<u32> {
        self.registration.get_ref().ttl()
    }

    /// What closing does with bytes that are not sent yet. `None` (the default) sends them in the background. Zero
    /// throws them away and resets the connection. Any longer time makes the close **block the thread**, and with it
    /// the whole runtime, until they are sent or the time has passed; it is rounded up to whole seconds.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// use std::time::Duration;
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = net::TcpStream::connect(listener.local_addr()?).await?;
    /// assert_eq!(stream.linger()?, None);
    /// stream.set_linger(Some(Duration::ZERO))?; // Dropping it now is a reset.
    /// assert_eq!(stream.linger()?, Some(Duration::ZERO));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn set_linger(&self, linger: Option<Duration>) -> io::Result<()> {
        Ok(sockopt::set_socket_linger(
            self.registration.get_ref(),
            linger,
        )?)
    }

    /// What closing does with bytes that are not sent yet; see [`set_linger`](Self::set_linger).
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpStream;
    ///
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// assert_eq!(stream.linger()?, None);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn linger(&self) -> io::Result<Option<Duration>> {
        Ok(sockopt::socket_linger(self.registration.get_ref())?)
    }

    /// Whether an idle connection is probed, so that a peer that has vanished is noticed. When and how often, the
    /// system says (on Linux after two hours) unless the options below do.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// use std::time::Duration;
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = net::TcpStream::connect(listener.local_addr()?).await?;
    /// stream.set_keepalive(true)?;
    /// stream.set_keepalive_idle(Duration::from_secs(30))?;
    /// assert!(stream.keepalive()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn set_keepalive(&self, keepalive: bool) -> io::Result<()> {
        Ok(sockopt::set_socket_keepalive(
            self.registration.get_ref(),
            keepalive,
        )?)
    }

    /// Whether an idle connection is probed.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpStream;
    ///
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// assert!(!stream.keepalive()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn keepalive(&self) -> io::Result<bool> {
        Ok(sockopt::socket_keepalive(self.registration.get_ref())?)
    }

    /// After how long an idle connection is probed for the first time, in whole seconds, rounded up.
    ///
    /// # Errors
    /// What the system says; [`Unsupported`](io::ErrorKind::Unsupported) where a connection cannot choose.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpStream;
    /// use std::io::ErrorKind;
    /// use std::time::Duration;
    ///
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// stream.set_keepalive(true)?;
    /// if let Err(error) = stream.set_keepalive_idle(Duration::from_secs(30)) {
    ///     assert_eq!(error.kind(), ErrorKind::Unsupported);
    /// }
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn set_keepalive_idle(&self, idle: Duration) -> io::Result<()> {
        keepalive::set_idle(self.registration.get_ref(), idle)
    }

    /// How long after an unanswered probe the next one is sent, in whole seconds, rounded up.
    ///
    /// # Errors
    /// What the system says; [`Unsupported`](io::ErrorKind::Unsupported) where a connection cannot choose.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpStream;
    /// use std::io::ErrorKind;
    /// use std::time::Duration;
    ///
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// stream.set_keepalive(true)?;
    /// if let Err(error) = stream.set_keepalive_interval(Duration::from_secs(10)) {
    ///     assert_eq!(error.kind(), ErrorKind::Unsupported);
    /// }
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn set_keepalive_interval(&self, interval: Duration) -> io::Result<()> {
        keepalive::set_interval(self.registration.get_ref(), interval)
    }

    /// After how many unanswered probes the connection is given up.
    ///
    /// # Errors
    /// What the system says; [`Unsupported`](io::ErrorKind::Unsupported) where a connection cannot choose.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpStream;
    /// use std::io::ErrorKind;
    ///
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// stream.set_keepalive(true)?;
    /// if let Err(error) = stream.set_keepalive_probes(3) {
    ///     assert_eq!(error.kind(), ErrorKind::Unsupported);
    /// }
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn set_keepalive_probes(&self, probes: u32) -> io::Result<()> {
        keepalive::set_probes(self.registration.get_ref(), probes)
    }
}
