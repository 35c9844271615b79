//! How a guest ends, and what is refused: no thread is left, no task, and no tick is lost.

mod ticks;

use std::cell::RefCell;
use std::future::{Future, pending};
use std::net;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::task::{Context, Wake, Waker};
use std::thread;

use runtime::guest::Guest;
use runtime::net::UdpSocket;
use runtime::sync::oneshot;
use runtime::time::{Duration, Instant, sleep};
use runtime::{DriverKind, ManualDriver, Runtime};

use ticks::{Host, PATIENCE, on_each_driver, settle, start};

#[test]
fn a_tick_on_another_thread_is_refused_and_one_that_is_dropped_comes_again() {
    let (mut guest, host) = start(Runtime::new().unwrap(), async { 42 });
    let tick = host.tick();
    let refused = thread::spawn(move || {
        let payload = catch_unwind(AssertUnwindSafe(|| tick.run())).unwrap_err();
        *payload.downcast::<&str>().unwrap()
    });
    let words = refused.join().unwrap();
    assert!(
        words.contains("on another thread than the host's"),
        "{words}"
    );
    drop(host.tick());
    let tick = host.tick();
    thread::spawn(move || drop(tick)).join().unwrap();
    assert_eq!(host.finish(&mut guest), 42);
}

/// Whatever the helper does just then: waits, or has scheduled a tick that nobody has run.
#[test]
fn dropping_it_ends_the_helper_and_cancels_the_tasks() {
    for (kind, ticks) in [
        (DriverKind::Auto, 0),
        (DriverKind::Auto, 1),
        (DriverKind::Auto, 3),
        (DriverKind::Polling, 0),
        (DriverKind::Polling, 1),
        (DriverKind::Polling, 3),
    ] {
        for _ in 0..20 {
            let runtime = Runtime::builder().driver(kind).build().unwrap();
            let (proxy, given) = channel();
            let alive = Arc::new(());
            let ours = Rc::new(());
            let (helper, main) = (alive.clone(), ours.clone());
            let future = async move {
                let _main = main;
                sleep(Duration::from_secs(3600)).await;
            };
            let guest = Guest::start(runtime, future, move |tick| {
                let _alive = &helper;
                let _ = proxy.send(tick);
            });
            let (guest, host) = (guest.unwrap(), Host { ticks: given });
            for _ in 0..ticks {
                drop(guest.spawn(async {}));
                host.tick().run().unwrap();
            }
            drop(guest);
            assert_eq!(Arc::strong_count(&alive), 1, "the thread has ended");
            assert_eq!(Rc::strong_count(&ours), 1, "the future was dropped");
            // A tick that is on its way does nothing.
            while let Ok(tick) = host.ticks.try_recv() {
                tick.run().unwrap();
            }
        }
    }
}

#[test]
fn stopping_it_gives_the_runtime_with_its_tasks() {
    on_each_driver(|runtime| {
        let (guest, host) = start(runtime, pending::<()>());
        let (sender, receiver) = oneshot::channel::<u8>();
        let handle = guest.spawn(receiver);
        settle(&guest, &host);
        let runtime = guest.stop();
        assert_eq!(runtime.metrics().tasks, 2);
        sender.send(7).unwrap();
        assert_eq!(runtime.block_on(handle).unwrap(), Ok(7));
        runtime.block_on(async { sleep(Duration::from_millis(1)).await });
        // And it may be a guest again.
        let (mut guest, host) = start(runtime, async { 42 });
        assert_eq!(host.finish(&mut guest), 42);
    });
}

#[test]
fn it_cannot_be_stopped_in_one_of_its_tasks_but_dropped() {
    let place = Rc::new(RefCell::new(None::<Guest<()>>));
    for stops in [true, false] {
        let (guest, host) = start(Runtime::new().unwrap(), pending::<()>());
        let shown = place.clone();
        let words = Rc::new(RefCell::new(String::new()));
        let told = words.clone();
        drop(guest.spawn(async move {
            let guest = shown.take().unwrap();
            if stops {
                let stopped = catch_unwind(AssertUnwindSafe(|| drop(guest.stop())));
                *told.borrow_mut() = (*stopped.unwrap_err().downcast::<&str>().unwrap()).into();
            } else {
                drop(guest);
                *told.borrow_mut() = "dropped".into();
            }
        }));
        *place.borrow_mut() = Some(guest);
        host.tick().run().unwrap();
        let expected = if stops {
            "was called in a task of the guest"
        } else {
            "dropped"
        };
        assert!(words.borrow().contains(expected), "{}", words.borrow());
        assert!(host.ticks.recv().is_err(), "the helper has gone");
    }
}

#[test]
fn a_panic_of_whoever_schedules_is_told_when_it_is_stopped() {
    let start = || {
        let (calls, called) = channel();
        let guest = Guest::start(Runtime::new().unwrap(), async {}, move |_| {
            calls.send(()).unwrap();
            panic!("no loop");
        });
        called.recv_timeout(PATIENCE).unwrap();
        guest.unwrap()
    };
    let guest = start();
    let payload = catch_unwind(AssertUnwindSafe(|| drop(guest.stop()))).unwrap_err();
    assert_eq!(*payload.downcast::<&str>().unwrap(), "no loop");
    drop(start());
}

/// The tick passes it on, and the next one comes.
#[test]
fn a_panic_of_a_foreign_waker_passes_through_the_tick() {
    struct Bad;
    impl Wake for Bad {
        fn wake(self: Arc<Self>) {
            panic!("in the waker");
        }
    }
    let (guest, host) = start(Runtime::new().unwrap(), pending::<()>());
    let guard = guest.enter();
    let mut nap = pin!(sleep(Duration::from_millis(1)));
    let bad = Waker::from(Arc::new(Bad));
    assert!(
        nap.as_mut()
            .poll(&mut Context::from_waker(&bad))
            .is_pending()
    );
    drop(guard);
    let payload = loop {
        match catch_unwind(AssertUnwindSafe(|| host.tick().run())) {
            Ok(run) => run.unwrap(),
            Err(payload) => break payload,
        }
    };
    assert_eq!(*payload.downcast::<&str>().unwrap(), "in the waker");
    settle(&guest, &host);
}

#[test]
fn a_tick_inside_of_a_runtime_is_refused_and_comes_again() {
    let (mut guest, host) = start(Runtime::new().unwrap(), async { 42 });
    let tick = host.tick();
    let words = runtime::block_on(async {
        let payload = catch_unwind(AssertUnwindSafe(|| tick.run())).unwrap_err();
        *payload.downcast::<&str>().unwrap()
    });
    assert!(
        words.contains("`Tick::run` was called inside of a runtime"),
        "{words}"
    );
    assert_eq!(host.finish(&mut guest), 42);
}

/// What the helper has found by then is told by the tick that comes again.
#[test]
fn what_was_found_before_a_refused_tick_is_not_lost() {
    on_each_driver(|runtime| {
        let (guest, host) = start(runtime, pending::<()>());
        let theirs = net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let ours = guest.spawn(UdpSocket::bind("127.0.0.1:0"));
        host.run_until(|| ours.is_finished());
        let (shown, address) = channel();
        let reading = guest.spawn(async move {
            let ours = ours.await.unwrap().unwrap();
            shown.send(ours.local_addr().unwrap()).unwrap();
            ours.recv_owned(vec![0; 8]).await.0.unwrap()
        });
        settle(&guest, &host);
        theirs.send_to(b"x", address.recv().unwrap()).unwrap();
        for _ in 0..3 {
            let tick = host.tick();
            runtime::block_on(async {
                assert!(catch_unwind(AssertUnwindSafe(|| tick.run())).is_err());
            });
        }
        host.run_until(|| reading.is_finished());
    });
}

#[test]
fn a_world_by_hand_can_be_no_guest() {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    let error = Guest::start(runtime, async {}, drop).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::Unsupported);
    assert_eq!(world.now(), Instant::ORIGIN);
}
