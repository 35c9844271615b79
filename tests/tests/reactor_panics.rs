//! A panic in somebody's waker is their own: everybody else is woken, and the reactor goes on.

mod counted;

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use counted::Counted;
use reactor::{Instant, ManualDriver, Reactor, Timer};

struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        panic!("a bad waker");
    }
}

/// Three timers for the same time; the waker of the second one panics.
fn timers(reactor: &Reactor, good: &Waker) -> [Timer; 3] {
    let deadline = Instant::ORIGIN + Duration::from_secs(1);
    let wakers = [good.clone(), Waker::from(Arc::new(Panics)), good.clone()];
    wakers.map(|waker| {
        let mut timer = Timer::new(reactor.handle(), deadline);
        let polled = Pin::new(&mut timer).poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
        timer
    })
}

fn words(result: std::thread::Result<()>) -> &'static str {
    let panic = result.expect_err("the panic goes to the loop");
    panic.downcast_ref::<&str>().unwrap()
}

#[test]
fn a_panic_in_a_waker_costs_nobody_else_the_wake() {
    let reactor = ManualDriver::new().reactor();
    let (counted, waker) = Counted::waker();
    let _timers = timers(&reactor, &waker);
    let turned = catch_unwind(AssertUnwindSafe(|| reactor.turn(None).unwrap()));
    assert_eq!(words(turned), "a bad waker");
    assert_eq!(counted.wakes(), 2);
    reactor.turn(Some(Duration::ZERO)).unwrap();
    assert_eq!(counted.wakes(), 2, "once each");
}

#[test]
fn a_panic_in_a_waker_costs_nobody_else_the_news_that_the_reactor_is_gone() {
    let reactor = ManualDriver::new().reactor();
    let (counted, waker) = Counted::waker();
    let _timers = timers(&reactor, &waker);
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(reactor)));
    assert_eq!(words(dropped), "a bad waker");
    assert_eq!(counted.wakes(), 2);
}

/// As with the executor's.
#[test]
fn a_panic_in_an_observer_costs_nobody_the_wake() {
    let reactor = ManualDriver::new().reactor();
    reactor.observe(Rc::new(|_| panic!("in the observer")));
    let (counted, waker) = Counted::waker();
    let mut timer = Timer::new(reactor.handle(), Instant::ORIGIN + Duration::from_secs(1));
    let polled = Pin::new(&mut timer).poll(&mut Context::from_waker(&waker));
    assert!(polled.is_pending());
    reactor.turn(None).unwrap();
    assert_eq!(counted.wakes(), 1);
}
