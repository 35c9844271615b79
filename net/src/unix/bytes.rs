//! The bytes of a Unix stream: read, written, or awaited.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::Shutdown;
use std::os::unix::net;
use std::task::{Context, Poll};

use reactor::Direction::{Read, Write};
use reactor::Registration;

use super::stream::UnixStream;
use crate::byte_stream::{at_once, at_once_mut, byte_stream, poll_nothing};
use crate::halves::Splittable;
use crate::os;

byte_stream!(UnixStream);

impl UnixStream {
    /// Waits until a read would probably not block: bytes are there, or the end of the stream, or an error. To be
    /// followed by [`try_read`](Self::try_read), which may find that it was not so. Cancel safe.
    ///
    /// # Errors
    /// If the socket cannot be watched, or its runtime was dropped.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixStream;
    ///
    /// let (here, there) = UnixStream::pair()?;
    /// there.try_write(b"hello")?;
    /// here.readable().await?;
    /// assert_eq!(here.try_read(&mut [0; 16])?, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn readable(&self) -> io::Result<()> {
        self.registration.ready(Read).await
    }

    /// Waits until a write would probably not block: there is room, or an error. To be followed by
    /// [`try_write`](Self::try_write), which may find that it was not so. Cancel safe.
    ///
    /// # Errors
    /// If the socket cannot be watched, or its runtime was dropped.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixStream;
    ///
    /// let (here, there) = UnixStream::pair()?;
    /// here.writable().await?;
    /// assert_eq!(here.try_write(b"hello")?, 5);
    /// # drop(there);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn writable(&self) -> io::Result<()> {
        self.registration.ready(Write).await
    }

    /// Reads what is there, without waiting. Says how many bytes; 0 is the end of the stream, or an empty buffer.
    ///
    /// # Errors
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) if nothing is there; else what the system says.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// let (here, there) = net::UnixStream::pair()?;
    /// let mut buffer = [0; 16];
    /// let nothing = here.try_read(&mut buffer).unwrap_err();
    /// assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock);
    ///
    /// there.try_write(b"hello")?;
    /// here.readable().await?;
    /// assert_eq!(here.try_read(&mut buffer)?, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = buffer.len();
        if wanted == 0 {
            return Ok(0);
        }
        let buffers = &mut [IoSliceMut::new(buffer)];
        let mut cut = false;
        let bytes = self
            .registration
            .try_io(Read, |stream| read(stream, buffers, &mut cut))?;
        self.note_read(bytes, wanted, cut);
        Ok(bytes)
    }

    /// Writes what there is room for, without waiting; says how much it was.
    ///
    /// # Errors
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) if there is no room; else what the system says.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixStream;
    ///
    /// let (here, there) = UnixStream::pair()?;
    /// let full = loop {
    ///     if let Err(error) = here.try_write(&[0; 4096]) {
    ///         break error.kind();
    ///     }
    /// };
    /// assert_eq!(full, std::io::ErrorKind::WouldBlock);
    /// # drop(there);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn try_write(&self, buffer: &[u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let buffers = &[IoSlice::new(buffer)];
        let bytes = self
            .registration
            .try_io(Write, |stream| os::write_slices(stream, buffers))?;
        if bytes < buffer.len() {
            self.registration.note_short(Write);
        }
        Ok(bytes)
    }

    /// A short read has drained the stream, unless it was cut where descriptors were passed.
    #[inline]
    fn note_read(&self, bytes: usize, wanted: usize, cut: bool) {
        if !cut && (1..wanted).contains(&bytes) {
            self.registration.note_short(Read);
        }
    }

    /// Shuts down reading, writing or both, of the connection itself: whoever shares it is concerned, too.
    ///
    /// # Errors
    /// What the system says: [`NotConnected`](io::ErrorKind::NotConnected) on some systems if the peer has gone.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// use std::net::Shutdown;
    ///
    /// let (here, there) = net::UnixStream::pair()?;
    /// here.shutdown(Shutdown::Write)?;
    /// there.readable().await?;
    /// assert_eq!(there.try_read(&mut [0; 8])?, 0);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.registration.get_ref().shutdown(how)
    }
}

impl Splittable for UnixStream {
    fn registration(&self) -> &Registration<net::UnixStream> {
        &self.registration
    }

    #[inline]
    fn poll_read_bytes(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        self.poll_read_slices(cx, &mut [IoSliceMut::new(buffer)])
    }

    fn poll_read_slices(
        &self,
        cx: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        let buffers = at_once_mut(buffers);
        let wanted = buffers.iter().map(|buffer| buffer.len()).sum();
        if wanted == 0 {
            return poll_nothing(cx);
        }
        let mut cut = false;
        let polled = self
            .registration
            .poll_io(cx, Read, |stream| read(stream, buffers, &mut cut));
        if let Poll::Ready(Ok(bytes)) = polled {
            self.note_read(bytes, wanted, cut);
        }
        polled
    }

    #[inline]
    fn poll_write_bytes(&self, cx: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_slices(cx, &[IoSlice::new(buffer)])
    }

    fn poll_write_slices(
        &self,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let buffers = at_once(buffers);
        let wanted = buffers.iter().map(|buffer| buffer.len()).sum();
        if wanted == 0 {
            return poll_nothing(cx);
        }
        self.registration
            .poll_transfer(cx, Write, wanted, |stream| {
                os::write_slices(stream, buffers)
            })
    }

    /// A connection that is gone already needs no closing.
    fn close_writing(&self) -> io::Result<()> {
        match self.shutdown(Shutdown::Write) {
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            shut => shut,
        }
    }
}

/// One read; `cut` says whether it ended where descriptors were passed.
fn read(
    stream: &net::UnixStream,
    buffers: &mut [IoSliceMut<'_>],
    cut: &mut bool,
) -> io::Result<usize> {
    let taken = os::read_unix_stream(stream, buffers)?;
    *cut = taken.cut;
    Ok(taken.bytes)
}
