//! What was read and not taken: by calls that signals interrupt, and put back where that can be.

use super::*;

/// So many bytes that were read, when the system's position was there.
fn read(count: usize, behind: Option<u64>) -> Unread {
    let mut unread = Unread::default();
    let filled = unread.fill(count, |room| Ok(room.len()));
    assert_eq!(filled.expect("nothing can fail"), count);
    unread.behind = behind;
    unread
}

/// A file of which four bytes were read when its position was there, and which stands at its start.
fn put_back_from(behind: Option<u64>) -> (io::Result<()>, usize) {
    let file = fs::File::open(std::env::current_exe().unwrap()).unwrap();
    let mut unread = read(4, behind);
    (put_back(&file, &mut unread), unread.len())
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
    let mut unread = read(4, None);
    let failed = unread.fill(4, |_| Err(io::ErrorKind::StorageFull.into()));
    assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert_eq!(unread.len(), 0);
}

#[test]
fn what_was_read_before_a_clone_went_elsewhere_is_forgotten() {
    for behind in [4, 5000] {
        let (result, left) = put_back_from(Some(behind));
        result.unwrap();
        assert_eq!(left, 0);
    }
}

/// As that of a pipe is on Windows.
#[test]
fn where_the_position_does_not_move_what_was_read_is_kept() {
    for behind in [None, Some(0)] {
        let (result, left) = put_back_from(behind);
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::NotSeekable);
        assert_eq!(left, 4);
    }
}
