//! The buffers of the crate `bytes`.

use bytes::{Bytes, BytesMut};

use super::{IoBuf, IoBufMut};

// SAFETY: the bytes lie on the heap, or are static, where they stay until the handle is touched; nobody writes to them,
// for they are shared.
unsafe impl IoBuf for Bytes {
    fn as_ptr(&self) -> *const u8 {
        <[u8]>::as_ptr(self)
    }

    fn len(&self) -> usize {
        Bytes::len(self)
    }
}

// SAFETY: as for a vector: this part of the memory is the handle's own, up to its capacity.
unsafe impl IoBuf for BytesMut {
    fn as_ptr(&self) -> *const u8 {
        <[u8]>::as_ptr(self)
    }

    fn len(&self) -> usize {
        BytesMut::len(self)
    }

    fn room(&self) -> usize {
        self.capacity()
    }
}

// SAFETY: as above.
unsafe impl IoBufMut for BytesMut {
    fn as_mut_ptr(&mut self) -> *mut u8 {
        let len = BytesMut::len(self);
        // A pointer that was made of the initialised bytes would be good for those alone. So it is made of all the
        // room, while none of it counts as initialised. SAFETY: nothing is less than there is.
        unsafe { self.set_len(0) };
        let start = self.spare_capacity_mut().as_mut_ptr().cast();
        // SAFETY: this is what it was, and the bytes were not touched in between.
        unsafe { self.set_len(len) };
        start
    }

    // SAFETY: of the caller it asks what the trait asks; the memory stays as it is.
    unsafe fn set_filled(&mut self, filled: usize) {
        // SAFETY: the caller says that so many are initialised, and that they fit.
        unsafe { self.set_len(filled) };
    }
}
