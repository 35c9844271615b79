//! The loops of reads and writes on a scripted file: short calls, signals, the end.

use std::io::{self, ErrorKind};

use super::{ended_early, nothing_written, read, uninterrupted, until};

#[test]
fn a_signal_is_no_error() {
    let mut script = [3, 2, 1];
    let mut calls = 0;
    let moved = uninterrupted(|| {
        calls += 1;
        match &mut script[calls - 1] {
            1 => Ok(7),
            _ => Err(ErrorKind::Interrupted.into()),
        }
    });
    assert_eq!((moved.unwrap(), calls), (7, 3));
}

#[test]
fn an_error_is_given_with_how_far_it_came() {
    let mut done = 0;
    let mut places = Vec::new();
    let result = until(9, 100, &mut done, ended_early, |from, offset| {
        places.push((from, offset));
        match from {
            0 => Ok(4),
            _ => Err(ErrorKind::StorageFull.into()),
        }
    });
    assert_eq!(result.unwrap_err().kind(), ErrorKind::StorageFull);
    assert_eq!((done, places), (4, vec![(0, 100), (4, 104)]));
}

#[test]
fn short_reads_go_on_where_they_ended() {
    let file = b"hello world";
    let mut buffer = Vec::with_capacity(11);
    let mut done = 0;
    let result = until(11, 0, &mut done, ended_early, |from, offset| {
        read(&mut buffer, from, |room| {
            let part = &file[offset as usize..][..4.min(room.len())];
            room[..part.len()].copy_from_slice(part);
            Ok(part.len())
        })
    });
    assert!(result.is_ok());
    assert_eq!((done, &buffer[..]), (11, &file[..]));
}

#[test]
fn a_call_that_moves_nothing_is_the_end() {
    let kind = |none: fn() -> io::Error| {
        let mut done = 0;
        let ended = until(5, 0, &mut done, none, |from, _| {
            Ok(if from == 0 { 2 } else { 0 })
        });
        (ended.unwrap_err().kind(), done)
    };
    assert_eq!(kind(ended_early), (ErrorKind::UnexpectedEof, 2));
    assert_eq!(kind(nothing_written), (ErrorKind::WriteZero, 2));
}

#[test]
fn no_offset_wraps_around() {
    let (mut done, mut last) = (0, 0);
    let _ = until(9, u64::MAX - 2, &mut done, ended_early, |from, offset| {
        last = offset;
        Ok(if from < 4 { 4 } else { 0 })
    });
    assert_eq!(last, u64::MAX);
}
