//! tokio's reading and writing for our streams, so that libraries that speak it are given them as they are; it knows
//! nothing of tokio's runtime, which is neither built nor needed.
//!
//! With the feature `tokio-io`, [`TcpStream`](crate::net::TcpStream), `UnixStream`, their halves and the pipes of a
//! [`process::Child`](crate::process::Child) have [`tokio::io::AsyncRead`] and [`tokio::io::AsyncWrite`] beside the
//! traits of [`io`](crate::io):
//!
//! ```
//! use runtime::net::{TcpListener, TcpStream};
//! use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
//!
//! runtime::block_on(async {
//!     let listener = TcpListener::bind("127.0.0.1:0").await?;
//!     let mut here = TcpStream::connect(listener.local_addr()?).await?;
//!     let (there, _) = listener.accept().await?;
//!     here.write_all(b"one\ntwo\n").await?;
//!     let mut lines = BufReader::new(there).lines();
//!     assert_eq!(lines.next_line().await?.as_deref(), Some("one"));
//!     std::io::Result::Ok(())
//! })?;
//! # std::io::Result::Ok(())
//! ```
//!
//! **Two traits of the same name**: where both [`io::AsyncReadExt`](crate::io::AsyncReadExt) and
//! `tokio::io::AsyncReadExt` are in scope, `stream.read(…)` is ambiguous, and the compiler says so. Import those of one
//! side in a module, or call the one that is meant by its path:
//!
//! ```compile_fail,E0034
//! use runtime::io::AsyncReadExt;
//! use tokio::io::AsyncReadExt as _;
//!
//! async fn two(mut stream: runtime::net::TcpStream) -> std::io::Result<usize> {
//!     stream.read(&mut [0; 2]).await // Whose?
//! }
//! ```
//!
//! ```
//! use runtime::io::AsyncReadExt;
//! use tokio::io::AsyncReadExt as _;
//!
//! async fn two(mut stream: runtime::net::TcpStream) -> std::io::Result<usize> {
//!     AsyncReadExt::read(&mut stream, &mut [0; 2]).await
//! }
//! ```
//!
//! A method of the stream itself comes before those of traits: `stream.shutdown(how)` is ours, and tokio's is called
//! `AsyncWriteExt::shutdown(&mut stream)`.
//!
//! **Every other stream**, of either side, takes the traits of the other one from the crate
//! `tokio-util`, whose `compat` wraps it:
//!
//! ```
//! use runtime::io::{AsyncReadExt, Cursor};
//! use tokio_util::compat::{FuturesAsyncReadCompatExt, TokioAsyncReadCompatExt};
//!
//! runtime::block_on(async {
//!     let ours = Cursor::new("hello"); // Has `futures-io`'s traits.
//!     let mut words = String::new();
//!     tokio::io::AsyncReadExt::read_to_string(&mut ours.compat(), &mut words).await?;
//!
//!     let theirs = tokio::io::AsyncReadExt::take(tokio::io::repeat(b'!'), 3); // Has tokio's.
//!     let mut marks = String::new();
//!     theirs.compat().read_to_string(&mut marks).await?;
//!     assert_eq!(words + &marks, "hello!!!");
//!     std::io::Result::Ok(())
//! })?;
//! # std::io::Result::Ok(())
//! ```
//!
//! What a library asks of tokio's own sockets, timers or `spawn` it will not find here: these traits are all that the
//! feature brings. A read into memory that is not initialised has it zeroed first, up to 64 KiB a read.

pub use ::tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::process::{ChildStderr, ChildStdin, ChildStdout};

net::tokio_writes!(ChildStdin);
net::tokio_reads!(ChildStdout);
net::tokio_reads!(ChildStderr);
