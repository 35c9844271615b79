//! TCP, UDP and Unix sockets and name resolution, on the reactor. It knows nothing of tasks.
//!
//! Every socket is a [`reactor::Registration`] of the standard library's socket: a call is tried at once, and only
//! if it would block does the task wait. The sockets must be made and used in the context of a runtime.
//!
//! ```
//! # mod runtime { pub mod net { pub use ::net::*; } }
//! use runtime::net::{TcpListener, TcpStream};
//!
//! # net::doctest::run(async {
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let client = TcpStream::connect(listener.local_addr()?).await?;
//! let (server, peer) = listener.accept().await?;
//! assert_eq!(client.local_addr()?, peer);
//! # drop(server);
//! # std::io::Result::Ok(()) }).unwrap();
//! ```

mod accept;
mod backoff;
mod byte_stream;
mod context;
#[doc(hidden)]
pub mod doctest;
pub mod halves;
mod host;
#[cfg(feature = "listen-fds")]
mod listen_fds;
mod os;
mod owned;
mod resolve;
pub mod tcp;
#[doc(hidden)] // The macros are for the streams of the crate `runtime`, too.
#[cfg(feature = "tokio-io")]
pub mod tokio_io;
mod udp;
#[cfg(unix)]
pub mod unix;

#[doc(hidden)] // For the errors of files, in the crate `runtime`.
pub use context::while_doing;
pub use host::ToSocketAddrs;
#[cfg(feature = "listen-fds")]
pub use listen_fds::{ListenFds, listen_fds};
pub use resolve::{Addresses, lookup_host};
pub use tcp::{TcpListener, TcpSocket, TcpStream};
pub use udp::UdpSocket;
#[cfg(unix)]
pub use unix::{UnixDatagram, UnixListener, UnixStream};
