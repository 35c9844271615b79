//! The ring by itself: what is taken back, what overflows, and the older way to ask for one.

use std::io::{Read as _, Write as _};
use std::net::UdpSocket;
use std::os::unix::net::UnixStream;
use std::task::{Context, Poll, Waker};

use io_uring::opcode::Nop;

use super::ring::{HandedOver, Ring, SETUPS};
use super::*;
use crate::{Direction, IoBuf, Reactor, Registration, Sharing};

/// Where the kernel has no io_uring for us, there is nothing to be tested.
fn rings() -> Vec<Ring> {
    let rings = SETUPS.map(Ring::open_as);
    let opened: Vec<_> = rings.into_iter().flatten().collect();
    if opened.is_empty() {
        eprintln!("skipped: this kernel gives us no io_uring");
    }
    opened
}

/// A reactor on each kind of ring.
fn on_each_ring(test: impl Fn(&Reactor)) {
    for ring in rings() {
        let unparker = Unparker::new();
        let driver = UringDriver::new(unparker.clone());
        driver.use_ring(ring).unwrap();
        test(&Reactor::with_driver(Box::new(driver), unparker));
    }
}

fn nop(ring: &mut Ring, data: u64) -> u64 {
    // SAFETY: it names no memory.
    unsafe { ring.put(Nop::new().build().user_data(data)) }
}

fn completions(ring: &mut Ring) -> Vec<u64> {
    let mut seen = Vec::new();
    loop {
        let handed_over = ring.enter(false, None).unwrap();
        while let Some(completion) = ring.completion() {
            seen.push(completion.user_data());
        }
        if handed_over == HandedOver::All {
            return seen;
        }
    }
}

#[test]
fn what_was_taken_back_never_happens() {
    for mut ring in rings() {
        let tickets: Vec<_> = (0..4).map(|data| nop(&mut ring, data)).collect();
        assert!(ring.take_back(tickets[1]) && ring.take_back(tickets[3]));
        assert_eq!(completions(&mut ring), [0, 2]);
        assert!(!ring.take_back(tickets[0]), "it was handed over");
        assert!(completions(&mut ring).is_empty());
    }
}

/// More than both queues hold: nothing is lost, and all of it comes in its order.
#[test]
fn an_overflow_loses_nothing() {
    for mut ring in rings() {
        let many = 0..5_000;
        for data in many.clone() {
            nop(&mut ring, data);
        }
        assert_eq!(completions(&mut ring), many.collect::<Vec<_>>());
    }
}

/// The queue of completions overflows, too: they are not taken out before all of them are there.
#[test]
fn completions_that_nobody_takes_out_are_kept() {
    on_each_ring(|reactor| {
        let pairs: Vec<_> = (0..3_000)
            .map(|_| UdpSocket::bind("127.0.0.1:0").unwrap())
            .collect();
        let mut registrations = Vec::new();
        for socket in pairs {
            socket.set_nonblocking(true).unwrap();
            let (handle, kind) = (reactor.handle(), SourceKind::Datagram);
            let one = Registration::new(handle, socket, kind, Sharing::Sole).unwrap();
            let mut cx = Context::from_waker(Waker::noop());
            let polled = one.poll_io(&mut cx, Direction::Read, |io| io.recv(&mut [0; 8]));
            assert!(polled.is_pending());
            registrations.push(one);
        }
        reactor.turn(Some(Duration::ZERO)).unwrap(); // All are polled now, and none is ready.
        for one in &registrations {
            let io = one.get_ref();
            io.send_to(b"hello", io.local_addr().unwrap()).unwrap();
        }
        let count = registrations.len() as u64;
        while reactor.metrics().reports < count {
            reactor.turn(None).unwrap();
        }
        // A poll whose report found no room has ended with it, and is begun again: the next datagram is told, too.
        let seen = reactor.metrics().reports;
        for one in &registrations {
            let io = one.get_ref();
            assert_eq!(io.recv(&mut [0; 8]).unwrap(), 5);
            io.send_to(b"again", io.local_addr().unwrap()).unwrap();
        }
        while reactor.metrics().reports < seen + count {
            let before = reactor.metrics().reports;
            reactor.turn(Some(Duration::from_secs(3))).unwrap();
            assert!(reactor.metrics().reports > before, "an event is lost");
        }
    });
}

/// As an overflow does it, and a system that is short of memory.
#[test]
fn the_bell_is_polled_again_when_its_poll_has_ended() {
    for ring in rings() {
        let unparker = Unparker::new();
        let driver = UringDriver::new(unparker.clone());
        driver.use_ring(ring).unwrap();
        driver.wait(Some(Duration::ZERO), &mut Vec::new()).unwrap(); // Now it is polled.
        driver.with_open(|queues| {
            let is_bell = |entry: &entries::Entry| matches!(entry, entries::Entry::Bell);
            let at = queues.entries.iter().find(|(_, entry)| is_bell(entry));
            let (at, _) = at.expect("a bell is polled from the first moment on");
            queues.end(at);
        });
        driver.wait(Some(Duration::ZERO), &mut Vec::new()).unwrap();
        let patience = Duration::from_secs(3);
        let begin = std::time::Instant::now();
        let reactor = Reactor::with_driver(Box::new(driver), unparker.clone());
        reactor.observe(Rc::new(move |event| {
            if matches!(event, crate::Event::WaitStarted { .. }) {
                unparker.unpark(); // As another thread might now.
            }
        }));
        reactor.turn(Some(patience)).unwrap();
        assert!(begin.elapsed() < patience, "nobody hears the bell");
    }
}

#[test]
fn both_kinds_of_ring_talk_sleep_and_are_woken() {
    on_each_ring(|reactor| {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let kind = SourceKind::UnixStream;
        let ours = Registration::new(reactor.handle(), ours, kind, Sharing::Sole).unwrap();
        let mut cx = Context::from_waker(Waker::noop());
        let mut word = [0; 5];
        for round in 0..3 {
            let mut read = || {
                ours.poll_io(&mut cx, Direction::Read, |mut io| io.read(&mut word))
                    .map(Result::unwrap)
            };
            assert_eq!(read(), Poll::Pending, "round {round}");
            theirs.write_all(b"hello").unwrap();
            while read().is_pending() {
                reactor.turn(None).unwrap();
            }
        }
        let begin = std::time::Instant::now();
        let asked = Duration::from_micros(1_500);
        reactor.turn(Some(asked)).unwrap();
        assert!(begin.elapsed() >= asked, "it waited for nothing");

        let unparker = reactor.unparker();
        let thread = std::thread::spawn(move || unparker.wake());
        reactor.turn(None).unwrap(); // Ends, or the test hangs.
        thread.join().unwrap();
    });
}

#[test]
fn a_dropped_operation_lets_go_of_its_buffer_and_its_socket() {
    on_each_ring(|reactor| {
        for handed_over in [false, true] {
            let (ours, theirs) = UnixStream::pair().unwrap();
            ours.set_nonblocking(true).unwrap();
            let kind = SourceKind::UnixStream;
            let ours = Registration::new(reactor.handle(), ours, kind, Sharing::Sole).unwrap();
            let completions = ours.completions().unwrap();
            let mut buffer = vec![0; 8].into_boxed_slice();
            let (to, most) = (buffer.as_mut_ptr(), buffer.room());
            let (source, key) = ours.share();
            let call = Call::Receive { to, most };
            let waker = Waker::noop().clone();
            // SAFETY: the buffer is not touched, and goes to `abandon`.
            let token = unsafe { completions.begin(Some(source), key, call, waker) };
            if handed_over {
                reactor.turn(Some(Duration::ZERO)).unwrap();
            }
            let mut kept = Some(buffer);
            completions.abandon(token, &mut || Box::new(kept.take()));
            assert_eq!(
                kept.is_none(),
                handed_over,
                "only the system's memory is kept"
            );
            drop(ours);
            assert_eq!(reactor.metrics().operations, 0);
            // The peer sees the end at once, without a turn of the loop.
            let mut theirs = theirs;
            assert_eq!(theirs.read(&mut [0; 8]).unwrap(), 0);
        }
    });
}

/// Who waits learns that the system could not poll, and the next one who waits is polled for again.
#[test]
fn a_poll_that_failed_is_told_and_begun_again() {
    for ring in rings() {
        let driver = UringDriver::new(Unparker::new());
        driver.use_ring(ring).unwrap();
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let (ours, key) = (Rc::new(ours), SourceKey::new(0, 0).unwrap());
        let kind = SourceKind::UnixStream;
        let (trigger, armed) = driver.add(ours.clone(), key, kind, Interest::READ).unwrap();
        let state = crate::source::State::new(kind);
        state.set_trigger(trigger, armed, false);
        // What `Core::arm` does.
        let arm = || {
            if !state.armed().contains(Direction::Read) {
                driver.modify(&*ours, key, trigger, Interest::READ)?;
                state.set_armed(Interest::READ);
            }
            io::Result::Ok(())
        };
        arm().unwrap();
        driver.with_open(|queues| {
            let at = queues.watch(key).unwrap().poll as usize;
            let entries::Entry::Poll { ticket, .. } = queues.entries[at] else {
                panic!("it is the poll's")
            };
            assert!(queues.ring.take_back(ticket));
            queues.polled(key, at, -libc::ENOMEM, false);
        });
        let mut reports = Vec::new();
        driver.wait(Some(Duration::ZERO), &mut reports).unwrap();
        for report in reports.drain(..) {
            assert_eq!(state.report(report.readiness, &mut Vec::new()), None);
        }
        let told = arm().unwrap_err();
        assert_eq!(told.kind(), io::ErrorKind::OutOfMemory);
        arm().unwrap();
        theirs.write_all(b"hello").unwrap();
        driver
            .wait(Some(Duration::from_secs(3)), &mut reports)
            .unwrap();
        assert_eq!(reports.len(), 1);
    }
}

/// The end has patience with what cannot be cancelled, and none is needed for a backlog that is long.
#[test]
fn the_end_ends_everything_however_much_it_is() {
    for ring in rings() {
        let unparker = Unparker::new();
        let driver = UringDriver::new(unparker.clone());
        driver.use_ring(ring).unwrap();
        let reactor = Reactor::with_driver(Box::new(driver), unparker);
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        let (handle, kind) = (reactor.handle(), SourceKind::Datagram);
        let socket = Registration::new(handle.clone(), socket, kind, Sharing::Sole).unwrap();
        let completions = socket.completions().unwrap();
        let begin = || {
            let mut buffer = vec![0; 8].into_boxed_slice();
            let (to, most) = (buffer.as_mut_ptr(), buffer.room());
            let (source, key) = socket.share();
            let call = Call::Receive { to, most };
            let waker = Waker::noop().clone();
            // SAFETY: the buffer is not touched, and goes to `abandon` below.
            let token = unsafe { completions.begin(Some(source), key, call, waker) };
            (token, buffer)
        };
        let begun: Vec<_> = (0..7_000).map(|_| begin()).collect();
        reactor.turn(Some(Duration::ZERO)).unwrap();
        for (token, buffer) in begun {
            let mut buffer = Some(buffer);
            completions.abandon(token, &mut || Box::new(buffer.take()));
            assert!(buffer.is_none(), "the system has it");
        }
        assert_eq!(completions.operations(), 7_000);
        drop(reactor);
        assert_eq!(completions.operations(), 0);
    }
}

/// On the older kind of ring the system works off a completion in any call of this thread, also before it was told that
/// nobody wants the bytes any more.
#[test]
fn the_system_writes_into_nobody_elses_memory() {
    on_each_ring(|reactor| {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let kind = SourceKind::UnixStream;
        let ours = Registration::new(reactor.handle(), ours, kind, Sharing::Sole).unwrap();
        let completions = ours.completions().unwrap();
        for _ in 0..20 {
            let mut buffer = vec![0; 1 << 14].into_boxed_slice();
            let (to, most) = (buffer.as_mut_ptr(), buffer.room());
            let (source, key) = ours.share();
            let call = Call::Receive { to, most };
            let waker = Waker::noop().clone();
            // SAFETY: the buffer is not touched, and goes to `abandon`.
            let token = unsafe { completions.begin(Some(source), key, call, waker) };
            reactor.turn(Some(Duration::ZERO)).unwrap();
            let mut buffer = Some(buffer);
            completions.abandon(token, &mut || Box::new(buffer.take()));
            let somebody_elses = vec![7; 1 << 14];
            theirs.write_all(&[0xee; 1 << 14]).unwrap();
            reactor.turn(Some(Duration::ZERO)).unwrap();
            assert!(somebody_elses.iter().all(|byte| *byte == 7));
        }
    });
}
