//! What is special about a driver that completes operations: what is under way while nobody looks, and who keeps it.
#![cfg(all(target_os = "linux", feature = "uring"))]

mod on_uring;

use std::io::{self, Read as _, Write as _};
use std::net::Shutdown;
use std::pin::pin;
use std::process::Command;
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

use on_uring::{looks, on_uring, stream_and_peer, uring};
use runtime::Runtime;
use runtime::future::poll_once;
use runtime::io::{AsyncReadExt, IoBuf};
use runtime::net::UdpSocket;

#[test]
fn auto_takes_it() {
    if uring().is_some() {
        let runtime = Runtime::new().unwrap();
        let socket = runtime.block_on(UdpSocket::bind("127.0.0.1:0"));
        assert_eq!((runtime.driver_name(), socket.is_ok()), ("io_uring", true));
    }
}

#[test]
fn what_was_not_handed_over_never_happens() {
    on_uring(async || {
        let (here, mut there) = stream_and_peer().await?;
        there.write_all(b"hello")?;
        let mut reading = here.read_owned(vec![0; 16]);
        assert!(poll_once(&mut reading).await.is_none());
        drop(reading);
        let mut reading = here.read_owned(vec![0; 16]);
        assert!(poll_once(&mut reading).await.is_none());
        let (had, buffer) = reading.cancel().await;
        assert_eq!((had?, buffer), (0, vec![]));

        let mut writing = here.write_all_owned("never");
        assert!(poll_once(&mut writing).await.is_none());
        drop(writing);
        looks().await;
        here.shutdown(Shutdown::Write)?;
        let mut words = String::new();
        there.read_to_string(&mut words)?;
        assert_eq!(words, "");
        let (length, word) = here.read_owned(vec![0; 16]).await;
        assert_eq!((length?, word), (5, b"hello".to_vec()));
        Ok(())
    });
}

#[test]
fn what_had_happened_is_told_by_cancel() {
    on_uring(async || {
        let (here, mut there) = stream_and_peer().await?;
        let mut exact = here.read_exact_owned(vec![0; 16]);
        assert!(poll_once(&mut exact).await.is_none());
        looks().await;
        there.write_all(b"hello")?;
        looks().await; // The system has read it, and nobody has asked.
        let (had, word) = exact.cancel().await;
        assert_eq!((had?, word), (5, b"hello".to_vec()));

        let mut exact = here.read_exact_owned(vec![0; 16]);
        there.write_all(b" world")?;
        assert!(poll_once(&mut exact).await.is_none());
        looks().await;
        assert!(poll_once(&mut exact).await.is_none()); // Takes it in, and asks for more.
        looks().await;
        assert_eq!(exact.transferred(), 6);
        let (had, word) = exact.cancel().await;
        assert_eq!((had?, word), (6, b" world".to_vec()));
        there.write_all(b"!")?;
        let (length, word) = here.read_owned(vec![0; 16]).await;
        assert_eq!((length?, word), (1, b"!".to_vec()));
        Ok(())
    });
}

/// The system could write into the buffer at any time; under AddressSanitizer this sees whether it is still there.
#[test]
fn completions_come_after_the_task_the_future_and_the_socket() {
    let Some(runtime) = uring() else { return };
    runtime.block_on(async {
        let mut silent = Vec::new();
        for round in 0..100 {
            let (here, mut there) = stream_and_peer().await.unwrap();
            let task = runtime::spawn(async move {
                let _ = here.read_owned(vec![0; 4096]).await;
            });
            if round % 3 != 0 {
                looks().await;
            }
            match round % 4 {
                0 => task.abort(),
                1 => there.write_all(&[1; 4096]).unwrap(),
                2 => drop(there),
                _ => silent.push(there),
            }
            drop(task);
        }
        looks().await;
        assert_eq!(runtime.metrics().operations, silent.len());
    });
    drop(runtime);
}

#[test]
fn an_operation_outlives_its_runtime() {
    let Some(runtime) = uring() else { return };
    let (here, mut there) = runtime.block_on(stream_and_peer()).unwrap();
    let mut reading = here.read_owned(vec![0; 16]);
    let mut dropped = here.read_owned(vec![0; 16]);
    runtime.block_on(async {
        assert!(poll_once(&mut reading).await.is_none());
        assert!(poll_once(&mut dropped).await.is_none());
        looks().await;
    });
    assert_eq!(runtime.metrics().operations, 2);
    drop(runtime);
    there.write_all(b"hello").unwrap();
    drop(dropped);
    let (result, buffer) = runtime::block_on(reading);
    assert!(
        result
            .unwrap_err()
            .to_string()
            .contains("keep the `Runtime`")
    );
    assert_eq!(buffer, []);
}

static LEAKED: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());

#[test]
fn a_leaked_operation_keeps_its_memory_and_lets_go_of_its_socket() {
    on_uring(async || {
        let (here, mut there) = stream_and_peer().await?;
        let mut reading = here.read_owned(vec![0; 4096]);
        assert!(poll_once(&mut reading).await.is_none());
        looks().await;
        // Leaked, but in sight: AddressSanitizer looks for memory that nobody can reach.
        LEAKED.store(Box::into_raw(Box::new(reading)).cast(), Relaxed);
        there.write_all(&[1; 4096])?;
        looks().await;
        drop(here);
        assert_eq!(there.read(&mut [0; 8])?, 0);
        Ok(())
    });
}

/// More than both queues hold, in one turn.
#[test]
fn the_ring_may_be_full() {
    on_uring(async || {
        let mut ours = Vec::new();
        for _ in 0..40 {
            ours.push(UdpSocket::bind("127.0.0.1:0").await?);
        }
        let mut receiving: Vec<_> = (0..4_000)
            .map(|at| Box::pin(ours[at % 40].recv_owned(vec![0; 8])))
            .collect();
        for one in &mut receiving {
            assert!(poll_once(one).await.is_none());
        }
        looks().await;
        let peer = UdpSocket::bind("127.0.0.1:0").await?;
        for at in 0..receiving.len() {
            let target = ours[at % 40].local_addr()?;
            let (sent, _) = peer
                .send_to_owned((at as u32).to_le_bytes().to_vec(), target)
                .await;
            assert_eq!(sent?, 4);
        }
        let mut seen: Vec<u32> = Vec::new();
        for one in receiving {
            let (length, word) = one.await;
            assert_eq!(length?, 4);
            seen.push(u32::from_le_bytes(word.try_into().unwrap()));
        }
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..4_000));
        Ok(())
    });
}

#[test]
fn readiness_and_completion_mix_on_one_socket() {
    on_uring(async || {
        let (here, mut there) = stream_and_peer().await?;
        let mut reader = &here;
        for _ in 0..5 {
            let mut word = [0; 5];
            let mut reading = pin!(reader.read(&mut word));
            assert!(poll_once(&mut reading).await.is_none());
            there.write_all(b"ready")?;
            assert_eq!(reading.await?, 5);
            there.write_all(b"owned")?;
            let (length, word) = here.read_owned(vec![0; 5]).await;
            assert_eq!((length?, word), (5, b"owned".to_vec()));
            here.write_all_owned(b"back".to_vec().slice(..2)).await.0?;
            assert_eq!(here.try_write(b"ck")?, 2);
            let mut word = [0; 4];
            there.read_exact(&mut word)?;
            assert_eq!(&word, b"back");
        }
        Ok(())
    });
}

#[test]
fn a_child_knows_nothing_of_the_ring() {
    on_uring(async || {
        let (here, mut there) = stream_and_peer().await?;
        let mut reading = here.read_owned(vec![0; 16]);
        assert!(poll_once(&mut reading).await.is_none());
        looks().await;
        let child = Command::new("ls").args(["-l", "/proc/self/fd"]).output()?;
        let shown = String::from_utf8_lossy(&child.stdout).into_owned();
        assert!(child.status.success() && shown.contains("->"), "{shown}");
        assert!(
            !shown.contains("io_uring") && !shown.contains("eventfd"),
            "{shown}"
        );
        there.write_all(b"hello")?;
        let (length, word) = reading.await;
        assert_eq!((length?, word), (5, b"hello".to_vec()));
        Ok(())
    });
}

#[test]
fn a_reset_ends_a_write() {
    on_uring(async || {
        let (here, there) = stream_and_peer().await?;
        let mut writing = here.write_all_owned(vec![1; 32 << 20]);
        assert!(poll_once(&mut writing).await.is_none());
        looks().await;
        drop(there); // With unread bytes: a reset.
        let (result, buffer) = (&mut writing).await;
        let kind = result.unwrap_err().kind();
        let kinds = [io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe];
        assert!(kinds.contains(&kind), "{kind}");
        assert!(writing.transferred() > 0 && buffer.len() == 32 << 20);
        Ok(())
    });
}

/// Reads that the system has are dropped in the midst of a flood, and what is allocated then stays as it is. (On the
/// best kind of ring this sees little, for there a cancel comes before the bytes; see the driver's own tests.)
#[test]
fn operations_are_dropped_under_load() {
    on_uring(async || {
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64 ^ u64::from(std::process::id());
        println!("seed {seed}");
        let mut dice = move |end: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed % end
        };
        let mut streams = Vec::new();
        for _ in 0..20 {
            streams.push(stream_and_peer().await?);
        }
        for _ in 0..300 {
            let at = dice(20) as usize;
            let room = 1 + dice(1 << 16) as usize;
            let (here, there) = &mut streams[at];
            let mut reading = here.read_exact_owned(vec![0; room]);
            assert!(poll_once(&mut reading).await.is_none());
            for _ in 0..dice(3) {
                looks().await;
                there.write_all(&vec![0xee; dice(1 << 14) as usize])?;
            }
            drop(reading);
            let somebody_elses = vec![7; room];
            there.write_all(&[0xee; 100])?;
            looks().await;
            assert!(somebody_elses.iter().all(|byte| *byte == 7));
            // So that the peer's writes do not block.
            while here.try_read(&mut vec![0; 1 << 18]).is_ok() {}
        }
        Ok(())
    });
}
