//! Timers: their order, their end, and that none of them is early.

mod counted;

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use counted::Counted;
use reactor::{DriverKind, Instant, ManualDriver, Reactor, Timer};

const SECOND: Duration = Duration::from_secs(1);

fn at(seconds: u64) -> Instant {
    Instant::ORIGIN + SECOND * seconds as u32
}

fn is_ready(timer: &mut Timer, waker: &Waker) -> bool {
    Pin::new(timer)
        .poll(&mut Context::from_waker(waker))
        .is_ready()
}

/// A waker that writes its number down.
struct Note(usize, Arc<Mutex<Vec<usize>>>);

impl Wake for Note {
    fn wake(self: Arc<Self>) {
        self.1.lock().unwrap().push(self.0);
    }
}

#[test]
fn timers_fire_by_their_deadline_and_then_by_their_coming() {
    let world = ManualDriver::new();
    let reactor = world.reactor();
    let notes = Arc::new(Mutex::new(Vec::new()));
    let mut timers = Vec::new();
    for (number, seconds) in [3, 1, 2, 1, 3].into_iter().enumerate() {
        let mut timer = Timer::new(reactor.handle(), at(seconds));
        let waker = Waker::from(Arc::new(Note(number, notes.clone())));
        assert!(!is_ready(&mut timer, &waker));
        timers.push(timer);
    }
    let mut times = Vec::new();
    while reactor.metrics().timers > 0 {
        reactor.turn(None).unwrap();
        times.push(world.now());
    }
    assert_eq!(*notes.lock().unwrap(), [1, 3, 2, 0, 4]);
    assert_eq!(times, [at(1), at(2), at(3)]);
    for timer in &mut timers {
        assert!(is_ready(timer, Waker::noop()) && timer.has_fired());
        assert!(is_ready(timer, Waker::noop()), "and it stays ready");
    }
}

#[test]
fn no_timer_fires_a_nanosecond_early() {
    let world = ManualDriver::new();
    world.pause();
    let reactor = world.reactor();
    let (counted, waker) = Counted::waker();
    let mut timer = Timer::new(reactor.handle(), at(1));
    assert!(!is_ready(&mut timer, &waker));
    world.advance(SECOND - Duration::from_nanos(1));
    reactor.turn(Some(Duration::ZERO)).unwrap();
    assert!(counted.wakes() == 0 && !is_ready(&mut timer, &waker));
    world.advance(Duration::from_nanos(1));
    reactor.turn(Some(Duration::ZERO)).unwrap();
    assert!(counted.wakes() == 1 && is_ready(&mut timer, &waker));
}

#[test]
fn a_timer_can_be_reset_both_ways_and_after_its_end() {
    let world = ManualDriver::new();
    let reactor = world.reactor();
    let (counted, waker) = Counted::waker();
    let mut timer = Timer::new(reactor.handle(), at(10));
    assert!(!is_ready(&mut timer, &waker));
    timer.reset(at(20));
    assert_eq!(reactor.metrics().timers, 0, "it was taken out");
    assert!(!is_ready(&mut timer, &waker));
    timer.reset(at(5));
    assert!(!is_ready(&mut timer, &waker));
    reactor.turn(None).unwrap();
    assert!(world.now() == at(5) && is_ready(&mut timer, &waker));

    timer.reset(at(7));
    assert!(!timer.has_fired() && timer.deadline() == at(7));
    assert!(!is_ready(&mut timer, &waker));
    reactor.turn(None).unwrap();
    assert!(world.now() == at(7) && is_ready(&mut timer, &waker));
    assert_eq!(counted.wakes(), 2);
}

#[test]
fn a_dropped_timer_withdraws_its_waker() {
    let world = ManualDriver::new();
    let reactor = world.reactor();
    let (counted, waker) = Counted::waker();
    let mut timer = Timer::new(reactor.handle(), at(1));
    assert!(!is_ready(&mut timer, &waker));
    assert_eq!(Arc::strong_count(&counted), 3);
    assert_eq!(reactor.next_deadline(), Some(at(1)));
    drop(timer);
    assert_eq!(Arc::strong_count(&counted), 2, "nobody keeps the waker");
    assert_eq!(reactor.next_deadline(), None);
    reactor.turn(Some(SECOND * 2)).unwrap();
    assert!(counted.wakes() == 0 && world.now() == at(2));
}

#[test]
fn the_task_that_polled_last_is_woken() {
    let world = ManualDriver::new();
    let reactor = world.reactor();
    let ((first, first_waker), (second, second_waker)) = (Counted::waker(), Counted::waker());
    let mut timer = Timer::new(reactor.handle(), at(1));
    assert!(!is_ready(&mut timer, &first_waker));
    assert!(!is_ready(&mut timer, &second_waker));
    reactor.turn(None).unwrap();
    assert_eq!((first.wakes(), second.wakes()), (0, 1));
}

#[test]
fn the_past_is_ready_without_a_wait() {
    let world = ManualDriver::new();
    let reactor = world.reactor();
    world.advance(SECOND * 5);
    for past in [at(5), at(2), Instant::ORIGIN - SECOND] {
        let (counted, waker) = Counted::waker();
        let mut timer = Timer::new(reactor.handle(), past);
        if !is_ready(&mut timer, &waker) {
            reactor.turn(None).unwrap();
            assert!(counted.wakes() == 1 && is_ready(&mut timer, &waker));
        }
    }
    assert_eq!(world.now(), at(5), "nobody slept");
}

#[test]
fn the_far_future_never_comes() {
    let world = ManualDriver::new();
    let reactor = world.reactor();
    let (counted, waker) = Counted::waker();
    let handle = reactor.handle();
    let ends = [Instant::FAR_FUTURE, world.now() + Duration::MAX];
    let mut timers = ends.map(|end| Timer::new(handle.clone(), end));
    assert!(timers.iter_mut().all(|timer| !is_ready(timer, &waker)));
    assert_eq!(reactor.metrics().timers, 2);
    assert_eq!(reactor.next_deadline(), None);
    reactor.turn(Some(SECOND)).unwrap();
    assert_eq!(world.now(), at(1), "and the clock does not jump to it");
    world.advance(Duration::MAX);
    reactor.turn(Some(Duration::ZERO)).unwrap();
    assert_eq!((counted.wakes(), reactor.metrics().timers), (0, 2));
}

#[test]
fn a_hundred_thousand_timers_fire_in_order() {
    const TIMERS: u64 = 100_000;
    let world = ManualDriver::new();
    let reactor = world.reactor();
    let fired = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let notes = fired.clone();
    reactor.observe(std::rc::Rc::new(move |event| {
        if let reactor::Event::TimerFired { deadline } = event {
            notes.borrow_mut().push(deadline);
        }
    }));
    let mut timers = Vec::new();
    for number in 0..TIMERS {
        // From a microsecond to half an hour, in no order; every other one is dropped.
        let deadline = at(0) + Duration::from_micros(1 + number * 7919 % TIMERS * 18_000);
        let mut timer = Timer::new(reactor.handle(), deadline);
        assert!(!is_ready(&mut timer, Waker::noop()));
        timers.push(timer);
    }
    let mut number = 0;
    timers.retain(|_| {
        number += 1;
        number % 2 == 0
    });
    while reactor.metrics().timers > 0 {
        let before = fired.borrow().len();
        reactor.turn(Some(SECOND)).unwrap();
        let now = world.now();
        assert!(fired.borrow()[before..].iter().all(|time| *time <= now));
    }
    assert_eq!(fired.borrow().len() as u64, TIMERS / 2);
    assert!(fired.borrow().is_sorted());
    assert!(
        timers
            .iter_mut()
            .all(|timer| is_ready(timer, Waker::noop()))
    );
}

#[test]
fn a_timer_that_outlives_its_reactor_is_woken_and_panics_in_clear_words() {
    let reactor = ManualDriver::new().reactor();
    let (counted, waker) = Counted::waker();
    let mut timer = Timer::new(reactor.handle(), at(1));
    assert!(!is_ready(&mut timer, &waker));
    drop(reactor);
    assert_eq!(counted.wakes(), 1);
    let panic = catch_unwind(AssertUnwindSafe(|| is_ready(&mut timer, &waker))).unwrap_err();
    let words = panic.downcast_ref::<&str>().unwrap();
    assert!(words.contains("after its runtime was dropped"), "{words}");
}

#[test]
fn on_real_clocks_no_timer_is_early() {
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let reactor = Reactor::new(kind).unwrap();
        for micros in [1, 20, 65, 66, 300, 999, 1000, 2500] {
            let wait = Duration::from_micros(micros);
            let before = std::time::Instant::now();
            let mut timer = Timer::new(reactor.handle(), reactor.handle().now() + wait);
            while !is_ready(&mut timer, Waker::noop()) {
                reactor.turn(None).unwrap();
            }
            let passed = before.elapsed();
            assert!(passed >= wait, "{kind:?}: {wait:?} took {passed:?}");
        }
    }
}
