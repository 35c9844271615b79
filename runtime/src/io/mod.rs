//! Reading and writing: `futures-io`'s traits, with the extension traits, buffers and helpers of `futures-lite`.
//!
//! | to | use |
//! |---|---|
//! | read and write | [`AsyncReadExt`], [`AsyncWriteExt`], [`AsyncBufReadExt`], [`AsyncSeekExt`] |
//! | do it in large pieces | [`BufReader`], [`BufWriter`] |
//! | read lines | `lines()` of [`AsyncBufReadExt`], which is a [stream](crate::stream) |
//! | move all bytes | [`copy`], [`copy_bidirectional()`] |
//! | have the halves in two tasks | [`split`], or a stream's own `split` and `into_split`, which cost less |
//! | talk to a terminal, or to the programs beside this one in a pipe | [`stdin()`], [`stdout()`], [`stderr()`] |
//! | wait for any descriptor or socket | [`Async`] |
//! | give an operation its buffer, and get it back | the sockets' `…_owned`; [`IoBuf`], [`IoBufMut`], [`Slice`] |
//! | do that with a file | [`fs::File`](crate::fs::File)'s `…_at`; all else here serves files, too |
//!
//! ```
//! use runtime::io::{AsyncReadExt, Cursor};
//!
//! runtime::block_on(async {
//!     let mut words = String::new();
//!     Cursor::new(b"hello").read_to_string(&mut words).await?;
//!     assert_eq!(words, "hello");
//!     std::io::Result::Ok(())
//! })?;
//! # std::io::Result::Ok(())
//! ```

mod adapter;
mod copy_bidirectional;
mod stdio;
mod thread_bound;

pub use std::io::{Error, ErrorKind, IoSlice, IoSliceMut, Result, SeekFrom};

pub use adapter::{Async, Operation, Ready};
pub use copy_bidirectional::copy_bidirectional;
pub use futures_lite::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt, AsyncWrite,
    AsyncWriteExt, BufReader, BufWriter, Chain, Cursor, Empty, Lines, ReadHalf, Repeat, Sink,
    Split, Take, WriteHalf, copy, empty, repeat, sink, split,
};
pub use reactor::owned;
pub use reactor::{IoBuf, IoBufMut, Slice};
pub use stdio::{Stderr, Stdin, Stdout, stderr, stdin, stdout};
