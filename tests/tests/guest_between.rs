//! A guest between its ticks: what the world, the host's own code and its sources do then, and when nothing does.

mod ticks;

use std::cell::{Cell, RefCell};
use std::future::{Future, pending};
use std::io::{Read, Write};
use std::net;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Waker};

use runtime::Runtime;
use runtime::guest::Guest;
use runtime::net::TcpStream;
use runtime::time::{Duration, sleep};

use ticks::{Host, PATIENCE, on_each_driver, settle, start};

/// A stream of the guest's, and its peer's end.
fn connect<T: 'static>(guest: &Guest<T>, host: &Host) -> (TcpStream, net::TcpStream) {
    let listener = net::TcpListener::bind("127.0.0.1:0").unwrap();
    let connecting = guest.spawn(TcpStream::connect(listener.local_addr().unwrap()));
    host.run_until(|| connecting.is_finished());
    let place = Rc::new(RefCell::new(None));
    let shown = place.clone();
    let showing = guest.spawn(async move {
        *shown.borrow_mut() = Some(connecting.await.unwrap().unwrap());
    });
    host.run_until(|| showing.is_finished());
    let (theirs, _) = listener.accept().unwrap();
    theirs.set_read_timeout(Some(PATIENCE)).unwrap();
    (place.take().unwrap(), theirs)
}

/// Nothing but the peer does anything, and only when the helper waits.
#[test]
fn the_world_brings_a_tick() {
    on_each_driver(|runtime| {
        let (guest, host) = start(runtime, pending::<()>());
        let (ours, mut theirs) = connect(&guest, &host);
        let heard = Rc::new(Cell::new(0));
        let counted = heard.clone();
        let reading = guest.spawn(async move {
            loop {
                let (count, _) = ours.read_owned(vec![0; 64]).await;
                let count = count.unwrap();
                if count == 0 {
                    return;
                }
                counted.set(counted.get() + count);
            }
        });
        for bytes in 1..=20 {
            host.run_until_quiet();
            theirs.write_all(b"x").unwrap();
            host.run_until(|| heard.get() == bytes);
        }
        host.run_until_quiet();
        drop(theirs);
        host.run_until(|| reading.is_finished());
    });
}

/// The host takes its time for the tick; the peer hears of the end at once.
#[test]
fn a_socket_that_is_dropped_while_a_tick_is_on_its_way_is_closed() {
    on_each_driver(|runtime| {
        let (guest, host) = start(runtime, pending::<()>());
        let (ours, mut theirs) = connect(&guest, &host);
        {
            let _guard = guest.enter();
            let mut reading = pin!(ours.read_owned(vec![0; 16]));
            let mut cx = Context::from_waker(Waker::noop());
            assert!(reading.as_mut().poll(&mut cx).is_pending());
        }
        host.run_until_quiet();
        drop(guest.spawn(async {}));
        let tick = host.tick();
        drop(ours);
        if guest.driver_name() == "io_uring" {
            tick.run().unwrap(); // The ring has a share of it until it is told.
        }
        assert_eq!(theirs.read(&mut [0]).unwrap(), 0);
    });
}

#[test]
fn a_tick_within_a_tick_is_refused() {
    let (guest, host) = start(Runtime::new().unwrap(), pending::<()>());
    let ticks = Rc::new(host.ticks);
    let (inner, words) = (ticks.clone(), Rc::new(RefCell::new(String::new())));
    let told = words.clone();
    // The guest has no other tick on its way while it runs one; but another guest of this thread has.
    let (other, others) = start(Runtime::new().unwrap(), async { 42 });
    drop(guest.spawn(async move {
        assert!(inner.try_recv().is_err());
        let tick = others.tick();
        let payload = catch_unwind(AssertUnwindSafe(|| tick.run())).unwrap_err();
        *told.borrow_mut() = (*payload.downcast::<&str>().unwrap()).into();
        let mut other = other;
        drop(others.tick());
        assert!(other.take_result().is_none());
    }));
    let tick = ticks.recv_timeout(PATIENCE).unwrap();
    tick.run().unwrap();
    assert!(
        words.borrow().contains("inside of a runtime"),
        "{}",
        words.borrow()
    );
}

/// Nothing to do, nobody can wake it: the host might. So that is no reason to panic, nor for a tick.
#[test]
fn a_guest_without_anything_to_do_is_left_in_peace() {
    on_each_driver(|runtime| {
        let (guest, host) = start(runtime, pending::<()>());
        settle(&guest, &host);
        host.run_until_quiet();
        assert_eq!(guest.dump().tasks().len(), 1);
    });
}

/// No task's poll sets it, and the helper sleeps already, until a later deadline or none.
#[test]
fn a_timer_that_the_host_sets_between_ticks_is_heeded() {
    on_each_driver(|runtime| {
        let (guest, host) = start(runtime, async {
            sleep(Duration::from_secs(3600)).await;
        });
        settle(&guest, &host);
        host.run_until_quiet();
        let guard = guest.enter();
        let mut nap = pin!(sleep(Duration::from_millis(1)));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(nap.as_mut().poll(&mut cx).is_pending());
        drop(guard);
        while nap.as_mut().poll(&mut cx).is_pending() {
            host.tick().run().unwrap();
        }
    });
}

/// The driver asks a source for its descriptor, which is anybody's code: in the turn, or for the helper's next wait.
#[cfg(unix)]
#[test]
fn a_panic_of_a_source_does_not_end_the_ticks() {
    use std::os::fd::{AsFd, BorrowedFd};

    use runtime::io::Async;

    struct Moody(net::UdpSocket, Rc<Cell<bool>>);
    impl AsFd for Moody {
        fn as_fd(&self) -> BorrowedFd<'_> {
            assert!(!self.1.get(), "in the source");
            self.0.as_fd()
        }
    }
    on_each_driver(|runtime| {
        let (mut guest, host) = start(runtime, pending::<()>());
        let mood = Rc::new(Cell::new(false));
        let socket = net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let source = Moody(socket, mood.clone());
        let waiting = guest.spawn(async move {
            let source = Async::new(source).unwrap();
            source.readable().await.unwrap();
        });
        settle(&guest, &host);
        let bad = mood.clone();
        let asked = guest.spawn(async move { bad.set(true) });
        while !asked.is_finished() {
            let tick = host.tick();
            let _ = catch_unwind(AssertUnwindSafe(|| tick.run()));
        }
        mood.set(false);
        settle(&guest, &host);
        assert!(!waiting.is_finished());
        assert!(guest.take_result().is_none());
    });
}
