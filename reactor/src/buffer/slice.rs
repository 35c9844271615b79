//! A part of a buffer, which is a buffer itself.

use std::ops::{Bound, RangeBounds};

use super::{IoBuf, IoBufMut};

/// A part of a buffer; see [`IoBuf::slice`].
///
/// ```
/// use reactor::{IoBuf, IoBufMut};
///
/// let mut part = vec![0; 8].slice(2..5);
/// assert_eq!(part.fill_with(b"abcdef"), 3); // No more fits.
/// assert_eq!(part.into_inner(), *b"\0\0abc"); // A vector ends where it was filled to.
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Slice<B> {
    buffer: B,
    /// At most the buffer's length, at all times.
    begin: usize,
    /// From `begin` to the buffer's room, at all times.
    end: usize,
}

impl<B: IoBuf> Slice<B> {
    #[track_caller]
    pub(super) fn new(buffer: B, range: impl RangeBounds<usize>) -> Self {
        let (len, room) = (buffer.len(), buffer.room());
        // A bound behind the last number there is cannot be within the buffer either.
        let begin = match range.start_bound() {
            Bound::Included(&begin) => begin,
            Bound::Excluded(&before) => before.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(&last) => last.saturating_add(1),
            Bound::Excluded(&end) => end,
            Bound::Unbounded => room,
        };
        assert!(
            begin <= len,
            "a slice of a buffer begins within its {len} initialised bytes, not at {begin}: fill the buffer first"
        );
        assert!(
            begin <= end && end <= room,
            "a slice of a buffer ends between its begin and the buffer's room of {room} bytes: not {begin}..{end}"
        );
        Slice { buffer, begin, end }
    }

    /// The whole buffer.
    ///
    /// ```
    /// use reactor::IoBuf;
    ///
    /// assert_eq!(vec![1, 2, 3].slice(1..2).into_inner(), [1, 2, 3]);
    /// ```
    pub fn into_inner(self) -> B {
        self.buffer
    }

    /// The whole buffer, to look at.
    ///
    /// ```
    /// use reactor::IoBuf;
    ///
    /// assert_eq!(vec![1, 2, 3].slice(1..2).get_ref(), &[1, 2, 3]);
    /// ```
    pub fn get_ref(&self) -> &B {
        &self.buffer
    }

    /// Where in the buffer the slice begins.
    ///
    /// ```
    /// use reactor::IoBuf;
    ///
    /// assert_eq!(vec![1, 2, 3].slice(1..2).begin(), 1);
    /// ```
    pub fn begin(&self) -> usize {
        self.begin
    }
}

impl<B: IoBuf + Clone> Clone for Slice<B> {
    /// A cloned vector may have less room than the one it was cloned from: the clone ends where its room does.
    fn clone(&self) -> Self {
        let buffer = self.buffer.clone();
        let begin = self.begin.min(buffer.len());
        let end = self.end.clamp(begin, buffer.room());
        Slice { buffer, begin, end }
    }
}

// SAFETY: the slice begins within the initialised bytes of its buffer, at an address that stays as the buffer's does,
// and ends with its room at the latest; its length ends with the buffer's. Nobody can shorten the buffer to less than
// `begin`, because the slice owns it and lends it out to look at only.
unsafe impl<B: IoBuf> IoBuf for Slice<B> {
    fn as_ptr(&self) -> *const u8 {
        // SAFETY: `begin` is at most the buffer's length.
        unsafe { self.buffer.as_ptr().add(self.begin) }
    }

    fn len(&self) -> usize {
        self.end.min(self.buffer.len()) - self.begin
    }

    fn room(&self) -> usize {
        self.end - self.begin
    }
}

// SAFETY: as above; the address is the same, and filling the slice fills the buffer up to there.
unsafe impl<B: IoBufMut> IoBufMut for Slice<B> {
    fn as_mut_ptr(&mut self) -> *mut u8 {
        // SAFETY: `begin` is at most the buffer's length.
        unsafe { self.buffer.as_mut_ptr().add(self.begin) }
    }

    // SAFETY: of the caller it asks what the trait asks; the memory stays as it is.
    unsafe fn set_filled(&mut self, filled: usize) {
        // SAFETY: what stands before the slice is initialised, because the slice begins within that; what the slice was
        // filled with is, says the caller.
        unsafe { self.buffer.set_filled(self.begin + filled) };
    }
}
