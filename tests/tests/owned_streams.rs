//! Operations on streams that own their buffer: each form, its ends, and what comes back with an error.

use std::io::{self, ErrorKind};
use std::time::Duration;

use runtime::future::poll_once;
use runtime::io::{IoBuf, IoBufMut};
use runtime::net::TcpStream;
use runtime::task::yield_now;

mod each_driver;
mod pair;
use each_driver::{on_each_driver, stream_tests};

stream_tests! {
    async fn every_form_moves_its_bytes(here, there) {
        let (length, hello) = here.write_all_owned(b"hello world".to_vec()).await;
        assert_eq!((length?, &hello[..]), (11, &b"hello world"[..]));
        let (length, word) = there.read_exact_owned(Box::new([0; 5])).await;
        assert_eq!((length?, &*word), (5, b"hello"));
        let (length, rest) = there.read_owned(Vec::with_capacity(64)).await;
        assert_eq!((length?, &rest[..]), (6, &b" world"[..]));

        let (length, word) = there.write_owned("back").await;
        assert_eq!((length?, word), (4, "back"));
        let boxed: Box<[u8]> = vec![b'.'; 6].into();
        let (length, boxed) = here.read_owned(boxed).await;
        assert_eq!((length?, &*boxed), (4, &b"back.."[..]));

        let (length, parts) = here.write_vectored_owned(vec!["head", "", "body"]).await;
        assert_eq!((length?, parts), (8, vec!["head", "", "body"]));
        let parts = vec![Vec::with_capacity(3), Vec::new(), vec![7; 2], vec![9; 9]];
        let (length, parts) = there.read_vectored_owned(parts).await;
        assert_eq!(length?, 8);
        assert_eq!(parts, [&b"hea"[..], b"", b"db", b"ody"]);
        Ok(())
    }

    async fn the_halves_have_them_too(here, there) {
        let ((reader, writer), (other_reader, other_writer)) = (here.halves(), there.halves());
        writer.write_all_owned("to there").await.0?;
        assert_eq!(other_reader.read_exact_owned(Box::new([0; 8])).await.1.as_bytes(), b"to there");
        other_writer.write_owned("to").await.0?;
        other_writer.write_vectored_owned(vec![" he", "re"]).await.0?;
        let mut words = Vec::with_capacity(7);
        while words.len() < 7 {
            let end = words.len();
            let (length, grown) = reader.read_owned(words.slice(end..)).await;
            assert_ne!(length?, 0);
            words = grown.into_inner();
        }
        assert_eq!(words, b"to here");
        other_writer.write_all_owned("last").await.0?;
        let (length, words) = reader.read_vectored_owned(vec![Box::new([0; 4])]).await;
        assert_eq!((length?, &*words[0]), (4, b"last"));
        Ok(())
    }

    async fn what_has_no_room_is_done_at_once(here, there) {
        while here.try_write(&[1; 65536]).is_ok() {} // So that a write would wait, too.
        let (none, buffer) = poll_once(here.read_owned(Vec::new())).await.expect("at once");
        assert_eq!((none?, buffer), (0, vec![]));
        let (none, _) = poll_once(here.read_exact_owned(Box::new([0; 0]))).await.expect("at once");
        assert_eq!(none?, 0);
        let behind = b"full".to_vec().slice(4..4);
        let (none, behind) = poll_once(here.read_owned(behind)).await.expect("at once");
        assert_eq!((none?, behind.into_inner()), (0, b"full".to_vec()));
        let (none, _) = poll_once(here.write_owned("")).await.expect("at once");
        assert_eq!(none?, 0);
        // A vector's capacity is nothing that could be written.
        let empty = Vec::with_capacity(8);
        let (none, _) = poll_once(here.write_all_owned(empty)).await.expect("at once");
        assert_eq!(none?, 0);
        for parts in [vec![], vec![vec![]; 3]] {
            let (none, parts) = poll_once(here.read_vectored_owned(parts)).await.expect("at once");
            assert_eq!(none?, 0);
            let (none, _) = poll_once(here.write_vectored_owned(parts)).await.expect("at once");
            assert_eq!(none?, 0);
        }
        drop(there);
        Ok(())
    }

    async fn many_bytes_and_a_slow_reader(here, there) {
        const TOTAL: usize = 8 << 20;
        let bytes: Vec<u8> = (0..TOTAL).map(|at| (at ^ (at >> 8) ^ (at >> 16)) as u8).collect();
        let expected = bytes.clone();
        let write = async {
            let (length, bytes) = here.write_all_owned(bytes).await;
            here.end_writing()?;
            assert!(length? == TOTAL && bytes == expected);
            io::Result::Ok(())
        };
        let read = async {
            let (mut place, mut buffer) = (0, Vec::with_capacity(60_000));
            loop {
                yield_now().await;
                let (length, read) = there.read_owned(buffer).await;
                let length = length?;
                if length == 0 {
                    break;
                }
                assert!(read == expected[place..place + length], "wrong after {place}");
                (place, buffer) = (place + length, read);
            }
            assert_eq!(place, TOTAL);
            io::Result::Ok(())
        };
        runtime::try_join!(write, read)?;
        Ok(())
    }

    async fn an_exact_read_of_much_is_filled_piece_by_piece(here, there) {
        const TOTAL: usize = 2 << 20;
        let write = async {
            for piece in 0..=255_u8 {
                here.write_all_owned(vec![piece; TOTAL / 256]).await.0?;
                yield_now().await;
            }
            io::Result::Ok(())
        };
        let buffer = Vec::with_capacity(TOTAL).slice(..TOTAL);
        let read = async { io::Result::Ok(there.read_exact_owned(buffer).await) };
        let ((), (length, buffer)) = runtime::try_join!(write, read)?;
        assert_eq!(length?, TOTAL);
        let pieces = buffer.as_bytes().chunks(TOTAL / 256);
        assert!(pieces.zip(0..=255).all(|(piece, value)| piece.iter().all(|byte| *byte == value)));
        Ok(())
    }

    async fn the_end_comes_before_the_buffer_is_full(here, there) {
        here.write_all_owned("hel").await.0?;
        here.end_writing()?;
        let mut reading = there.read_exact_owned(vec![9; 5]);
        let (early, buffer) = (&mut reading).await;
        assert_eq!(early.unwrap_err().kind(), ErrorKind::UnexpectedEof);
        assert_eq!((&buffer[..], reading.transferred()), (&b"hel"[..], 3));
        // And again: the end stays the end.
        let (end, buffer) = there.read_owned(buffer).await;
        assert_eq!((end?, buffer), (0, vec![]));
        let (end, parts) = there.read_vectored_owned(vec![vec![1; 4]]).await;
        assert_eq!((end?, parts), (0, vec![vec![]]));
        Ok(())
    }

    async fn a_write_to_nobody_gives_the_buffer_back(here, there) {
        drop(there);
        let mut word = b"anybody there?".to_vec();
        let error = loop {
            let (written, back) = here.write_all_owned(word).await;
            assert_eq!(back, b"anybody there?");
            word = back;
            if let Err(error) = written {
                break error;
            }
            yield_now().await;
        };
        assert!(is_gone(&error), "{error}");
        let (written, parts) = here.write_vectored_owned(vec!["still", "there?"]).await;
        assert!(is_gone(&written.unwrap_err()) && parts == ["still", "there?"]);
        Ok(())
    }

    /// One end writes and reads at once, and so does the other one.
    async fn both_directions_at_once(here, there) {
        const TOTAL: usize = 3 << 20;
        let (here, there) = (&here, &there);
        let send = async |end: &S| end.write_all_owned(vec![5; TOTAL]).await.0;
        let take = async |end: &S| {
            let (length, bytes) = end.read_exact_owned(vec![0; TOTAL]).await;
            assert!(bytes.iter().all(|byte| *byte == 5));
            length
        };
        let all = runtime::try_join!(send(here), send(there), take(here), take(there))?;
        assert_eq!(all, (TOTAL, TOTAL, TOTAL, TOTAL));
        Ok(())
    }

    /// More than a call takes: the rest is left as it is.
    async fn very_many_buffers(here, there) {
        let (written, _) = here.write_vectored_owned(vec!["x"; 3000]).await;
        assert_eq!(written?, 1024);
        let (written, _) = here.write_vectored_owned(vec!["y"; 3]).await;
        assert_eq!(written?, 3);
        let (mut read, mut bytes) = (0, Vec::new());
        while read < 1027 {
            let (length, parts) = there.read_vectored_owned(vec![vec![0; 1]; 2000]).await;
            read += length?;
            bytes.extend(parts.concat());
        }
        assert_eq!(bytes, ["x".repeat(1024), "yyy".into()].concat().into_bytes());
        Ok(())
    }
}

fn is_gone(error: &io::Error) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(
        error.kind(),
        BrokenPipe | ConnectionReset | ConnectionAborted
    )
}

#[test]
fn a_reset_in_the_middle_of_a_write() {
    on_each_driver(async || {
        let (here, there): (TcpStream, TcpStream) = pair::pair().await?;
        let mut writing = here.write_all_owned(vec![3; 64 << 20]);
        assert!(poll_once(&mut writing).await.is_none());
        there.read_exact_owned(Box::new([0; 4096])).await.0?;
        there.set_linger(Some(Duration::ZERO))?;
        drop(there);
        let (written, buffer) = (&mut writing).await;
        assert!(is_gone(&written.unwrap_err()));
        assert!(buffer.len() == 64 << 20 && buffer.iter().all(|byte| *byte == 3));
        assert!(writing.transferred() >= 4096 && writing.transferred() < 64 << 20);
        Ok(())
    });
}

#[test]
fn halves_that_borrow_have_them_too() {
    on_each_driver(async || {
        let (mut here, there) = pair::pair().await?;
        let (reader, writer) = here.split();
        writer.write_all_owned("ping").await.0?;
        there.read_exact_owned(Box::new([0; 4])).await.0?;
        there.write_all_owned("pong").await.0?;
        let (length, word) = reader.read_exact_owned(Box::new([0; 4])).await;
        assert_eq!((length?, &*word), (4, b"pong"));
        let mut own = Vec::with_capacity(8);
        own.fill_with(b"kept");
        there.write_all_owned(" and added").await.0?;
        let (length, own) = reader.read_owned(own.slice(4..8)).await;
        assert_eq!((length?, &own.into_inner()[..]), (4, &b"kept and"[..]));
        Ok(())
    });
}
