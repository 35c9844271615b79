//! TCP: streams, the listeners that accept them, and sockets that are to become one or the other.
//!
//! | idea | file |
//! |---|---|
//! | one attempt to connect, awaited without blocking | `connecting.rs` |
//! | several addresses, a quarter of a second apart | `race.rs` |
//! | a connection: making it, taking it apart | `stream.rs` |
//! | its bytes | `transfer.rs` |
//! | its options | `options.rs` |
//! | its two halves, which are every stream's | `split.rs`, `../halves.rs` |
//! | accepting, and backing off when there are no descriptors | `listener.rs`, `incoming.rs` |
//! | options before connecting or listening | `socket.rs` |

mod connecting;
mod incoming;
mod listener;
mod options;
mod race;
mod socket;
mod split;
mod stream;
mod transfer;

pub use incoming::Incoming;
pub use listener::TcpListener;
pub use socket::TcpSocket;
pub use stream::TcpStream;

/// The reading half of a borrowed [`TcpStream`].
pub type ReadHalf<'a> = crate::halves::ReadHalf<'a, TcpStream>;
/// The writing half of a borrowed [`TcpStream`]. Dropping it shuts nothing down; `close` does.
pub type WriteHalf<'a> = crate::halves::WriteHalf<'a, TcpStream>;
/// The reading half of a [`TcpStream`] that was taken apart.
pub type OwnedReadHalf = crate::halves::OwnedReadHalf<TcpStream>;
/// The writing half of a [`TcpStream`] that was taken apart. Dropping it shuts down the writing.
pub type OwnedWriteHalf = crate::halves::OwnedWriteHalf<TcpStream>;
/// Two halves that were not of one stream.
pub type ReuniteError = crate::halves::ReuniteError<TcpStream>;
