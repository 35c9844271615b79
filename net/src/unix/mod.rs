//! Unix sockets: streams, listeners and datagrams between processes of one machine, named by paths.
//!
//! | idea | file |
//! |---|---|
//! | a connection: making it, taking it apart | `stream.rs` |
//! | its bytes, and when a short read tells nothing | `bytes.rs` |
//! | connecting without blocking | `connect.rs` |
//! | who the peer is | `credentials.rs` |
//! | accepting | `listener.rs` |
//! | datagrams: making the socket | `datagram.rs` |
//! | datagrams: sending and receiving | `datagram_messages.rs` |
//! | trying again where the system has no event | `pauses.rs` |

mod bytes;
mod connect;
mod credentials;
mod datagram;
mod datagram_messages;
mod listener;
mod pauses;
mod stream;

pub use credentials::UCred;
pub use datagram::UnixDatagram;
pub use listener::{Incoming, UnixListener};
pub use stream::UnixStream;

/// The reading half of a borrowed [`UnixStream`].
pub type ReadHalf<'a> = crate::halves::ReadHalf<'a, UnixStream>;
/// The writing half of a borrowed [`UnixStream`].
pub type WriteHalf<'a> = crate::halves::WriteHalf<'a, UnixStream>;
/// The reading half of a [`UnixStream`] that was taken apart.
pub type OwnedReadHalf = crate::halves::OwnedReadHalf<UnixStream>;
/// The writing half of a [`UnixStream`] that was taken apart. Dropping it shuts down the writing.
pub type OwnedWriteHalf = crate::halves::OwnedWriteHalf<UnixStream>;
/// Two halves that were not of one stream.
pub type ReuniteError = crate::halves::ReuniteError<UnixStream>;
