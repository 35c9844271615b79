//! The buffers of the crate `bytes`, which the feature of that name makes buffers that an operation owns.

use std::io;

use bytes::{Buf as _, Bytes, BytesMut};
use runtime::io::{IoBuf, IoBufMut};

mod each_driver;
mod pair;
use each_driver::on_each_driver;

#[test]
fn bytes_go_out_and_come_in() {
    on_each_driver(async || {
        let (here, there) = pair::pair().await?;
        let all = Bytes::from_static(b"hello world");
        let (length, word) = here.write_all_owned(Bytes::slice(&all, ..5)).await;
        assert_eq!((length?, word), (5, Bytes::from_static(b"hello")));
        let (length, word) = there.read_owned(BytesMut::with_capacity(64)).await;
        assert_eq!((length?, &word[..]), (5, &b"hello"[..]));

        here.write_all_owned(Bytes::slice(&all, 5..)).await.0?;
        let (length, words) = there.read_owned(word.slice(5..)).await;
        let mut words = words.into_inner();
        assert_eq!((length?, &words[..]), (6, &b"hello world"[..]));

        // What is left of a buffer that was split and advanced.
        words.advance(2);
        let rest = words.split_off(4);
        let room = words.room();
        here.write_all_owned(rest).await.0?;
        let (length, words) = there.read_owned(words).await;
        assert_eq!((length?, words.room()), (5.min(room), room));
        assert_eq!(words, b"world"[..5.min(room)]);
        io::Result::Ok(())
    });
}

#[test]
fn they_are_filled_up_to_their_capacity() {
    let mut buffer = BytesMut::with_capacity(8);
    buffer.extend_from_slice(b"abc");
    assert_eq!((IoBuf::len(&buffer), buffer.room()), (3, buffer.capacity()));
    let mut end = IoBuf::slice(buffer, 3..5);
    assert_eq!(end.fill_with(b"defg"), 2);
    assert_eq!(end.into_inner(), b"abcde"[..]);
    let mut empty = BytesMut::new();
    assert_eq!(empty.fill_with(b"a"), 0);
    assert!(IoBuf::is_empty(&Bytes::new()));
}
