//! Unix sockets: streams, listeners and datagrams between processes of one machine, named by paths.
//!
//! | idea | file |
//! |---|---|
//! | a connection: making it, taking it apart | `stream.rs` |
//! | its bytes, and when a short read tells nothing | `bytes.rs` |
//! | the same with buffers that the operation owns | `owned.rs` |
//! | connecting without blocking | `connect.rs` |
//! | who the peer is | `credentials.rs` |
//! | accepting | `listener.rs` |
//! | datagrams: making the socket | `datagram.rs` |
//! | datagrams: sending and receiving | `datagram_messages.rs` |
//! | datagrams with buffers that the operation owns | `datagram_owned.rs` |
//! | trying again where the system has no event | `pauses.rs` |

mod bytes;
mod connect;
mod credentials;
mod datagram;
mod datagram_messages;
mod datagram_owned;
mod listener;
mod owned;
mod pauses;
mod stream;

pub use credentials::UCred;
pub use datagram::UnixDatagram;
pub use datagram_owned::SendToOwned;
pub use listener::{Incoming, UnixListener};
pub use stream::UnixStream;

/// The reading half of a borrowed [`UnixStream`].
///
/// # Example
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::io; }
/// use runtime::io::AsyncReadExt;
/// use runtime::net::UnixStream;
/// use runtime::net::unix::ReadHalf;
///
/// let (mut here, there) = UnixStream::pair()?;
/// let (mut read, _): (ReadHalf<'_>, _) = here.split();
/// there.try_write(b"hello")?;
/// assert_eq!(read.read(&mut [0; 8]).await?, 5);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub type ReadHalf<'a> = crate::halves::ReadHalf<'a, UnixStream>;

/// The writing half of a borrowed [`UnixStream`].
///
/// # Example
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::io; }
/// use runtime::io::AsyncWriteExt;
/// use runtime::net::UnixStream;
/// use runtime::net::unix::WriteHalf;
///
/// let (mut here, there) = UnixStream::pair()?;
/// let (_, mut write): (_, WriteHalf<'_>) = here.split();
/// write.write_all(b"hello").await?;
/// assert_eq!(there.try_read(&mut [0; 8])?, 5);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub type WriteHalf<'a> = crate::halves::WriteHalf<'a, UnixStream>;

/// The reading half of a [`UnixStream`] that was taken apart.
///
/// # Example
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::io; }
/// use runtime::io::AsyncReadExt;
/// use runtime::net::UnixStream;
/// use runtime::net::unix::OwnedReadHalf;
///
/// let (here, there) = UnixStream::pair()?;
/// drop(there);
/// let (mut read, _write): (OwnedReadHalf, _) = here.into_split();
/// let mut words = String::new();
/// assert_eq!(read.read_to_string(&mut words).await?, 0);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub type OwnedReadHalf = crate::halves::OwnedReadHalf<UnixStream>;

/// The writing half of a [`UnixStream`] that was taken apart. Dropping it shuts down the writing.
///
/// # Example
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::io; }
/// use runtime::io::{AsyncReadExt, AsyncWriteExt};
/// use runtime::net::UnixStream;
/// use runtime::net::unix::OwnedWriteHalf;
///
/// let (here, mut there) = UnixStream::pair()?;
/// let (_read, mut write): (_, OwnedWriteHalf) = here.into_split();
/// write.write_all(b"hello").await?;
/// drop(write);
/// assert_eq!(there.read_to_end(&mut Vec::new()).await?, 5);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub type OwnedWriteHalf = crate::halves::OwnedWriteHalf<UnixStream>;

/// Two halves that were not of one stream.
///
/// # Example
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } }
/// use runtime::net::UnixStream;
/// use runtime::net::unix::ReuniteError;
///
/// let (here, there) = UnixStream::pair()?;
/// let (read, _write) = here.into_split();
/// let (_read, write) = there.into_split();
/// let error: ReuniteError = read.reunite(write).unwrap_err();
/// assert_eq!(error.to_string(), "these two halves are not of the same stream");
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub type ReuniteError = crate::halves::ReuniteError<UnixStream>;
