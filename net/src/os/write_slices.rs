//! Writing several buffers at once, as the standard library does it: no signal can come of it here.

use std::io::{self, IoSlice, Write};

pub(crate) fn write_slices<S>(socket: &S, slices: &[IoSlice<'_>]) -> io::Result<usize>
where
    for<'a> &'a S: Write,
{
    let mut socket = socket;
    socket.write_vectored(slices)
}
