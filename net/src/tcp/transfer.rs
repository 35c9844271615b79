//! The bytes of a TCP connection: read, written, peeked at, or awaited.

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::net::Shutdown;
use std::task::{Context, Poll};

use reactor::Direction;

use crate::byte_stream::{at_once, at_once_mut, byte_stream, poll_nothing};
use crate::os::write_slices;
use crate::tcp::TcpStream;

byte_stream!(TcpStream);

fn total<'a>(lengths: impl Iterator<Item = &'a [u8]>) -> usize {
    lengths.fold(0, |sum, slice| sum.saturating_add(slice.len()))
}

impl TcpStream {
    #[inline]
    pub(crate) fn poll_read_bytes(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if buffer.is_empty() {
            return poll_nothing(cx);
        }
        self.registration
            .poll_transfer(cx, Direction::Read, buffer.len(), |mut stream| {
                stream.read(buffer)
            })
    }

    pub(crate) fn poll_read_slices(
        &self,
        cx: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        let buffers = at_once_mut(buffers);
        let wanted = total(buffers.iter().map(|buffer| &**buffer));
        if wanted == 0 {
            return poll_nothing(cx);
        }
        self.registration
            .poll_transfer(cx, Direction::Read, wanted, |mut stream| {
                stream.read_vectored(buffers)
            })
    }

    #[inline]
    pub(crate) fn poll_write_bytes(
        &self,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        if buffer.is_empty() {
            return poll_nothing(cx);
        }
        self.registration
            .poll_transfer(cx, Direction::Write, buffer.len(), |mut stream| {
                stream.write(buffer)
            })
    }

    pub(crate) fn poll_write_slices(
        &self,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let buffers = at_once(buffers);
        let wanted = total(buffers.iter().map(|buffer| &**buffer));
        if wanted == 0 {
            return poll_nothing(cx);
        }
        self.registration
            .poll_transfer(cx, Direction::Write, wanted, |stream| {
                write_slices(stream, buffers)
            })
    }

    /// A connection that is gone already needs no closing.
    pub(crate) fn close_writing(&self) -> io::Result<()> {
        match self.shutdown(Shutdown::Write) {
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            shut => shut,
        }
    }

    /// Reads what has arrived without taking it: the next read gives the same bytes. Waits until something is there;
    /// 0 is the end of the stream, or an empty buffer.
    ///
    /// # Errors
    /// What the system says, [`ConnectionReset`](io::ErrorKind::ConnectionReset) for example.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// # let (server, _) = listener.accept().await?;
    /// client.try_write(b"hello")?;
    /// let mut buffer = [0; 16];
    /// assert_eq!(server.peek(&mut buffer).await?, 5);
    /// assert_eq!(server.peek(&mut buffer).await?, 5);
    /// assert_eq!(server.try_read(&mut buffer)?, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        self.registration
            .operation(Direction::Read, |stream| stream.peek(buffer))
            .await
    }

    /// As [`peek`](Self::peek), for a hand-written future.
    ///
    /// # Errors
    /// As with [`peek`](Self::peek).
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// # let (server, _) = listener.accept().await?;
    /// use std::future::poll_fn;
    ///
    /// client.try_write(b"hello")?;
    /// let mut buffer = [0; 16];
    /// let length = poll_fn(|cx| server.poll_peek(cx, &mut buffer)).await?;
    /// assert_eq!(&buffer[..length], b"hello");
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn poll_peek(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        if buffer.is_empty() {
            return poll_nothing(cx);
        }
        self.registration
            .poll_io(cx, Direction::Read, |stream| stream.peek(buffer))
    }

    /// Waits until a read would probably not block: bytes are there, or the end of the stream, or an error. To be
    /// followed by [`try_read`](Self::try_read), which may find that it was not so.
    ///
    /// # Errors
    /// If the socket cannot be watched, or its runtime was dropped.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// # let (server, _) = listener.accept().await?;
    /// client.try_write(b"hello")?;
    /// server.readable().await?;
    /// let mut buffer = [0; 16]; // It is not needed before.
    /// assert_eq!(server.try_read(&mut buffer)?, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn readable(&self) -> io::Result<()> {
        self.registration.ready(Direction::Read).await
    }

    /// Waits until a write would probably not block: there is room, or an error. To be followed by
    /// [`try_write`](Self::try_write), which may find that it was not so.
    ///
    /// # Errors
    /// If the socket cannot be watched, or its runtime was dropped.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// client.writable().await?;
    /// assert_eq!(client.try_write(b"hello")?, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn writable(&self) -> io::Result<()> {
        self.registration.ready(Direction::Write).await
    }

    /// Reads what is there, without waiting. 0 is the end of the stream, or an empty buffer.
    ///
    /// # Errors
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) if nothing is there; else what the system says.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// # let (server, _) = listener.accept().await?;
    /// let mut buffer = [0; 16];
    /// let nothing = server.try_read(&mut buffer).unwrap_err();
    /// assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock);
    ///
    /// client.try_write(b"hello")?;
    /// server.readable().await?;
    /// assert_eq!(server.try_read(&mut buffer)?, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.try_transfer(Direction::Read, buffer.len(), |mut stream| {
            stream.read(buffer)
        })
    }

    /// As [`try_read`](Self::try_read), into several buffers.
    ///
    /// # Errors
    /// As with [`try_read`](Self::try_read).
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// # let (server, _) = listener.accept().await?;
    /// use std::io::IoSliceMut;
    ///
    /// client.try_write(b"headbody")?;
    /// server.readable().await?;
    /// let (mut head, mut body) = ([0; 4], [0; 16]);
    /// let mut buffers = [IoSliceMut::new(&mut head), IoSliceMut::new(&mut body)];
    /// assert_eq!(server.try_read_vectored(&mut buffers)?, 8);
    /// assert_eq!((&head, &body[..4]), (b"head", &b"body"[..]));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn try_read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        let buffers = at_once_mut(buffers);
        let wanted = total(buffers.iter().map(|buffer| &**buffer));
        self.try_transfer(Direction::Read, wanted, |mut stream| {
            stream.read_vectored(buffers)
        })
    }

    /// Writes what there is room for, without waiting; says how much it was.
    ///
    /// # Errors
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) if there is no room; else what the system says.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # use std::io::ErrorKind;
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// match client.try_write(b"hello") {
    ///     Ok(written) => assert_eq!(written, 5), // It may be less on a connection that is busy.
    ///     Err(full) => assert_eq!(full.kind(), ErrorKind::WouldBlock),
    /// }
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn try_write(&self, buffer: &[u8]) -> io::Result<usize> {
        self.try_transfer(Direction::Write, buffer.len(), |mut stream| {
            stream.write(buffer)
        })
    }

    /// As [`try_write`](Self::try_write), from several buffers.
    ///
    /// # Errors
    /// As with [`try_write`](Self::try_write).
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// use std::io::IoSlice;
    ///
    /// let message = [IoSlice::new(b"head"), IoSlice::new(b"body")];
    /// assert_eq!(client.try_write_vectored(&message)?, 8);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn try_write_vectored(&self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        let buffers = at_once(buffers);
        let wanted = total(buffers.iter().map(|buffer| &**buffer));
        self.try_transfer(Direction::Write, wanted, |stream| {
            write_slices(stream, buffers)
        })
    }

    fn try_transfer(
        &self,
        direction: Direction,
        wanted: usize,
        call: impl FnMut(&std::net::TcpStream) -> io::Result<usize>,
    ) -> io::Result<usize> {
        if wanted == 0 {
            return Ok(0);
        }
        let moved = self.registration.try_io(direction, call)?;
        if (1..wanted).contains(&moved) {
            self.registration.note_short(direction);
        }
        Ok(moved)
    }
}
