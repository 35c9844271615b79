//! Multicast: joining and leaving groups, and how far and where to a datagram to a group goes.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::UdpSocket;

impl UdpSocket {
    /// Joins the IPv4 group `group` on the interface with the address `interface`; [`Ipv4Addr::UNSPECIFIED`] lets the
    /// system choose one.
    ///
    /// A socket that is to receive from a group is bound to the group's port, and to [`Ipv4Addr::UNSPECIFIED`] (on Unix
    /// also to the group's address).
    ///
    /// # Errors
    /// What the system says: there is no such interface, it cannot do multicast, or the group was joined already.
    ///
    /// # Example
    /// ```no_run
    /// # async fn example() -> std::io::Result<()> {
    /// use std::net::Ipv4Addr;
    ///
    /// let socket = net::UdpSocket::bind("0.0.0.0:5353").await?;
    /// let group = Ipv4Addr::new(224, 0, 0, 251);
    /// socket.join_multicast_v4(group, Ipv4Addr::UNSPECIFIED)?;
    /// let (length, from) = socket.recv_from(&mut [0; 9000]).await?;
    /// socket.leave_multicast_v4(group, Ipv4Addr::UNSPECIFIED)?;
    /// # let _ = (length, from); Ok(()) }
    /// ```
    ///
    /// One joins only once:
    ///
    /// ```
    /// # net::doctest::run(async {
    /// use std::net::Ipv4Addr;
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UdpSocket;
    ///
    /// # // A machine without multicast on its loopback interface has nothing to show.
    /// # let (group, interface) = (Ipv4Addr::new(239, 255, 77, 2), Ipv4Addr::LOCALHOST);
    /// # let probe = std::net::UdpSocket::bind("127.0.0.1:0");
    /// # if probe.and_then(|socket| socket.join_multicast_v4(&group, &interface)).is_err() { return Ok(()) }
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// let (group, interface) = (Ipv4Addr::new(239, 255, 77, 2), Ipv4Addr::LOCALHOST);
    /// socket.join_multicast_v4(group, interface)?;
    /// assert!(socket.join_multicast_v4(group, interface).is_err());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn join_multicast_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        let socket = self.registration.get_ref();
        socket.join_multicast_v4(&group, &interface)
    }

    /// Joins the IPv6 group `group` on the interface with the index `interface`; 0 lets the system choose one.
    ///
    /// # Errors
    /// As [`join_multicast_v4`](Self::join_multicast_v4).
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// use std::net::Ipv6Addr;
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UdpSocket;
    ///
    /// # // A machine without multicast on its loopback interface has nothing to show.
    /// # let group = "ff01::77:2".parse().unwrap();
    /// # let probe = std::net::UdpSocket::bind("[::1]:0");
    /// # if probe.and_then(|socket| socket.join_multicast_v6(&group, 1)).is_err() { return Ok(()) }
    /// let socket = UdpSocket::bind("[::1]:0").await?;
    /// let (group, interface) = (Ipv6Addr::new(0xff01, 0, 0, 0, 0, 0, 0x77, 2), 1);
    /// socket.join_multicast_v6(group, interface)?;
    /// assert!(socket.leave_multicast_v6(group, interface).is_ok());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn join_multicast_v6(&self, group: Ipv6Addr, interface: u32) -> io::Result<()> {
        let socket = self.registration.get_ref();
        socket.join_multicast_v6(&group, interface)
    }

    /// Leaves a group that was joined with the same arguments. Closing the socket leaves all of them.
    ///
    /// # Errors
    /// What the system says: the group was not joined on this interface.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// use std::net::Ipv4Addr;
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UdpSocket;
    ///
    /// # // A machine without multicast on its loopback interface has nothing to show.
    /// # let (group, interface) = (Ipv4Addr::new(239, 255, 77, 2), Ipv4Addr::LOCALHOST);
    /// # let probe = std::net::UdpSocket::bind("127.0.0.1:0");
    /// # if probe.and_then(|socket| socket.join_multicast_v4(&group, &interface)).is_err() { return Ok(()) }
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// let (group, interface) = (Ipv4Addr::new(239, 255, 77, 2), Ipv4Addr::LOCALHOST);
    /// socket.join_multicast_v4(group, interface)?;
    /// socket.leave_multicast_v4(group, interface)?;
    /// assert!(socket.leave_multicast_v4(group, interface).is_err());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn leave_multicast_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        let socket = self.registration.get_ref();
        socket.leave_multicast_v4(&group, &interface)
    }

    /// Leaves a group that was joined with the same arguments. Closing the socket leaves all of them.
    ///
    /// # Errors
    /// What the system says: the group was not joined on this interface.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// use std::net::Ipv6Addr;
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UdpSocket;
    ///
    /// # // A machine without multicast on its loopback interface has nothing to show.
    /// # let group = "ff01::77:2".parse().unwrap();
    /// # let probe = std::net::UdpSocket::bind("[::1]:0");
    /// # if probe.and_then(|socket| socket.join_multicast_v6(&group, 1)).is_err() { return Ok(()) }
    /// let socket = UdpSocket::bind("[::1]:0").await?;
    /// let (group, interface) = (Ipv6Addr::new(0xff01, 0, 0, 0, 0, 0, 0x77, 2), 1);
    /// socket.join_multicast_v6(group, interface)?;
    /// socket.leave_multicast_v6(group, interface)?;
    /// assert!(socket.leave_multicast_v6(group, interface).is_err());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn leave_multicast_v6(&self, group: Ipv6Addr, interface: u32) -> io::Result<()> {
        let socket = self.registration.get_ref();
        socket.leave_multicast_v6(&group, interface)
    }

    /// Sets whether members on this same machine receive what is sent to IPv4 groups. They do to begin with.
    ///
    /// On Unix this is an option of the socket that sends, on Windows of the one that receives.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// let socket = net::UdpSocket::bind("127.0.0.1:0").await?;
    /// socket.set_multicast_loop_v4(false)?;
    /// assert!(!socket.multicast_loop_v4()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn set_multicast_loop_v4(&self, looped: bool) -> io::Result<()> {
        self.registration.get_ref().set_multicast_loop_v4(looped)
    }

    /// Whether members on this same machine receive what is sent to IPv4 groups.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UdpSocket;
    ///
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// assert!(socket.multicast_loop_v4()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn multicast_loop_v4(&self) -> io::Result<bool> {
        self.registration.get_ref().multicast_loop_v4()
    }

    /// As [`set_multicast_loop_v4`](Self::set_multicast_loop_v4), for IPv6 groups.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UdpSocket;
    ///
    /// # // A machine without IPv6 has nothing to show.
    /// # if std::net::UdpSocket::bind("[::1]:0").is_err() { return Ok(()) }
    /// let socket = UdpSocket::bind("[::1]:0").await?;
    /// socket.set_multicast_loop_v6(false)?;
    /// assert!(!socket.multicast_loop_v6()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn set_multicast_loop_v6(&self, looped: bool) -> io::Result<()> {
        self.registration.get_ref().set_multicast_loop_v6(looped)
    }

    /// Whether members on this same machine receive what is sent to IPv6 groups.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UdpSocket;
    ///
    /// # // A machine without IPv6 has nothing to show.
    /// # if std::net::UdpSocket::bind("[::1]:0").is_err() { return Ok(()) }
    /// let socket = UdpSocket::bind("[::1]:0").await?;
    /// assert!(socket.multicast_loop_v6()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn multicast_loop_v6(&self) -> io::Result<bool> {
        self.registration.get_ref().multicast_loop_v6()
    }

    /// Sets how many routers a datagram to an IPv4 group may pass, 0 to 255. It is 1 to begin with: the local network.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// let socket = net::UdpSocket::bind("127.0.0.1:0").await?;
    /// assert_eq!(socket.multicast_ttl_v4()?, 1);
    /// socket.set_multicast_ttl_v4(4)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn set_multicast_ttl_v4(&self, hops: u32) -> io::Result<()> {
        self.registration.get_ref().set_multicast_ttl_v4(hops)
    }

    /// How many routers a datagram to an IPv4 group may pass.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UdpSocket;
    ///
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// socket.set_multicast_ttl_v4(2)?;
    /// assert_eq!(socket.multicast_ttl_v4()?, 2);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn multicast_ttl_v4(&self) -> io::Result<u32> {
        self.registration.get_ref().multicast_ttl_v4()
    }
}
