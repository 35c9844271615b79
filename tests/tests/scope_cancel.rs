//! A scope that is dropped, aborted, moved or forgotten: its children end with it, and nobody touches them afterwards.

mod counted;
mod guard;

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use counted::Counted;
use guard::run;
use runtime::future::or;
use runtime::task::{scope, yield_now};
use runtime::time::{Duration, timeout};

/// Counts what is alive.
struct Alive<'a>(&'a Cell<i32>);

impl<'a> Alive<'a> {
    fn new(count: &'a Cell<i32>) -> Self {
        count.set(count.get() + 1);
        Alive(count)
    }
}

impl Drop for Alive<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// A scope with ten children, of which each shows its waker and waits for ever.
async fn crowd(alive: &Cell<i32>, wakers: &RefCell<Vec<Waker>>) {
    scope(async |s| {
        let _alive = Alive::new(alive);
        for _ in 0..10 {
            s.spawn(async {
                let _alive = Alive::new(alive);
                poll_fn(|cx| {
                    wakers.borrow_mut().push(cx.waker().clone());
                    Poll::<()>::Pending
                })
                .await;
            });
        }
        pending::<()>().await;
    })
    .await;
}

fn poll_with<F: Future>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(waker))
}

/// Polls once, with the waker of the task.
async fn poll_here<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

/// What was leaked on purpose, so that LeakSanitizer finds it.
static FORGOTTEN: Mutex<Vec<usize>> = Mutex::new(Vec::new());

fn forget<F>(future: Pin<Box<F>>) {
    let address = std::ptr::from_ref(&*future).cast::<()>() as usize;
    FORGOTTEN.lock().unwrap().push(address);
    std::mem::forget(future);
}

#[test]
fn dropped_before_its_first_poll() {
    let (alive, wakers) = (Cell::new(0), RefCell::default());
    drop(crowd(&alive, &wakers));
    drop(scope(async |_| panic!("nothing has begun")));
    assert_eq!((alive.get(), wakers.borrow().len()), (0, 0));
}

#[test]
fn dropped_half_way() {
    let (counted, waker) = Counted::waker();
    for polls in 1..4 {
        let (alive, wakers) = (Cell::new(0), RefCell::default());
        let mut running = Box::pin(crowd(&alive, &wakers));
        for _ in 0..polls {
            assert!(poll_with(running.as_mut(), &waker).is_pending());
        }
        assert_eq!(alive.get(), if polls == 1 { 1 } else { 11 });
        drop(running);
        assert_eq!(alive.get(), 0);
        let shares = std::sync::Arc::strong_count(&counted);
        assert_eq!(
            shares, 2,
            "the children's wakers keep no share of the parent's"
        );
        let before = counted.wakes();
        wakers.borrow().iter().for_each(Waker::wake_by_ref);
        wakers.take().into_iter().for_each(Waker::wake);
        assert_eq!(counted.wakes(), before, "a late wake finds nobody");
    }
    drop(waker);
    assert_eq!(std::sync::Arc::strong_count(&counted), 1);
}

/// Whoever forgets the scope forgets its children: what they borrow can go, and their wakers are harmless.
#[test]
fn forgotten_half_way() {
    let (counted, waker) = Counted::waker();
    for polls in 0..4 {
        let wakers = {
            let alive = Box::new(Cell::new(0));
            let words = RefCell::new(vec![String::from("borrowed, and freed")]);
            let (alive, words) = (&*alive, &words);
            let late = RefCell::default();
            let mut running = Box::pin(scope(async |s| {
                s.spawn(async {
                    loop {
                        words.borrow_mut().push(String::from("touched"));
                        yield_now().await;
                    }
                });
                crowd(alive, &late).await;
            }));
            for _ in 0..polls {
                assert!(poll_with(running.as_mut(), &waker).is_pending());
            }
            forget(running);
            late.take()
        };
        std::thread::scope(|threads| {
            let wakers = wakers.clone();
            threads.spawn(move || wakers.into_iter().for_each(Waker::wake));
        });
        wakers.into_iter().for_each(Waker::wake);
    }
    assert!(
        counted.wakes() > 0,
        "the last waker of the scope was called, and nothing came of it"
    );
}

#[test]
fn forgotten_before_its_first_poll_and_inside_a_task() {
    let (alive, wakers) = (Cell::new(0), RefCell::default());
    forget(Box::pin(crowd(&alive, &wakers)));
    assert_eq!(alive.get(), 0);

    run(async {
        let kept = Rc::new(RefCell::new(Vec::new()));
        let inside = kept.clone();
        runtime::spawn(async move {
            let alive = Cell::new(0);
            let mut running = Box::pin(crowd(&alive, &inside));
            assert!(poll_here(running.as_mut()).await.is_pending());
            yield_now().await;
            assert!(poll_here(running.as_mut()).await.is_pending());
            assert_eq!(alive.get(), 11);
            forget(running);
        })
        .await
        .unwrap();
        kept.take().into_iter().for_each(Waker::wake);
        yield_now().await;
    });
}

/// It has begun a scope whose borrow has ended, and the same things are borrowed anew.
#[test]
fn what_a_forgotten_scope_borrowed_is_free() {
    let mut number = 1;
    let mut running = Box::pin(scope(async |s| {
        s.spawn(async {
            number += 1;
            yield_now().await;
            number += 1;
        });
        pending::<()>().await;
    }));
    for _ in 0..2 {
        assert!(poll_with(running.as_mut(), Waker::noop()).is_pending());
    }
    forget(running);
    number += 10;
    assert_eq!(number, 12);
}

#[test]
fn a_timeout_and_a_race_cancel_it() {
    run(async {
        let (alive, wakers) = (Cell::new(0), RefCell::default());
        let limited = timeout(Duration::from_millis(1), crowd(&alive, &wakers));
        assert!(limited.await.is_err());
        assert_eq!(alive.get(), 0);
        or(crowd(&alive, &wakers), async {
            yield_now().await;
            yield_now().await;
            assert_eq!(alive.get(), 11);
        })
        .await;
        assert_eq!(alive.get(), 0);
    });
}

#[test]
fn a_scope_in_a_task_that_is_aborted() {
    run(async {
        let ended = Rc::new(Cell::new(0));
        let (inside, begun) = (ended.clone(), Rc::new(Cell::new(false)));
        let saw = begun.clone();
        let task = runtime::spawn(async move {
            let _last = OnDrop(|| inside.set(inside.get() * 10));
            let local = String::from("of the task");
            scope(async |s| {
                for _ in 0..3 {
                    s.spawn(async {
                        let _guard = OnDrop(|| inside.set(inside.get() + local.len()));
                        saw.set(true);
                        pending::<()>().await;
                    });
                }
            })
            .await;
        });
        while !begun.get() {
            yield_now().await;
        }
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(
            ended.get(),
            33 * 10,
            "first the children, then what they borrowed"
        );
    });
}

struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

#[test]
fn a_scope_within_a_scope_that_is_cancelled() {
    let (alive, wakers) = (Cell::new(0), RefCell::default());
    let mut running = Box::pin(scope(async |s| {
        s.spawn(crowd(&alive, &wakers));
        scope(async |inner| {
            inner.spawn(crowd(&alive, &wakers));
            s.spawn(crowd(&alive, &wakers)).await
        })
        .await
    }));
    for _ in 0..6 {
        assert!(poll_with(running.as_mut(), Waker::noop()).is_pending());
    }
    assert_eq!(alive.get(), 33);
    drop(running);
    assert_eq!(alive.get(), 0);
}

#[test]
fn dropped_with_handles_and_values_in_it() {
    let alive = Cell::new(0);
    let mut running = Box::pin(scope(async |s| {
        let ended = s.spawn(async { Alive::new(&alive) });
        let waiting = s.spawn(async {
            let _own = Alive::new(&alive);
            pending::<()>().await;
        });
        drop(s.spawn(async { Alive::new(&alive) })); // Its value has no reader.
        s.spawn(waiting); // A handle is a future, and so a child.
        pending::<()>().await;
        ended.await
    }));
    for _ in 0..3 {
        assert!(poll_with(running.as_mut(), Waker::noop()).is_pending());
    }
    assert_eq!(alive.get(), 2);
    drop(running);
    assert_eq!(alive.get(), 0);
}

/// Until its first poll it is an ordinary value; then it stays in its box, which may go through hands all the same.
#[test]
fn moved_between_tasks() {
    run(async {
        let ended = Rc::new(Cell::new(0));
        let inside = ended.clone();
        let unpolled = async move {
            let own = Cell::new(0);
            scope(async |s| {
                for _ in 0..10 {
                    s.spawn(async {
                        for _ in 0..10 {
                            yield_now().await;
                        }
                        own.set(own.get() + 1);
                    });
                }
            })
            .await;
            inside.set(own.get());
        };
        let hand = Rc::new(Cell::new(None));
        let (give, take) = (hand.clone(), hand.clone());
        runtime::spawn(async move { give.set(Some(unpolled)) })
            .await
            .unwrap();
        let hand = Rc::new(Cell::new(take.take().map(Box::pin)));
        for _ in 0..5 {
            let hand = hand.clone();
            runtime::spawn(async move {
                let mut running = hand.take().unwrap();
                assert!(poll_here(running.as_mut()).await.is_pending());
                hand.set(Some(running));
            })
            .await
            .unwrap();
        }
        assert_eq!(ended.get(), 0);
        runtime::spawn(hand.take().unwrap()).await.unwrap();
        assert_eq!(ended.get(), 10);
    });
}
