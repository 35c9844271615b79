//! TCP: streams, the listeners that accept them, and sockets that are to become one or the other.
//!
//! | idea | file |
//! |---|---|
//! | one attempt to connect, awaited without blocking | `connecting.rs` |
//! | several addresses, a quarter of a second apart | `race.rs` |
//! | a connection: making it, taking it apart | `stream.rs` |
//! | its bytes | `transfer.rs` |
//! | the same with buffers that the operation owns | `owned.rs` |
//! | its options | `options.rs` |
//! | its two halves, which are every stream's | `split.rs`, `../halves.rs` |
//! | accepting, and backing off when there are no descriptors | `listener.rs`, `incoming.rs` |
//! | options before connecting or listening | `socket.rs` |

mod connecting;
mod incoming;
mod listener;
mod options;
mod owned;
mod race;
mod socket;
mod socket_options;
mod split;
mod stream;
mod transfer;

pub use incoming::Incoming;
pub use listener::TcpListener;
pub use socket::TcpSocket;
pub use stream::TcpStream;

/// The reading half of a borrowed [`TcpStream`].
///
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::io; }
/// use runtime::io::AsyncReadExt;
/// use runtime::net::tcp::ReadHalf;
///
/// async fn length(mut reader: ReadHalf<'_>) -> std::io::Result<usize> {
///     reader.read_to_end(&mut Vec::new()).await
/// }
/// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
/// # let mut client = net::TcpStream::connect(listener.local_addr()?).await?;
/// # drop(listener.accept().await?);
/// assert_eq!(length(client.split().0).await?, 0);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub type ReadHalf<'a> = crate::halves::ReadHalf<'a, TcpStream>;
/// The writing half of a borrowed [`TcpStream`]. Dropping it shuts nothing down; `close` does.
///
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::io; }
/// use runtime::io::AsyncWriteExt;
/// use runtime::net::tcp::WriteHalf;
///
/// async fn greet(mut writer: WriteHalf<'_>) -> std::io::Result<()> {
///     writer.write_all(b"hello").await
/// }
/// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
/// # let mut client = net::TcpStream::connect(listener.local_addr()?).await?;
/// # let (server, _) = listener.accept().await?;
/// greet(client.split().1).await?;
/// assert_eq!(server.peek(&mut [0; 16]).await?, 5);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub type WriteHalf<'a> = crate::halves::WriteHalf<'a, TcpStream>;
/// The reading half of a [`TcpStream`] that was taken apart.
///
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::io; pub use executor::spawn; }
/// use runtime::io::AsyncReadExt;
/// use runtime::net::tcp::OwnedReadHalf;
///
/// async fn length(mut reader: OwnedReadHalf) -> std::io::Result<usize> {
///     reader.read_to_end(&mut Vec::new()).await
/// }
/// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
/// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
/// # drop(listener.accept().await?);
/// let (reader, writer) = client.into_split();
/// assert_eq!(runtime::spawn(length(reader)).await??, 0);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub type OwnedReadHalf = crate::halves::OwnedReadHalf<TcpStream>;
/// The writing half of a [`TcpStream`] that was taken apart. Dropping it shuts down the writing.
///
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::io; pub use executor::spawn; }
/// use runtime::io::AsyncWriteExt;
/// use runtime::net::tcp::OwnedWriteHalf;
///
/// async fn greet(mut writer: OwnedWriteHalf) -> std::io::Result<()> {
///     writer.write_all(b"hello").await
/// }
/// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
/// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
/// # let (server, _) = listener.accept().await?;
/// let (reader, writer) = client.into_split();
/// runtime::spawn(greet(writer)).await??;
/// assert_eq!(server.peek(&mut [0; 16]).await?, 5);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub type OwnedWriteHalf = crate::halves::OwnedWriteHalf<TcpStream>;
/// Two halves that were not of one stream.
///
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } }
/// use runtime::net::tcp::ReuniteError;
///
/// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
/// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
/// # let (server, _) = listener.accept().await?;
/// let ((reader, _), (_, writer)) = (client.into_split(), server.into_split());
/// let error: ReuniteError = reader.reunite(writer).unwrap_err();
/// assert_eq!(error.to_string(), "these two halves are not of the same stream");
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub type ReuniteError = crate::halves::ReuniteError<TcpStream>;
