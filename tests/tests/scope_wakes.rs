//! A wake polls the child that it concerns and nobody else, from any thread, and wakes the scope's task once.

mod counted;

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn};
use std::net::UdpSocket;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;

use counted::Counted;
use reactor::budget;
use runtime::io::Async;
use runtime::task::{scope, yield_now};

fn poll_with<F: Future>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(waker))
}

/// How often each of some children was polled, and the waker of its last poll.
#[derive(Default)]
struct Polled(Vec<(Cell<usize>, RefCell<Option<Waker>>)>);

impl Polled {
    fn new(count: usize) -> Self {
        Polled((0..count).map(|_| Default::default()).collect())
    }

    async fn forever(&self, child: usize) {
        let (polls, waker) = &self.0[child];
        poll_fn(|cx| {
            polls.set(polls.get() + 1);
            waker.replace(Some(cx.waker().clone()));
            Poll::<()>::Pending
        })
        .await;
    }

    fn waker(&self, child: usize) -> Waker {
        self.0[child].1.borrow().clone().expect("it was polled")
    }

    /// The polls since the last look.
    fn polls(&self) -> Vec<usize> {
        self.0.iter().map(|(polls, _)| polls.take()).collect()
    }
}

#[test]
fn a_wake_polls_one_child() {
    const COUNT: usize = 1_000;
    let polled = Polled::new(COUNT);
    let (counted, waker) = Counted::waker();
    let mut running = Box::pin(scope(async |s| {
        for child in 0..COUNT {
            s.spawn(polled.forever(child));
        }
    }));
    let mut wakes = 0;
    while poll_with(running.as_mut(), &waker).is_pending() && counted.wakes() > wakes {
        wakes = counted.wakes();
    }
    assert_eq!(polled.polls(), [1; COUNT]);

    for children in [&[0][..], &[999, 3], &[7, 7, 8, 7]] {
        for child in children {
            polled.waker(*child).wake();
        }
        assert_eq!(counted.wakes(), wakes + 1, "the task is woken once");
        wakes += 1;
        assert!(poll_with(running.as_mut(), &waker).is_pending());
        let mut expected = [0; COUNT];
        children.iter().for_each(|child| expected[*child] = 1);
        assert_eq!(polled.polls(), expected);
        assert_eq!(counted.wakes(), wakes);
    }

    // For nothing: nobody is polled.
    assert!(poll_with(running.as_mut(), &waker).is_pending());
    assert_eq!(polled.polls(), [0; COUNT]);
}

#[test]
fn the_waker_of_the_last_poll_is_called() {
    let polled = Polled::new(1);
    let mut running = Box::pin(scope(async |s| s.spawn(polled.forever(0)).await));
    let mut before: Option<Arc<Counted>> = None;
    for turn in 0..10 {
        let (counted, waker) = Counted::waker();
        assert!(poll_with(running.as_mut(), &waker).is_pending());
        if turn < 1 {
            assert_eq!(counted.wakes(), 1, "the child has its first turn");
            continue;
        }
        assert!(poll_with(running.as_mut(), &waker).is_pending());
        polled.waker(0).wake();
        assert_eq!(counted.wakes(), 1);
        drop(waker);
        if let Some(before) = before.replace(counted) {
            assert_eq!((before.wakes(), Arc::strong_count(&before)), (1, 1));
        }
    }
}

#[test]
fn a_child_that_has_ended_is_not_polled_again() {
    let wakers = RefCell::new(Vec::new());
    let (counted, waker) = Counted::waker();
    let once = |ending: Poll<()>| {
        let wakers = &wakers;
        let mut ended = false;
        poll_fn(move |cx| {
            assert!(!std::mem::replace(&mut ended, true), "polled after its end");
            cx.waker().wake_by_ref(); // Its key stands in the queue when it ends.
            wakers.borrow_mut().push(cx.waker().clone());
            ending
        })
    };
    let polled = Polled::new(1);
    let mut running = Box::pin(scope(async |s| {
        s.spawn(once(Poll::Ready(())));
        let aborted = s.spawn(once(Poll::Pending));
        poll_fn(|_| match wakers.borrow().len() {
            2 => Poll::Ready(()),
            _ => Poll::Pending,
        })
        .await;
        aborted.abort();
        s.spawn(polled.forever(0)); // In the place of the first, whose key is still in the queue or its waker here.
        pending::<()>().await;
    }));
    assert!(poll_with(running.as_mut(), &waker).is_pending());
    assert!(poll_with(running.as_mut(), &waker).is_pending());
    drop(running);

    let mut running = Box::pin(scope(async |s| {
        wakers.borrow_mut().clear();
        s.spawn(once(Poll::Ready(())));
        yield_now().await;
        s.spawn(polled.forever(0));
        pending::<()>().await;
    }));
    for _ in 0..4 {
        assert!(poll_with(running.as_mut(), &waker).is_pending());
    }
    assert_eq!(polled.polls(), [1], "the first one's key moved nobody");
    let wakes = counted.wakes();
    wakers.take().into_iter().for_each(Waker::wake);
    assert!(poll_with(running.as_mut(), &waker).is_pending());
    assert_eq!((polled.polls(), counted.wakes()), (vec![0], wakes));
}

#[test]
fn a_late_wake_does_not_wake_the_scope() {
    let kept = RefCell::new(None);
    let (counted, waker) = Counted::waker();
    let mut running = Box::pin(scope(async |s| {
        s.spawn(poll_fn(|cx| {
            kept.replace(Some(cx.waker().clone()));
            Poll::Ready(())
        }));
        pending::<()>().await;
    }));
    for _ in 0..3 {
        assert!(poll_with(running.as_mut(), &waker).is_pending());
    }
    let wakes = counted.wakes();
    kept.take().expect("it was polled").wake();
    assert_eq!(counted.wakes(), wakes);
}

/// The loop looks at the world after so many operations, and so it hears of the children's turns.
#[test]
fn each_turn_is_an_operation_of_the_budget() {
    let mut running = Box::pin(scope(async |s| {
        for _ in 0..10 {
            s.spawn(pending::<()>());
        }
    }));
    for turns in [1, 10, 0] {
        budget::refill();
        assert!(poll_with(running.as_mut(), Waker::noop()).is_pending());
        assert_eq!(budget::refill(), turns);
    }
    budget::lift();
}

/// A future that another thread makes ready.
fn ready_elsewhere() -> impl Future<Output = u32> {
    let (give, take) = async_channel::bounded(1);
    let mut give = Some(give);
    async move {
        let give = give.take().expect("polled once");
        thread::spawn(move || give.send_blocking(1));
        take.recv().await.unwrap()
    }
}

#[test]
fn wakes_come_from_other_threads() {
    runtime::block_on(async {
        let sum = Cell::new(0);
        let add = async || {
            let number = ready_elsewhere().await;
            sum.set(sum.get() + number);
        };
        scope(async |s| {
            for _ in 0..100 {
                s.spawn(async {
                    s.spawn(add());
                    add().await;
                });
            }
        })
        .await;
        assert_eq!(sum.get(), 200);
    });
}

/// Each child is woken by the other one's thread of wakes, at once and for long.
#[test]
fn no_wake_is_lost_between_threads() {
    const ROUNDS: u32 = 20_000;
    runtime::block_on(async {
        let (to_thread, there) = async_channel::unbounded::<u32>();
        let (back, here) = async_channel::unbounded();
        let thread = thread::spawn(move || {
            while let Ok(number) = there.recv_blocking() {
                back.send_blocking(number).unwrap();
            }
        });
        let seen = Cell::new(0);
        scope(async |s| {
            for _ in 0..4 {
                s.spawn(async {
                    while seen.get() < ROUNDS {
                        to_thread.send(1).await.unwrap();
                        let number = here.recv().await.unwrap();
                        seen.set(seen.get() + number);
                    }
                    to_thread.send(1).await.unwrap(); // For a sibling that waits still.
                });
            }
        })
        .await;
        to_thread.close();
        assert!(seen.get() >= ROUNDS);
        thread.join().unwrap();
    });
}

#[test]
fn a_child_that_wakes_itself_gives_way() {
    let busy = async || loop {
        yield_now().await;
    };
    // On the runtime's loop, to siblings and to other tasks,
    runtime::block_on(async {
        let other = runtime::spawn(async {
            for _ in 0..100 {
                yield_now().await;
            }
        });
        let polls = Cell::new(0);
        let scoped = scope(async |s| {
            s.spawn(busy());
            let modest = s.spawn(async {
                for _ in 0..100 {
                    polls.set(polls.get() + 1);
                    yield_now().await;
                }
            });
            modest.await.unwrap();
            other.await.unwrap();
        });
        let others = async {
            while polls.get() < 100 {
                yield_now().await;
            }
        };
        runtime::future::or(scoped, others).await;
    });
    // and on any other.
    let (counted, waker) = Counted::waker();
    let mut running = Box::pin(scope(async |s| drop(s.spawn(busy()))));
    for wakes in 1..10 {
        assert!(poll_with(running.as_mut(), &waker).is_pending());
        assert_eq!(counted.wakes(), wakes);
    }
}

#[test]
fn one_poll_has_a_bound() {
    const COUNT: usize = 1_000;
    let polled = Polled::new(COUNT);
    let (counted, waker) = Counted::waker();
    let mut running = Box::pin(scope(async |s| {
        for child in 0..COUNT {
            s.spawn(polled.forever(child));
        }
    }));
    assert!(poll_with(running.as_mut(), &waker).is_pending());
    let mut all = 0;
    for polls in 2.. {
        assert!(poll_with(running.as_mut(), &waker).is_pending());
        let now: usize = polled.polls().iter().sum();
        assert!(now <= 128, "{now} children in one poll");
        all += now;
        if all == COUNT {
            break;
        }
        assert_eq!(counted.wakes(), polls);
    }
}

/// A socket that is always ready spends the budget of each poll, which is one for all that is in the task.
#[test]
fn a_flood_starves_nobody() {
    let socket = || Async::new(UdpSocket::bind("127.0.0.1:0").unwrap()).unwrap();
    runtime::block_on(async {
        let modest = Cell::new(0);
        let flood = async |until: usize| {
            let socket = socket();
            for _ in 0..100_000 {
                if modest.get() >= until {
                    return;
                }
                socket.read_with(|_| Ok(())).await.unwrap();
            }
            panic!("the others never came to do anything");
        };
        // In the scope, its siblings have their share of the budget.
        scope(async |s| {
            for _ in 0..3 {
                s.spawn(flood(3));
                s.spawn(async {
                    let socket = socket();
                    for _ in 0..3 {
                        socket.read_with(|_| Ok(())).await.unwrap();
                        yield_now().await;
                    }
                    modest.set(modest.get() + 1);
                });
            }
            flood(3).await;
        })
        .await;
        // Beside the scope, and always polled before it, it leaves nothing of the budget; the children have turns
        // still.
        let within = scope(async |s| {
            for _ in 0..3 {
                s.spawn(async {
                    for _ in 0..3 {
                        yield_now().await;
                    }
                    modest.set(modest.get() + 1);
                });
            }
        });
        runtime::future::zip(flood(6), within).await;
    });
}
