//! The buffers that every program has; each only says where its memory is.

use super::{IoBuf, IoBufMut};

// SAFETY: a vector's elements lie on the heap, where they stay until the vector is touched; the first `len` of them are
// initialised, and the capacity is the vector's own memory.
unsafe impl IoBuf for Vec<u8> {
    fn as_ptr(&self) -> *const u8 {
        Vec::as_ptr(self)
    }

    fn len(&self) -> usize {
        Vec::len(self)
    }

    fn room(&self) -> usize {
        self.capacity()
    }
}

// SAFETY: as above.
unsafe impl IoBufMut for Vec<u8> {
    fn as_mut_ptr(&mut self) -> *mut u8 {
        Vec::as_mut_ptr(self)
    }

    // SAFETY: of the caller it asks what the trait asks; the memory stays as it is.
    unsafe fn set_filled(&mut self, filled: usize) {
        // SAFETY: the caller says that so many are initialised, and that they fit.
        unsafe { self.set_len(filled) };
    }
}

// SAFETY: a box's content lies on the heap, where it stays until the box is touched, and all of it is initialised.
unsafe impl IoBuf for Box<[u8]> {
    fn as_ptr(&self) -> *const u8 {
        <[u8]>::as_ptr(self)
    }

    fn len(&self) -> usize {
        <[u8]>::len(self)
    }
}

// SAFETY: the content is the box's own memory.
unsafe impl IoBufMut for Box<[u8]> {
    fn as_mut_ptr(&mut self) -> *mut u8 {
        <[u8]>::as_mut_ptr(self)
    }

    // SAFETY: nothing is done, for all of it is initialised for ever.
    unsafe fn set_filled(&mut self, _: usize) {}
}

// SAFETY: as for a slice in a box.
unsafe impl<const N: usize> IoBuf for Box<[u8; N]> {
    fn as_ptr(&self) -> *const u8 {
        self.as_slice().as_ptr()
    }

    fn len(&self) -> usize {
        N
    }
}

// SAFETY: as for a slice in a box.
unsafe impl<const N: usize> IoBufMut for Box<[u8; N]> {
    fn as_mut_ptr(&mut self) -> *mut u8 {
        self.as_mut_slice().as_mut_ptr()
    }

    // SAFETY: nothing is done, for all of it is initialised for ever.
    unsafe fn set_filled(&mut self, _: usize) {}
}

// SAFETY: the bytes are there for good, and nobody may write to them.
unsafe impl IoBuf for &'static [u8] {
    fn as_ptr(&self) -> *const u8 {
        <[u8]>::as_ptr(self)
    }

    fn len(&self) -> usize {
        <[u8]>::len(self)
    }
}

// SAFETY: the bytes are there for good, and nobody may write to them.
unsafe impl IoBuf for &'static str {
    fn as_ptr(&self) -> *const u8 {
        str::as_ptr(self)
    }

    fn len(&self) -> usize {
        str::len(self)
    }
}
