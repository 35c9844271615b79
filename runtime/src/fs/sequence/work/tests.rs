//! What was read and not taken: it is put back where that can be, and else it stays.

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
