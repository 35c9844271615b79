//! Name resolution: a name is looked up on a thread that may block; it knows nothing of how hosts are written.

use std::fmt;
use std::io;
use std::iter::FusedIterator;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::panic::Location;
use std::{array, vec};

use reactor::Handle;

use crate::context::while_doing;
use crate::host::{Found, ToSocketAddrs};

/// Looks up the addresses of a host. Numeric addresses are parsed on the spot; a name is resolved by the system
/// (`getaddrinfo`) on one of the runtime's threads for blocking work, so the loop goes on meanwhile.
///
/// # Errors
/// [`InvalidInput`](io::ErrorKind::InvalidInput) if there is no name, no port or no address in `host`; what the system
/// says if the name does not resolve, with the name in its words.
///
/// # Cancel safety
/// Dropping the future abandons the question: the thread finishes it, and nobody hears the answer.
///
/// # Panics
/// If a name is looked up outside of a runtime.
///
/// ```
/// # net::doctest::run(async {
/// let addresses = net::lookup_host("127.0.0.1:80").await?;
/// assert_eq!(addresses.collect::<Vec<_>>(), ["127.0.0.1:80".parse().unwrap()]);
///
/// for address in net::lookup_host(("localhost", 80)).await? {
///     assert!(address.ip().is_loopback());
/// }
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[track_caller]
pub fn lookup_host(host: impl ToSocketAddrs) -> impl Future<Output = io::Result<Addresses>> {
    let caller = Location::caller();
    async move {
        let addresses = match host.found()? {
            Found::Addresses(addresses) => addresses,
            Found::Name(name, port) => {
                drop(Handle::current_for("lookup_host", caller));
                Addresses::many(resolve(name, port).await?)
            }
        };
        if addresses.as_slice().is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the list of addresses is empty",
            ));
        }
        Ok(addresses)
    }
}

/// Does something with the first address of a host with which it can be done. The error is the last address's, with
/// `what` and the address in the words.
pub(crate) async fn first_of<R>(
    host: impl ToSocketAddrs,
    what: &str,
    mut call: impl FnMut(SocketAddr) -> io::Result<R>,
) -> io::Result<R> {
    let mut last = None;
    for address in lookup_host(host).await? {
        match call(address) {
            Ok(done) => return Ok(done),
            Err(error) => last = Some(while_doing(format_args!("{what} {address}"), error)),
        }
    }
    Err(last.unwrap_or_else(|| io::ErrorKind::InvalidInput.into()))
}

/// Asks the system, on another thread.
async fn resolve(name: String, port: u16) -> io::Result<Vec<SocketAddr>> {
    let asked = name.clone();
    let job = executor::unblock(move || {
        let addresses = (asked.as_str(), port).to_socket_addrs()?;
        io::Result::Ok(addresses.collect())
    });
    let answer = match job {
        // What a `JoinError` says of tasks would be told of a job that nobody knows: it is one of ours.
        Ok(job) => job.await.unwrap_or_else(|_| Err(given_up())),
        Err(no_thread) => Err(no_thread),
    };
    answer.map_err(|error| while_doing(format_args!("resolving `{name}`"), error))
}

fn given_up() -> io::Error {
    io::Error::other("the look-up was given up: the runtime was dropped, or it panicked")
}

/// The addresses of a host, in the order in which the system prefers them: what [`lookup_host`] gives.
///
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } }
/// use runtime::net::{Addresses, lookup_host};
///
/// let mut addresses: Addresses = lookup_host(("127.0.0.1", 80)).await?;
/// assert_eq!(addresses.next(), Some(([127, 0, 0, 1], 80).into()));
/// assert_eq!(addresses.next(), None);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[derive(Clone)]
pub struct Addresses {
    list: List,
}

/// One address is what it nearly always is, and needs no allocation.
#[derive(Clone)]
enum List {
    One(array::IntoIter<SocketAddr, 1>),
    Many(vec::IntoIter<SocketAddr>),
}

impl Addresses {
    pub(crate) fn one(address: SocketAddr) -> Self {
        Addresses {
            list: List::One([address].into_iter()),
        }
    }

    pub(crate) fn many(addresses: Vec<SocketAddr>) -> Self {
        Addresses {
            list: List::Many(addresses.into_iter()),
        }
    }

    /// Those that the iterator has not given yet.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::lookup_host;
    ///
    /// let mut addresses = lookup_host("127.0.0.1:80").await?;
    /// assert_eq!(addresses.as_slice(), [([127, 0, 0, 1], 80).into()]);
    /// addresses.next();
    /// assert!(addresses.as_slice().is_empty());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[must_use]
    pub fn as_slice(&self) -> &[SocketAddr] {
        match &self.list {
            List::One(one) => one.as_slice(),
            List::Many(many) => many.as_slice(),
        }
    }
}

impl Iterator for Addresses {
    type Item = SocketAddr;

    fn next(&mut self) -> Option<SocketAddr> {
        match &mut self.list {
            List::One(one) => one.next(),
            List::Many(many) => many.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.as_slice().len();
        (left, Some(left))
    }
}

impl ExactSizeIterator for Addresses {}
impl FusedIterator for Addresses {}

impl fmt::Debug for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}
