//! Buffers that an operation owns while it is under way; they know nothing of who fills or reads them.
//!
//! A system that completes operations instead of announcing readiness is given an address and writes there later. So
//! the memory must stay where it is until then, whatever the program does meanwhile, and that can only be promised by
//! somebody who owns it. An operation takes the buffer and gives it back with the result.

#[cfg(feature = "bytes")]
mod bytes;
mod room;
mod slice;
mod standard;
#[cfg(test)]
mod tests;

use std::io;
use std::ops::RangeBounds;
use std::slice::{from_raw_parts, from_raw_parts_mut};

pub use self::room::Room;
pub use self::slice::Slice;

/// A buffer whose bytes can be written to a file or a socket.
///
/// It is there for `Vec<u8>`, `Box<[u8]>`, `Box<[u8; N]>`, `&'static [u8]`, `&'static str`, [`Slice`]s of them, and
/// with the feature `bytes` for `Bytes` and `BytesMut`.
///
/// # Safety
/// For as long as the value is neither dropped nor touched through a `&mut` of it, also while and after it is moved:
/// - [`as_ptr`](Self::as_ptr), [`len`](Self::len) and [`room`](Self::room) give the same each time;
/// - the memory from that address on stays, and is `room` bytes long, and `len` is not more than that;
/// - the first `len` bytes of it are initialised, and nobody writes to them.
///
/// A value that is forgotten ([`std::mem::forget`]) keeps its memory for good.
///
/// ```
/// use reactor::IoBuf;
///
/// let buffer = vec![1, 2, 3];
/// assert_eq!(buffer.as_bytes(), [1, 2, 3]);
/// ```
pub unsafe trait IoBuf: Unpin + 'static {
    /// Where the bytes are.
    fn as_ptr(&self) -> *const u8;

    /// How many bytes are initialised, and so can be written somewhere.
    fn len(&self) -> usize;

    /// How many bytes fit, initialised or not: for a vector it is the capacity. A buffer that cannot be filled has room
    /// for the bytes that are there.
    fn room(&self) -> usize {
        self.len()
    }

    /// True if there is nothing to write.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The initialised bytes.
    fn as_bytes(&self) -> &[u8] {
        // SAFETY: the contract of this trait is that so many bytes are initialised there, and that nobody writes to
        // them while the value is borrowed.
        unsafe { from_raw_parts(self.as_ptr(), self.len()) }
    }

    /// A part of the buffer, by the positions of its bytes, which is a buffer of its own. [`Slice::into_inner`] gives
    /// the whole back.
    ///
    /// It may end behind the initialised bytes, but not begin there: `buffer.slice(buffer.len()..)` is what a read adds
    /// to a vector, as far as its capacity goes. (`Bytes` has a `slice` of its own, which this one hides where the
    /// trait is in scope: there write `Bytes::slice(&buffer, range)`.)
    ///
    /// # Panics
    /// If the range begins behind its end or behind the initialised bytes, or ends behind the buffer's room.
    ///
    /// ```
    /// use reactor::IoBuf;
    ///
    /// let part = b"hello world".to_vec().slice(6..);
    /// assert_eq!(part.as_bytes(), b"world");
    /// assert_eq!(part.into_inner().len(), 11);
    /// ```
    #[track_caller]
    fn slice(self, range: impl RangeBounds<usize>) -> Slice<Self>
    where
        Self: Sized,
    {
        Slice::new(self, range)
    }
}

/// A buffer that can be filled from a file or a socket.
///
/// It is filled from its start. Afterwards its length says how much is initialised: a `Vec` that was filled with three
/// bytes has three, whatever it had before; a `Box<[u8]>` has as many as ever, and only the result tells how many are
/// new.
///
/// # Safety
/// What [`IoBuf`] asks for, and for as long as the value is neither dropped nor touched through a `&mut` of it, also
/// while and after it is moved:
/// - [`as_mut_ptr`](Self::as_mut_ptr) gives the same address as [`as_ptr`](IoBuf::as_ptr), and changes nothing;
/// - the [`room`](IoBuf::room) bytes from there on may be written to, and nobody else reads or writes them;
/// - [`set_filled`](Self::set_filled) changes neither the address nor the room nor the bytes, and the length is not
///   less than what it was told afterwards.
///
/// ```
/// use reactor::IoBufMut;
///
/// let mut buffer = Vec::with_capacity(512);
/// assert_eq!(buffer.fill_with(b"abc"), 3);
/// assert_eq!(buffer, b"abc");
/// ```
pub unsafe trait IoBufMut: IoBuf {
    /// Where the bytes go.
    fn as_mut_ptr(&mut self) -> *mut u8;

    /// Says that the buffer was filled with `filled` bytes from its start on.
    ///
    /// # Safety
    /// These bytes are initialised, and `filled` is at most [`room`](IoBuf::room).
    unsafe fn set_filled(&mut self, filled: usize);

    /// Gives up what stands behind the first `filled` bytes, where the buffer has a length of its own.
    ///
    /// # Panics
    /// If fewer are initialised.
    ///
    /// ```
    /// use reactor::IoBufMut;
    ///
    /// let mut buffer = b"hello".to_vec();
    /// buffer.keep_first(2);
    /// assert_eq!(buffer, b"he");
    /// ```
    #[track_caller]
    fn keep_first(&mut self, filled: usize) {
        let len = self.len();
        assert!(
            filled <= len,
            "a buffer with {len} initialised bytes cannot keep {filled}"
        );
        // SAFETY: so many are initialised, and there is room for what is there.
        unsafe { self.set_filled(filled) };
    }

    /// The room behind the first `from` bytes. What stood there is given up, where the buffer has a length of its own.
    ///
    /// # Panics
    /// If fewer are initialised.
    ///
    /// ```
    /// use reactor::{IoBufMut, Room};
    ///
    /// let mut buffer = vec![0; 8];
    /// assert!(matches!(buffer.room_from(2), Room::Initialised(room) if room.len() == 6));
    /// buffer.clear();
    /// assert!(matches!(buffer.room_from(0), Room::Raw(room) if room.len() == 8));
    /// ```
    #[track_caller]
    fn room_from(&mut self, from: usize) -> Room<'_> {
        // Who is given memory that may be uninitialised may also put uninitialised bytes there. So the length must not
        // reach into it.
        if from > self.len() || self.len() < self.room() {
            self.keep_first(from);
        }
        let (len, room) = (self.len(), self.room());
        // SAFETY: `from` is within the room, for at least so many bytes are initialised.
        let start = unsafe { self.as_mut_ptr().add(from) };
        if len > from {
            // SAFETY: these bytes are initialised, and they are ours alone while the buffer is borrowed.
            Room::Initialised(unsafe { from_raw_parts_mut(start, len - from) })
        } else {
            // SAFETY: so much may be written to and is ours alone; `MaybeUninit` asks for no more.
            Room::Raw(unsafe { from_raw_parts_mut(start.cast(), room - from) })
        }
    }

    /// Has `call` fill the room behind the first `from` bytes. It returns what it has filled, which begins where the
    /// room does. Gives its length.
    ///
    /// # Errors
    /// Those of `call`.
    ///
    /// # Panics
    /// If fewer than `from` bytes are initialised, or `call` returns other bytes than the first ones of the room.
    ///
    /// ```
    /// use std::io::Read;
    /// use reactor::IoBufMut;
    ///
    /// let (mut file, mut buffer) = (&b"world"[..], b"hello ".to_vec());
    /// buffer.reserve(16);
    /// let read = buffer.fill_by(6, |room| {
    ///     let room = room.initialise();
    ///     let length = file.read(room)?;
    ///     Ok(&mut room[..length])
    /// })?;
    /// assert_eq!((read, &buffer[..]), (5, &b"hello world"[..]));
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    fn fill_by(
        &mut self,
        from: usize,
        call: impl for<'r> FnOnce(Room<'r>) -> io::Result<&'r mut [u8]>,
    ) -> io::Result<usize> {
        let room = self.room_from(from);
        let (start, most) = (room.start(), room.len());
        let filled = call(room)?;
        let count = filled.len();
        assert!(
            filled.as_ptr() == start && count <= most,
            "what was filled must be the first bytes of the room that was given"
        );
        // SAFETY: the first `from` bytes were initialised before, or `room_from` had panicked. Those behind them are,
        // because they were just borrowed as bytes: it is these and no others, by the address and the length.
        unsafe { self.set_filled(from + count) };
        Ok(count)
    }

    /// Copies `bytes` into the buffer, as if they had been read; as many as fit. Returns how many.
    fn fill_with(&mut self, bytes: &[u8]) -> usize {
        let filled = self.fill_by(0, |room| Ok(room.put(bytes)));
        filled.unwrap_or(0) // Copying does not fail.
    }

    /// The whole room, with zeros where nothing was initialised; all of it counts as filled then.
    ///
    /// ```
    /// use reactor::IoBufMut;
    ///
    /// let mut buffer = Vec::with_capacity(4);
    /// buffer.push(1);
    /// assert_eq!(buffer.initialise(), [1, 0, 0, 0]);
    /// assert_eq!(buffer.len(), 4);
    /// ```
    fn initialise(&mut self) -> &mut [u8] {
        let (len, room) = (self.len(), self.room());
        if len < room {
            // SAFETY: the room may be written to, and reaches from `len` on as far as that.
            unsafe { self.as_mut_ptr().add(len).write_bytes(0, room - len) };
            // SAFETY: what was not initialised before is now.
            unsafe { self.set_filled(room) };
        }
        // SAFETY: all of it is initialised, and ours alone while the buffer is borrowed.
        unsafe { from_raw_parts_mut(self.as_mut_ptr(), room) }
    }
}
