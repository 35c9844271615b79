//! Tests of buffers and their slices, above all of their ends.

use std::mem::MaybeUninit;
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;

/// The words of the panic.
fn refusal(misuse: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(misuse)).expect_err("it must be refused");
    match payload.downcast::<String>() {
        Ok(words) => *words,
        Err(payload) => payload.downcast::<&str>().expect("words").to_string(),
    }
}

fn spare(len: usize) -> Vec<u8> {
    let mut buffer = Vec::with_capacity(8);
    buffer.extend((1..).take(len));
    buffer
}

#[test]
fn a_vector_is_filled_up_to_its_capacity_and_ends_there() {
    let mut buffer = spare(3);
    assert_eq!((IoBuf::len(&buffer), buffer.room()), (3, 8));
    assert_eq!(buffer.fill_with(b"0123456789"), 8);
    assert_eq!(buffer, b"01234567");
    assert_eq!(buffer.fill_with(b"ab"), 2);
    assert_eq!(buffer, b"ab");
    assert_eq!(buffer.fill_with(b""), 0);
    assert_eq!((buffer.len(), buffer.capacity()), (0, 8));
}

#[test]
fn a_box_has_its_length_for_ever() {
    let mut boxed: Box<[u8]> = vec![9; 4].into();
    assert_eq!(boxed.fill_with(b"ab"), 2);
    assert_eq!(*boxed, *b"ab\x09\x09");
    let mut array = Box::new([9; 4]);
    assert_eq!(array.fill_with(b"abcdef"), 4);
    assert_eq!(array.as_bytes(), b"abcd");
    array.keep_first(1);
    assert_eq!((IoBuf::len(&array), array.room()), (4, 4));
}

#[test]
fn nothing_fits_where_there_is_no_room() {
    assert_eq!(Vec::new().fill_with(b"a"), 0);
    assert_eq!(Box::new([0; 0]).fill_with(b"a"), 0);
    let empty: Box<[u8]> = Box::default();
    assert!(IoBuf::is_empty(&empty) && empty.as_bytes().is_empty());
    assert_eq!(Vec::new().initialise(), []);
    assert!(matches!(Vec::new().room_from(0), Room::Raw(room) if room.is_empty()));
    assert!(IoBuf::is_empty(&&b""[..]));
}

#[test]
fn static_bytes_are_read_only_and_may_be_sliced() {
    let hello: &'static [u8] = b"hello";
    assert_eq!(hello.slice(1..3).as_bytes(), b"el");
    assert_eq!(IoBuf::slice("hello", 1..).as_bytes(), b"ello");
    assert_eq!(hello.room(), 5);
}

#[test]
fn a_slice_fills_its_part_and_no_more() {
    let mut part = spare(3).slice(1..4);
    assert_eq!((part.len(), part.room(), part.begin()), (2, 3, 1));
    assert_eq!(part.as_bytes(), [2, 3]);
    assert_eq!(part.fill_with(b"abcdef"), 3);
    assert_eq!(part.as_bytes(), b"abc");
    assert_eq!(part.get_ref(), b"\x01abc");
    part.keep_first(0);
    assert_eq!(part.into_inner(), [1]);
}

#[test]
fn a_slice_behind_the_length_adds_to_a_vector() {
    let mut end = spare(3).slice(3..);
    assert_eq!((end.len(), end.room()), (0, 5));
    assert_eq!(end.fill_with(b"xyz"), 3);
    assert_eq!(end.into_inner(), [1, 2, 3, b'x', b'y', b'z']);
    let full = spare(8).slice(8..);
    assert!(full.is_empty() && full.room() == 0);
}

#[test]
fn slices_of_slices_count_from_their_own_begin() {
    let outer = b"0123456789".to_vec().slice(2..8);
    let mut inner = outer.slice(1..=3);
    assert_eq!(inner.as_bytes(), b"345");
    assert_eq!(inner.fill_with(b"abcd"), 3);
    let outer = inner.into_inner();
    assert_eq!(
        outer.as_bytes(),
        b"2abc",
        "the vector ends where it was filled to"
    );
    assert_eq!(outer.into_inner(), b"012abc");

    let mut boxed = Box::new(*b"0123456789").slice(2..8).slice(5..);
    assert_eq!(boxed.fill_with(b"abcd"), 1);
    assert_eq!(*boxed.into_inner().into_inner(), *b"0123456a89");
}

#[test]
#[allow(
    clippy::reversed_empty_ranges,
    reason = "it is the misuse that is tested"
)]
fn wrong_ranges_are_refused() {
    let begins_late = refusal(|| drop(spare(3).slice(4..)));
    assert!(
        begins_late.contains("3 initialised bytes, not at 4"),
        "{begins_late}"
    );
    let ends_late = refusal(|| drop(spare(3).slice(..9)));
    assert!(
        ends_late.contains("room of 8 bytes: not 0..9"),
        "{ends_late}"
    );
    refusal(|| drop(spare(3).slice(2..1)));
    refusal(|| drop(spare(3).slice(..=usize::MAX)));
    refusal(|| drop(spare(3).slice((Bound::Excluded(usize::MAX), Bound::Unbounded))));
    refusal(|| drop(spare(8).slice(1..4).slice(..4)));
    refusal(|| assert!(IoBuf::slice(&b"hello"[..], ..6).is_empty()));
}

#[test]
fn room_that_is_initialised_is_not_given_as_raw() {
    let mut boxed = Box::new(*b"abcd");
    assert!(matches!(boxed.room_from(1), Room::Initialised(room) if room == b"bcd"));
    assert!(matches!(boxed.room_from(4), Room::Raw(room) if room.is_empty()));
    let mut vector = spare(3);
    assert!(matches!(vector.room_from(2), Room::Raw(room) if room.len() == 6));
    assert_eq!(
        vector,
        [1, 2],
        "what is given as raw does not count any more"
    );
    refusal(|| assert!(vector.room_from(3).is_empty()));
}

#[test]
fn only_the_first_bytes_of_the_room_count_as_filled() {
    let elsewhere = refusal(|| {
        let _ = spare(0).fill_by(0, |_| Ok(&mut []));
    });
    assert!(elsewhere.contains("the first bytes of the room"));
    refusal(|| {
        let _ = spare(0).fill_by(0, |room| Ok(&mut room.initialise()[1..]));
    });
    let mut buffer = spare(3);
    let error = buffer.fill_by(3, |_| Err(io::ErrorKind::WouldBlock.into()));
    assert_eq!(error.unwrap_err().kind(), io::ErrorKind::WouldBlock);
    assert_eq!(buffer, [1, 2, 3], "nothing was filled");
}

#[test]
fn initialising_keeps_what_is_there() {
    let mut buffer = spare(3);
    assert_eq!(buffer.initialise(), [1, 2, 3, 0, 0, 0, 0, 0]);
    let mut part = spare(3).slice(2..5);
    assert_eq!(part.initialise(), [3, 0, 0]);
    assert_eq!(part.into_inner(), [1, 2, 3, 0, 0]);
}

#[test]
fn a_room_is_filled_from_its_start() {
    let mut memory = [MaybeUninit::uninit(); 4];
    assert_eq!(Room::Raw(&mut memory).put(b"abcdef"), b"abcd");
    let mut bytes = *b"0123";
    assert_eq!(Room::Initialised(&mut bytes).put(b"ab"), b"ab");
    assert_eq!(&bytes, b"ab23");
}

/// Buffers of an unusual kind: the length is what it once was, whatever is filled.
#[test]
fn a_length_that_only_grows_is_respected() {
    struct Grows(Box<[u8; 8]>, usize);
    // SAFETY: as for the box; its first bytes, up to the length, are initialised as all are.
    unsafe impl IoBuf for Grows {
        fn as_ptr(&self) -> *const u8 {
            IoBuf::as_ptr(&self.0)
        }
        fn len(&self) -> usize {
            self.1
        }
        fn room(&self) -> usize {
            8
        }
    }
    // SAFETY: as for the box; the length never falls.
    unsafe impl IoBufMut for Grows {
        fn as_mut_ptr(&mut self) -> *mut u8 {
            IoBufMut::as_mut_ptr(&mut self.0)
        }
        // SAFETY: of the caller it asks what the trait asks; the memory stays as it is.
        unsafe fn set_filled(&mut self, filled: usize) {
            self.1 = self.1.max(filled);
        }
    }
    let mut buffer = Grows(Box::new([7; 8]), 3);
    assert!(matches!(buffer.room_from(1), Room::Initialised(room) if room.len() == 2));
    assert!(matches!(buffer.room_from(3), Room::Raw(room) if room.len() == 5));
    assert_eq!(buffer.fill_with(b"abcdef"), 3, "a part of it, safely");
}

#[test]
fn a_cloned_slice_ends_where_its_own_room_does() {
    let mut buffer = Vec::with_capacity(64);
    buffer.extend_from_slice(b"abc");
    let slice = buffer.slice(1..40).slice(1..30);
    assert_eq!(slice.room(), 29);
    let mut clone = slice.clone();
    assert_eq!(clone.as_bytes(), slice.as_bytes());
    let room = clone.get_ref().room() - 1; // Behind its begin.
    assert_eq!(clone.room(), room.min(29));
    assert_eq!(clone.fill_with(&[7; 64]), clone.room());
    let whole = clone.into_inner().into_inner();
    assert!(whole.len() <= whole.capacity());
}
