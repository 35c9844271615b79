//! Threads: wakes from others at any time, and a runtime on each of many.

use std::future::{pending, poll_fn};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::task::{Poll, Waker};
use std::thread;

use runtime::task::yield_now;
use runtime::time::{Duration, sleep, timeout};
use runtime::{Runtime, block_on, spawn};

/// How long a wake may take before it counts as lost.
const LOST: Duration = Duration::from_secs(60);

/// The waker of the task that awaits this.
async fn own_waker() -> Waker {
    poll_fn(|cx| Poll::Ready(cx.waker().clone())).await
}

/// Waits until `count` has reached `goal`; whoever counts takes the waker and calls it.
async fn reached(count: &AtomicU32, goal: u32, slot: &Mutex<Option<Waker>>) {
    poll_fn(|cx| {
        *slot.lock().unwrap() = Some(cx.waker().clone());
        if count.load(SeqCst) >= goal {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

#[test]
fn eight_threads_wake_at_once_and_no_wake_is_lost() {
    const ROUNDS: u32 = 2_000;
    for registers_a_source in [false, true] {
        let shared = Arc::new((AtomicU32::new(0), Mutex::new(None::<Waker>)));
        let start = Arc::new(Barrier::new(8));
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let (shared, start) = (shared.clone(), start.clone());
                thread::spawn(move || {
                    start.wait();
                    for _ in 0..ROUNDS {
                        shared.0.fetch_add(1, SeqCst);
                        let waker = shared.1.lock().unwrap().take();
                        if let Some(waker) = waker {
                            waker.wake();
                        }
                    }
                })
            })
            .collect();
        block_on(async {
            // With a source the loop sleeps in the system's queue, without one in `park`.
            let _source = registers_a_source.then(|| {
                let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
                runtime::io::Async::new(socket).unwrap()
            });
            let task = spawn(async move { reached(&shared.0, 8 * ROUNDS, &shared.1).await });
            timeout(LOST, task).await.expect("a wake was lost").unwrap();
        });
        for thread in threads {
            thread.join().unwrap();
        }
    }
}

#[test]
fn the_main_future_and_many_tasks_are_woken_from_eight_threads() {
    let (sender, receiver) = async_channel::bounded(3);
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let sender = sender.clone();
            thread::spawn(move || (0..500).for_each(|n| sender.send_blocking(n).unwrap()))
        })
        .collect();
    drop(sender);
    let sum = block_on(timeout(LOST, async {
        let tasks: Vec<_> = (0..10)
            .map(|_| {
                let receiver = receiver.clone();
                spawn(async move {
                    let mut sum = 0;
                    while let Ok(n) = receiver.recv().await {
                        sum += n;
                    }
                    sum
                })
            })
            .collect();
        let mut sum = 0;
        while let Ok(n) = receiver.recv().await {
            sum += n;
        }
        for task in tasks {
            sum += task.await.unwrap();
        }
        sum
    }));
    assert_eq!(sum, Ok(8 * (0..500).sum::<u32>()));
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn a_waker_is_called_during_its_task_after_it_and_after_the_runtime() {
    let (to_thread, wakers) = mpsc::channel::<(Waker, Arc<AtomicBool>)>();
    let (done, all_done) = mpsc::channel();
    let thread = thread::spawn(move || {
        let mut kept: Vec<Waker> = Vec::new();
        for (waker, flag) in wakers {
            for waker in &kept {
                waker.wake_by_ref(); // Those of tasks that have ended: nobody is there.
            }
            flag.store(true, SeqCst);
            waker.wake_by_ref();
            kept.push(waker);
        }
        done.send(()).unwrap();
        kept.iter().for_each(Waker::wake_by_ref);
        let copies = kept.clone();
        copies.into_iter().for_each(Waker::wake);
    });
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        for _ in 0..100 {
            let (woken, to_thread) = (Arc::new(AtomicBool::new(false)), to_thread.clone());
            let task = spawn(async move {
                to_thread.send((own_waker().await, woken.clone())).unwrap();
                // During the task: this poll may not have ended when the wake comes.
                poll_fn(|_| match woken.load(SeqCst) {
                    true => Poll::Ready(()),
                    false => Poll::Pending,
                })
                .await;
            });
            timeout(LOST, task).await.expect("a wake was lost").unwrap();
        }
    });
    let left = runtime.spawn(pending::<()>());
    runtime.block_on(yield_now());
    drop((runtime, to_thread));
    all_done.recv().unwrap();
    thread.join().unwrap();
    drop(left);
}

#[test]
fn one_runtime_after_another_and_one_on_each_thread() {
    let work = || {
        for n in 0..10 {
            let value = block_on(async move {
                sleep(Duration::from_micros(10)).await;
                spawn(async move { n }).await.unwrap()
            });
            assert_eq!(value, n);
        }
    };
    work();
    let threads: Vec<_> = (0..16).map(|_| thread::spawn(work)).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn two_runtimes_of_one_thread_by_turns() {
    let (one, two) = (Runtime::new().unwrap(), Runtime::new().unwrap());
    let (sender, receiver) = async_channel::bounded(1);
    let sending = one.spawn(async move {
        for n in 0..5 {
            sender.send(n).await.unwrap();
        }
    });
    two.block_on(async {
        for n in 0..5 {
            assert_eq!(receiver.try_recv().ok(), None);
            let guard = one.enter(); // The current one, though the other runs.
            drop(spawn(async {}));
            drop(guard);
            spawn(async {}).await.unwrap();
            if n == 4 {
                break;
            }
        }
    });
    one.block_on(async {
        for n in 0..5 {
            assert_eq!(receiver.recv().await, Ok(n));
        }
        sending.await.unwrap();
    });
    assert_eq!(one.metrics().spawned, 6);
    assert_eq!(two.metrics().spawned, 5);
}
