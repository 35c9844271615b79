//! tokio's traits for streams that have futures-io's; it knows nothing of what a stream is.
//!
//! The macros `tokio_reads` and `tokio_writes` give a type the traits, in the crate that has the type.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::AsyncRead;
pub use tokio;
use tokio::io::ReadBuf;

use crate::TcpStream;
#[cfg(unix)]
use crate::UnixStream;
use crate::halves::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, Splittable, WriteHalf};

/// How much of a room that is not initialised is used at once: it has to be zeroed before, for each read anew.
const ZEROED: usize = 64 * 1024;

/// Reads into what is left of the buffer.
///
/// # Errors
/// The reader's.
#[doc(hidden)]
pub fn poll_read<R: AsyncRead>(
    reader: Pin<&mut R>,
    cx: &mut Context<'_>,
    buffer: &mut ReadBuf<'_>,
) -> Poll<io::Result<()>> {
    let initialised = buffer.initialized().len() - buffer.filled().len();
    let room = buffer.remaining().min(initialised.max(ZEROED));
    let read = ready!(reader.poll_read(cx, buffer.initialize_unfilled_to(room)))?;
    buffer.advance(read);
    Poll::Ready(Ok(()))
}

/// Implements [`tokio::io::AsyncRead`] for a type that has futures-io's trait; its parameters, if any, stand behind
/// `where`.
#[doc(hidden)]
#[macro_export]
macro_rules! tokio_reads {
    ($reader:ty $(, where $($parameters:tt)*)?) => {
        impl $(<$($parameters)*>)? $crate::tokio_io::tokio::io::AsyncRead for $reader {
            fn poll_read(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
                buffer: &mut $crate::tokio_io::tokio::io::ReadBuf<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                $crate::tokio_io::poll_read(self, cx, buffer)
            }
        }
    };
}

/// Implements [`tokio::io::AsyncWrite`] for a type that has futures-io's trait, with vectored writes of its own; its
/// parameters, if any, stand behind `where`.
#[doc(hidden)]
#[macro_export]
macro_rules! tokio_writes {
    ($writer:ty $(, where $($parameters:tt)*)?) => {
        impl $(<$($parameters)*>)? $crate::tokio_io::tokio::io::AsyncWrite for $writer {
            fn poll_write(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
                buffer: &[u8],
            ) -> ::std::task::Poll<::std::io::Result<usize>> {
                ::futures_io::AsyncWrite::poll_write(self, cx, buffer)
            }

            fn poll_write_vectored(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
                buffers: &[::std::io::IoSlice<'_>],
            ) -> ::std::task::Poll<::std::io::Result<usize>> {
                ::futures_io::AsyncWrite::poll_write_vectored(self, cx, buffers)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            fn poll_flush(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                ::futures_io::AsyncWrite::poll_flush(self, cx)
            }

            fn poll_shutdown(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                ::futures_io::AsyncWrite::poll_close(self, cx)
            }
        }
    };
}

tokio_reads!(TcpStream);
tokio_reads!(&TcpStream);
tokio_writes!(TcpStream);
tokio_writes!(&TcpStream);

#[cfg(unix)]
tokio_reads!(UnixStream);
#[cfg(unix)]
tokio_reads!(&UnixStream);
#[cfg(unix)]
tokio_writes!(UnixStream);
#[cfg(unix)]
tokio_writes!(&UnixStream);

tokio_reads!(ReadHalf<'_, S>, where S: Splittable);
tokio_reads!(OwnedReadHalf<S>, where S: Splittable);
tokio_writes!(WriteHalf<'_, S>, where S: Splittable);
tokio_writes!(OwnedWriteHalf<S>, where S: Splittable);
