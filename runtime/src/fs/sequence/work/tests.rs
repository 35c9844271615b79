//! What was read and not taken: by calls that signals interrupt, and put back where that can be.

use super::*;

/// So many bytes that were read, wherever.
fn read(count: usize) -> Unread {
    let mut unread = Unread::default();
    let filled = unread.fill(count, |room| Ok(room.len()));
    assert_eq!(filled.expect("nothing can fail"), count);
    unread
}

/// The position of the file is at its start, as a clone has left it.
fn put_back_to_the_start(path: &std::path::Path, unread: &mut Unread) -> io::Result<()> {
    put_back(&fs::File::open(path)?, unread)
}

#[test]
fn a_signal_does_not_end_a_read() {
    let mut unread = Unread::default();
    let mut calls = 0;
    let filled = unread.fill(4, |room| {
        calls += 1;
        if calls < 3 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        room[..2].copy_from_slice(b"hi");
        Ok(2)
    });
    assert_eq!((filled.unwrap(), calls), (2, 3));
    let mut room = [0; 4];
    assert_eq!((unread.take(&mut room), &room[..2]), (2, &b"hi"[..]));
}

#[test]
fn an_error_leaves_nothing_of_what_was_read_before() {
    let mut unread = read(4);
    let failed = unread.fill(4, |_| Err(io::ErrorKind::StorageFull.into()));
    assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert_eq!(unread.len(), 0);
}

#[test]
fn what_stands_before_the_beginning_of_a_file_is_forgotten() {
    let mut unread = read(4);
    let this = std::env::current_exe().unwrap();
    put_back_to_the_start(&this, &mut unread).unwrap();
    assert_eq!(unread.len(), 0);
}

/// A folder is no pipe, but as a pipe is on Windows: it has a position, which says nothing of what was read.
#[cfg(unix)]
#[test]
fn what_is_no_file_keeps_what_cannot_be_put_back() {
    let mut unread = read(4);
    put_back_to_the_start(&std::env::temp_dir(), &mut unread).unwrap_err();
    assert_eq!(unread.len(), 4);
}
