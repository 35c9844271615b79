//! What is done to a stream in the tests of readiness, whatever kind of stream it is.

use std::io::{IoSlice, IoSliceMut};
use std::pin::pin;

use runtime::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::by_hand::ByHand;

/// One read with more room than there are bytes. Empty is the end.
pub(crate) async fn read<S>(mut stream: &S) -> Vec<u8>
where
    for<'a> &'a S: AsyncRead,
{
    let mut buffer = [0; 64];
    let length = stream.read(&mut buffer).await.unwrap();
    buffer[..length].to_vec()
}

/// A reader waits; then `speak` says something, and only then the driver is asked.
pub(crate) fn read_what_came_at_once<S>(
    by_hand: &ByHand,
    stream: &S,
    speak: impl FnOnce(),
) -> Vec<u8>
where
    for<'a> &'a S: AsyncRead,
{
    let mut reading = pin!(read(stream));
    by_hand.begin("a read", reading.as_mut());
    speak();
    by_hand.finish("a read", reading)
}

/// How many one-byte buffers are offered: more than the system takes in one call.
const MANY: usize = 1500;

/// What was left out of the call does not make it short.
pub(crate) fn is_written_and_read_by_many_buffers<S, P>(by_hand: &ByHand, stream: &S, peer: &P)
where
    for<'a> &'a S: AsyncRead + AsyncWrite,
    for<'a> &'a P: std::io::Read + std::io::Write,
{
    let (mut reader, mut writer, mut peer) = (stream, stream, peer);
    let mut buffers: Vec<_> = (0..MANY).map(|_| IoSlice::new(b"x")).collect();
    let mut left = &mut buffers[..];
    while !left.is_empty() {
        let written = by_hand.finish("a write", writer.write_vectored(left));
        IoSlice::advance_slices(&mut left, written.unwrap());
    }
    std::io::Read::read_exact(&mut peer, &mut [0; MANY]).unwrap();

    std::io::Write::write_all(&mut peer, &[b'y'; MANY]).unwrap();
    let mut room = [0; MANY];
    let mut read = 0;
    while read < MANY {
        let mut buffers: Vec<_> = room[read..].chunks_mut(1).map(IoSliceMut::new).collect();
        let reading = reader.read_vectored(&mut buffers);
        read += by_hand.finish("a read", reading).unwrap();
    }
    assert_eq!(room, [b'y'; MANY]);
}
