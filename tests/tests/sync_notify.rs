//! `Notify`: one permit, the order of those who wait, and what a future that was never polled is told.

mod counted;
mod waiting;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll};

use counted::Counted;
use runtime::sync::Notify;
use waiting::{Waiting, at_once, waiting};

#[test]
fn one_permit_is_stored_and_no_second_one() {
    let notify = Notify::new();
    notify.notify_one();
    notify.notify_one();
    at_once(notify.notified());
    let mut next = waiting(notify.notified());
    notify.notify_one();
    next.ready();
    assert!(
        waiting(notify.notified()).waits(),
        "the permit was for the one who waited"
    );
}

#[test]
fn the_one_that_waits_longest_is_notified_and_woken_once() {
    let notify = Notify::new();
    let (bells, wakers): (Vec<_>, Vec<_>) = (0..3).map(|_| Counted::waker()).unzip();
    let mut waiters: Vec<_> = (0..3).map(|_| Waiting::new(notify.notified())).collect();
    for (waiter, waker) in waiters.iter_mut().zip(&wakers) {
        assert!(waiter.poll_with(waker).is_pending());
    }
    let rings = || bells.iter().map(|bell| bell.wakes()).collect::<Vec<_>>();
    notify.notify_one();
    assert_eq!(rings(), [1, 0, 0]);
    notify.notify_one();
    assert_eq!(rings(), [1, 1, 0]);
    assert!(waiters[2].poll_with(&wakers[2]).is_pending());
    waiters[1].ready();
    waiters[0].ready();
    notify.notify_waiters();
    assert_eq!(rings(), [1, 1, 1]);
    waiters[2].ready();
}

#[test]
fn everybody_is_notified_who_is_there_and_nobody_later() {
    let notify = Notify::new();
    let mut polled = waiting(notify.notified());
    let mut unpolled = Waiting::new(notify.notified());
    notify.notify_waiters();
    let mut late = waiting(notify.notified());
    polled.ready();
    unpolled.ready();
    assert!(late.waits());
    notify.notify_waiters();
    late.ready();
    assert!(waiting(notify.notified()).waits(), "no permit is left");
}

/// Before the first poll, while it waits, and when it was chosen and not polled since.
#[test]
fn one_that_is_dropped_passes_its_notice_on() {
    let notify = Notify::new();
    drop(notify.notified());

    let (chosen, gives_up) = (waiting(notify.notified()), waiting(notify.notified()));
    let mut last = waiting(notify.notified());
    drop(gives_up);
    notify.notify_one();
    assert!(last.waits());
    drop(chosen);
    last.ready();

    let chosen = waiting(notify.notified());
    notify.notify_one();
    drop(chosen);
    at_once(notify.notified()); // The permit came back.

    let called = waiting(notify.notified());
    notify.notify_waiters();
    drop(called);
    assert!(
        waiting(notify.notified()).waits(),
        "that one is passed on to nobody"
    );
}

/// A notice for one and then one for all: the first is passed on nevertheless.
#[test]
fn a_notice_for_one_is_not_lost_in_one_for_all() {
    let notify = Notify::new();
    let chosen = waiting(notify.notified());
    notify.notify_one();
    notify.notify_waiters();
    drop(chosen);
    at_once(notify.notified());
}

#[test]
fn enabling_takes_the_place_in_the_queue() {
    let notify = Notify::new();
    let mut first = pin!(notify.notified());
    assert!(!first.as_mut().enable() && !first.as_mut().enable());
    let mut second = waiting(notify.notified());
    notify.notify_one();
    assert!(second.waits());
    assert!(first.as_mut().enable() && first.as_mut().enable());
    at_once(first.as_mut());
    at_once(first); // It is ready once and for all.

    drop(second);
    notify.notify_one();
    let mut third = pin!(notify.notified());
    assert!(third.as_mut().enable(), "it takes the permit");
    assert!(waiting(notify.notified()).waits());
    at_once(third);
}

#[test]
fn enabling_keeps_the_waker_of_an_earlier_poll() {
    let notify = Notify::new();
    let (bell, waker) = Counted::waker();
    let mut notified = pin!(notify.notified());
    let mut cx = Context::from_waker(&waker);
    assert_eq!(notified.as_mut().poll(&mut cx), Poll::Pending);
    assert!(!notified.as_mut().enable());
    notify.notify_one();
    assert_eq!(bell.wakes(), 1);
    assert!(notified.as_mut().enable());
}
