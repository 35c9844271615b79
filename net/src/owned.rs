//! The methods of streams and of their halves that take a buffer and give it back, once for all of them; it knows
//! nothing of what a stream is.

/// The reading methods, for something that has a stream of the type `$stream` in `$this`. The setup makes `here`, which
/// has these methods, and `there`, a stream that is connected to it.
macro_rules! owned_reads {
    ($stream:ty, $self:ident => $this:expr, $setup:literal) => {
        /// Reads what is there into the buffer, once; waits until something is. The result is how many bytes, and the
        /// buffer: 0 is the end of the stream, or a buffer without room.
        ///
        /// A `Vec` is filled from its start up to its capacity, and has the length of what was read; a part of it is
        /// `buffer.slice(range)`.
        ///
        /// # Errors
        /// What the system says, [`ConnectionReset`](std::io::ErrorKind::ConnectionReset) for example. The buffer comes
        /// back with it.
        ///
        /// # Cancel safety
        /// A future that was dropped before it was ready has read nothing, on drivers that tell readiness; its buffer
        /// is gone. [`cancel`](reactor::owned::Transfer::cancel) gives the buffer back, on every driver with what was
        /// read.
        ///
        /// # Panics
        /// The future, when it is polled again after it gave its result.
        ///
        /// ```
        /// # net::doctest::run(async {
        #[doc = $setup]
        /// there.try_write(b"hello")?;
        /// let (length, buffer) = here.read_owned(Vec::with_capacity(64)).await;
        /// assert_eq!((length?, buffer), (5, b"hello".to_vec()));
        /// # std::io::Result::Ok(()) }).unwrap();
        /// ```
        #[track_caller]
        pub fn read_owned<B: reactor::IoBufMut>(
            &$self,
            buffer: B,
        ) -> reactor::owned::Transfer<'_, $stream, B, reactor::owned::Read> {
            reactor::owned::Transfer::new($this.registration(), buffer, reactor::owned::Read)
        }

        /// Reads until the buffer has no room left. The result is how many bytes that are, and the buffer. For fewer
        /// bytes than a `Vec` has capacity for, give `buffer.slice(..count)` of one that is as long, or a box.
        ///
        /// # Errors
        /// [`UnexpectedEof`](std::io::ErrorKind::UnexpectedEof) if the stream ends before; what the system says. The
        /// buffer comes back with what was read until then: the length of a `Vec` says how much it is, and so does
        /// [`transferred`](reactor::owned::Transfer::transferred).
        ///
        /// # Cancel safety
        /// What a dropped future had read is lost with its buffer, and nothing else is.
        /// [`cancel`](reactor::owned::Transfer::cancel) gives the buffer back, and says how much had been read.
        ///
        /// # Panics
        /// The future, when it is polled again after it gave its result.
        ///
        /// ```
        /// # net::doctest::run(async {
        #[doc = $setup]
        /// there.try_write(b"hello world")?;
        /// let (length, word) = here.read_exact_owned(Box::new([0; 5])).await;
        /// assert_eq!((length?, &*word), (5, b"hello"));
        /// # std::io::Result::Ok(()) }).unwrap();
        /// ```
        #[track_caller]
        pub fn read_exact_owned<B: reactor::IoBufMut>(
            &$self,
            buffer: B,
        ) -> reactor::owned::Transfer<'_, $stream, B, reactor::owned::ReadExact> {
            let way = reactor::owned::ReadExact;
            reactor::owned::Transfer::new($this.registration(), buffer, way)
        }

        /// As [`read_owned`](Self::read_owned), into several buffers: each is filled before the next one, up to 1024 of
        /// them. The length of each says what was read into it.
        ///
        /// # Errors
        /// Those of [`read_owned`](Self::read_owned).
        ///
        /// # Cancel safety
        /// As [`read_owned`](Self::read_owned).
        ///
        /// # Panics
        /// The future, when it is polled again after it gave its result.
        ///
        /// ```
        /// # net::doctest::run(async {
        #[doc = $setup]
        /// there.try_write(b"headbody")?;
        /// let (length, parts) = here.read_vectored_owned(vec![vec![0; 4], vec![0; 16]]).await;
        /// assert_eq!((length?, parts), (8, vec![b"head".to_vec(), b"body".to_vec()]));
        /// # std::io::Result::Ok(()) }).unwrap();
        /// ```
        #[track_caller]
        pub fn read_vectored_owned<B: reactor::IoBufMut>(
            &$self,
            buffers: Vec<B>,
        ) -> reactor::owned::Transfer<'_, $stream, Vec<B>, reactor::owned::ReadVectored> {
            let way = reactor::owned::ReadVectored;
            reactor::owned::Transfer::new($this.registration(), buffers, way)
        }
    };
}

/// The writing methods; otherwise as above.
macro_rules! owned_writes {
    ($stream:ty, $self:ident => $this:expr, $setup:literal) => {
        /// Writes as much of the buffer as the system takes, once; waits until it takes some. The result is how many
        /// bytes, and the buffer.
        ///
        /// # Errors
        /// What the system says, [`BrokenPipe`](std::io::ErrorKind::BrokenPipe) for example. The buffer comes back with
        /// it.
        ///
        /// # Cancel safety
        /// A future that was dropped before it was ready has written nothing, on drivers that tell readiness; its
        /// buffer is gone. [`cancel`](reactor::owned::Transfer::cancel) gives the buffer back, on every driver, and
        /// says what was written.
        ///
        /// # Panics
        /// The future, when it is polled again after it gave its result.
        ///
        /// ```
        /// # net::doctest::run(async {
        #[doc = $setup]
        /// let (length, _buffer) = here.write_owned(b"hello".to_vec()).await;
        /// assert_eq!(length?, 5); // It may be less on a connection that is busy.
        /// # drop(there);
        /// # std::io::Result::Ok(()) }).unwrap();
        /// ```
        #[track_caller]
        pub fn write_owned<B: reactor::IoBuf>(
            &$self,
            buffer: B,
        ) -> reactor::owned::Transfer<'_, $stream, B, reactor::owned::Write> {
            reactor::owned::Transfer::new($this.registration(), buffer, reactor::owned::Write)
        }

        /// Writes all of the buffer. The result is its length, and the buffer.
        ///
        /// # Errors
        /// What the system says; [`WriteZero`](std::io::ErrorKind::WriteZero) if it takes nothing. The buffer comes
        /// back with it, and [`transferred`](reactor::owned::Transfer::transferred) says how much was written before.
        ///
        /// # Cancel safety
        /// A future that was dropped may have written a part of the buffer, and does not say how much.
        /// [`cancel`](reactor::owned::Transfer::cancel) does, and gives the buffer back: `buffer.slice(written..)` is
        /// what is left to write.
        ///
        /// # Panics
        /// The future, when it is polled again after it gave its result.
        ///
        /// ```
        /// # net::doctest::run(async {
        #[doc = $setup]
        /// let (length, _) = here.write_all_owned("hello").await;
        /// assert_eq!(length?, 5);
        /// # drop(there);
        /// # std::io::Result::Ok(()) }).unwrap();
        /// ```
        #[track_caller]
        pub fn write_all_owned<B: reactor::IoBuf>(
            &$self,
            buffer: B,
        ) -> reactor::owned::Transfer<'_, $stream, B, reactor::owned::WriteAll> {
            reactor::owned::Transfer::new($this.registration(), buffer, reactor::owned::WriteAll)
        }

        /// As [`write_owned`](Self::write_owned), from several buffers in turn, up to 1024 of them.
        ///
        /// # Errors
        /// Those of [`write_owned`](Self::write_owned).
        ///
        /// # Cancel safety
        /// As [`write_owned`](Self::write_owned).
        ///
        /// # Panics
        /// The future, when it is polled again after it gave its result.
        ///
        /// ```
        /// # net::doctest::run(async {
        #[doc = $setup]
        /// let (length, _) = here.write_vectored_owned(vec!["head", "body"]).await;
        /// assert_eq!(length?, 8);
        /// # drop(there);
        /// # std::io::Result::Ok(()) }).unwrap();
        /// ```
        #[track_caller]
        pub fn write_vectored_owned<B: reactor::IoBuf>(
            &$self,
            buffers: Vec<B>,
        ) -> reactor::owned::Transfer<'_, $stream, Vec<B>, reactor::owned::WriteVectored> {
            let way = reactor::owned::WriteVectored;
            reactor::owned::Transfer::new($this.registration(), buffers, way)
        }
    };
}

pub(crate) use {owned_reads, owned_writes};
