//! The futures-io traits for our streams, once for all of them; it knows nothing of what a stream is.
//!
//! What reads supplies `poll_read_bytes` and `poll_read_slices`, what writes supplies `poll_write_bytes`,
//! `poll_write_slices` and `close_writing`, all on `&self`: sockets can be read and written through a shared
//! reference, from several tasks.

use std::io::{self, IoSlice, IoSliceMut};
use std::task::{Context, Poll, ready};

use reactor::budget;

/// How many buffers a call is given at most: the system moves no more (1024 on Linux, macOS and FreeBSD).
///
/// What a call had to leave out must not be taken for what it could not move. It would look short, the stream would
/// pass for drained or full, and whoever waits for it then waits for ever.
const MOST_BUFFERS: usize = 1024;

/// As many buffers as one call moves.
pub(crate) fn at_once<'a, 'b>(buffers: &'a [IoSlice<'b>]) -> &'a [IoSlice<'b>] {
    &buffers[..buffers.len().min(MOST_BUFFERS)]
}

/// As many buffers as one call moves.
pub(crate) fn at_once_mut<'a, 'b>(buffers: &'a mut [IoSliceMut<'b>]) -> &'a mut [IoSliceMut<'b>] {
    let most = buffers.len().min(MOST_BUFFERS);
    &mut buffers[..most]
}

/// Nothing was asked for, so nothing can be waited for: it is done at once, as with a blocking stream. It still costs
/// a turn, or a loop of such calls would hold the thread.
pub(crate) fn poll_nothing(cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
    ready!(budget::poll_spend(cx));
    Poll::Ready(Ok(0))
}

/// Implements [`AsyncRead`](futures_io::AsyncRead) and [`AsyncWrite`](futures_io::AsyncWrite) for a stream and for
/// references to it.
macro_rules! byte_stream {
    ($stream:ty) => {
        $crate::byte_stream::byte_stream!(@for $stream);
        $crate::byte_stream::byte_stream!(@for &$stream);
    };
    (@for $reader:ty) => {
        impl futures_io::AsyncRead for $reader {
            #[inline]
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buffer: &mut [u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.poll_read_bytes(cx, buffer)
            }

            fn poll_read_vectored(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buffers: &mut [std::io::IoSliceMut<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.poll_read_slices(cx, buffers)
            }
        }

        impl futures_io::AsyncWrite for $reader {
            #[inline]
            fn poll_write(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buffer: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.poll_write_bytes(cx, buffer)
            }

            fn poll_write_vectored(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buffers: &[std::io::IoSlice<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.poll_write_slices(cx, buffers)
            }

            /// Nothing is buffered here: what was written is the system's already.
            fn poll_flush(
                self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::task::Poll::Ready(Ok(()))
            }

            /// Shuts down the writing half, so that the peer reads the end of the stream.
            fn poll_close(
                self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::task::Poll::Ready(self.close_writing())
            }
        }
    };
}

pub(crate) use byte_stream;
