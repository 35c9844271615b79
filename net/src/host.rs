//! How a host and its port are written, and whether a system call that blocks is needed to know the address.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use crate::resolve::Addresses;

/// What can be turned into socket addresses: the same types as with [`std::net::ToSocketAddrs`].
///
/// That is [`SocketAddr`] and its two kinds, pairs of a host (an address, `&str` or `String`) and a port, `str` and
/// `String` as `"host:port"`, slices, arrays and vectors of `SocketAddr`, and references to all of these. Nobody else
/// can implement it: the standard library's trait blocks, and this one says beforehand whether it would.
///
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } }
/// use runtime::net::{TcpListener, ToSocketAddrs};
///
/// async fn listen(host: impl ToSocketAddrs) -> std::io::Result<TcpListener> {
///     TcpListener::bind(host).await
/// }
/// let listener = listen(("127.0.0.1", 0)).await?;
/// assert!(listener.local_addr()?.ip().is_loopback());
/// assert!(listen("127.0.0.1").await.is_err(), "it has no port");
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub trait ToSocketAddrs: Host {}

impl<T: Host + ?Sized> ToSocketAddrs for T {}

/// The sealed half of [`ToSocketAddrs`].
pub trait Host {
    /// # Errors
    /// If this is no host and port.
    #[doc(hidden)]
    fn found(&self) -> io::Result<Found>;
}

/// What can be known of a host without asking anybody.
#[derive(Debug)]
pub enum Found {
    /// It was numeric.
    Addresses(Addresses),
    /// It has to be resolved.
    Name(String, u16),
}

fn one(address: impl Into<SocketAddr>) -> io::Result<Found> {
    Ok(Found::Addresses(Addresses::one(address.into())))
}

/// Turns what the standard library can turn into an address by itself.
macro_rules! numeric {
    ($($address:ty),*) => {
        $(impl Host for $address {
            fn found(&self) -> io::Result<Found> {
                one(*self)
            }
        })*
    };
}

numeric!(SocketAddr, SocketAddrV4, SocketAddrV6);
numeric!((IpAddr, u16), (Ipv4Addr, u16), (Ipv6Addr, u16));

impl Host for (&str, u16) {
    fn found(&self) -> io::Result<Found> {
        let (host, port) = *self;
        match host.parse::<IpAddr>() {
            Ok(address) => one((address, port)),
            Err(_) => name(host, port),
        }
    }
}

impl Host for (String, u16) {
    fn found(&self) -> io::Result<Found> {
        (self.0.as_str(), self.1).found()
    }
}

impl Host for str {
    fn found(&self) -> io::Result<Found> {
        if let Ok(address) = self.parse::<SocketAddr>() {
            return one(address);
        }
        if self.parse::<Ipv6Addr>().is_ok() {
            return Err(invalid(format!(
                "`{self}` has no port: write `[{self}]:port`"
            )));
        }
        let Some((host, port)) = self.rsplit_once(':') else {
            return Err(invalid(format!("`{self}` has no port: write `host:port`")));
        };
        let Ok(port) = port.parse() else {
            return Err(invalid(format!("`{port}` in `{self}` is no port number")));
        };
        // Not an address, or it would have been one with its port.
        name(host, port)
    }
}

impl Host for String {
    fn found(&self) -> io::Result<Found> {
        self.as_str().found()
    }
}

impl Host for [SocketAddr] {
    fn found(&self) -> io::Result<Found> {
        Ok(Found::Addresses(Addresses::many(self.to_vec())))
    }
}

impl<const N: usize> Host for [SocketAddr; N] {
    fn found(&self) -> io::Result<Found> {
        self.as_slice().found()
    }
}

impl Host for Vec<SocketAddr> {
    fn found(&self) -> io::Result<Found> {
        self.as_slice().found()
    }
}

impl<T: Host + ?Sized> Host for &T {
    fn found(&self) -> io::Result<Found> {
        (**self).found()
    }
}

fn name(host: &str, port: u16) -> io::Result<Found> {
    if host.is_empty() {
        // Some systems take it for this machine, some for a name that is not known.
        return Err(invalid(
            "the host is empty: `localhost` is this machine, `0.0.0.0` and `[::]` all its addresses".to_owned(),
        ));
    }
    Ok(Found::Name(host.to_owned(), port))
}

fn invalid(words: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(host: impl ToSocketAddrs) -> Vec<SocketAddr> {
        match host.found() {
            Ok(Found::Addresses(addresses)) => addresses.collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn numbers_are_never_names() {
        let four: SocketAddr = "127.0.0.1:80".parse().unwrap();
        let six: SocketAddr = "[::1]:80".parse().unwrap();
        assert_eq!(addresses("127.0.0.1:80"), [four]);
        assert_eq!(addresses("[::1]:80".to_owned()), [six]);
        assert_eq!(addresses(("::1", 80)), [six]);
        assert_eq!(addresses(("127.0.0.1".to_owned(), 80)), [four]);
        assert_eq!(addresses((four.ip(), 80)), [four]);
        assert_eq!(addresses(&[four, six][..]), [four, six]);
        assert_eq!(addresses([six]), [six]);
        assert_eq!(addresses(vec![six, four]), [six, four]);
    }

    #[test]
    fn names_keep_their_port() {
        let named = "example.test:443".found();
        assert!(matches!(named, Ok(Found::Name(name, 443)) if name == "example.test"));
    }

    #[test]
    fn a_host_without_a_port_is_refused_in_clear_words() {
        for host in [
            "127.0.0.1",
            "::1",
            "name",
            "name:",
            "name:http",
            "name:70000",
        ] {
            let error = host.found().expect_err(host);
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
            assert!(error.to_string().contains("port"), "{error}");
        }
    }

    #[test]
    fn an_empty_host_is_refused_before_the_system_guesses() {
        for error in [":80".found(), ("", 80).found(), (String::new(), 80).found()] {
            let error = error.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
            assert!(error.to_string().contains("host is empty"), "{error}");
        }
    }
}
