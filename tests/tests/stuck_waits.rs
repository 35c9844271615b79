//! As long as anybody may still wake somebody, `block_on` waits: it never panics too early.
//!
//! Each test has another thread act only after the loop has looked and begun to wait.

mod stuck;

use std::cell::RefCell;
use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use futures_util::stream::{FuturesUnordered, StreamExt};
use runtime::sync::oneshot;
use runtime::task::{AbortHandle, JoinSet, scope, spawn_blocking};
use runtime::{Runtime, spawn};
use stuck::{Kept, PATIENCE, given_away, runtime, when_it_waits};

/// Whatever the future does that is made with the place to give a waker to: it is woken from another thread.
fn woken_from_a_thread<F: Future<Output = ()>>(future: impl FnOnce(Rc<dyn Fn(Waker)>) -> F) {
    let (runtime, waits) = runtime();
    let (send, wakers) = channel::<Waker>();
    let thread = when_it_waits(waits, move || {
        wakers.recv_timeout(PATIENCE).unwrap().wake();
    });
    runtime.block_on(future(Rc::new(move |waker| send.send(waker).unwrap())));
    thread.join().unwrap();
}

#[test]
fn another_thread_has_the_waker_of_the_future() {
    woken_from_a_thread(|give| given_away(move |waker| give(waker)));
}

#[test]
fn another_thread_has_the_waker_of_a_task_that_is_awaited() {
    woken_from_a_thread(async |give| {
        let task = spawn(given_away(move |waker| give(waker)));
        let lost = spawn(pending::<()>());
        task.await.unwrap();
        lost.abort();
    });
}

#[test]
fn another_thread_has_the_waker_of_a_member_of_a_set() {
    woken_from_a_thread(async |give| {
        let mut set = JoinSet::new();
        set.spawn(pending());
        set.spawn(given_away(move |waker| give(waker)));
        set.spawn(pending());
        set.join_next().await.unwrap().unwrap();
    });
}

#[test]
fn another_thread_has_the_waker_of_a_child() {
    woken_from_a_thread(async |give| {
        scope(async |s| {
            let lost = s.spawn(pending::<()>());
            let child = s.spawn(given_away(move |waker| give(waker)));
            child.await.unwrap();
            lost.abort();
        })
        .await;
    });
}

#[test]
fn another_thread_has_the_waker_of_the_body_of_a_scope() {
    woken_from_a_thread(async |give| {
        scope(async |s| {
            let lost = s.spawn(pending::<()>());
            given_away(move |waker| give(waker)).await;
            lost.abort();
        })
        .await;
    });
}

#[test]
fn another_thread_has_the_waker_of_a_child_of_a_task_that_nobody_awaits() {
    let (runtime, waits) = runtime();
    let (send, wakers) = channel::<Waker>();
    let thread = when_it_waits(waits, move || {
        wakers.recv_timeout(PATIENCE).unwrap().wake();
    });
    runtime.block_on(async {
        let (over, ended) = oneshot::channel();
        spawn(async move {
            scope(async |s| {
                s.spawn(given_away(move |waker| send.send(waker).unwrap()));
            })
            .await;
            over.send(()).unwrap();
        });
        ended.await.unwrap();
    });
    thread.join().unwrap();
}

#[test]
fn the_waker_lies_behind_other_wakers() {
    woken_from_a_thread(async |give| {
        let mut futures: FuturesUnordered<Pin<Box<dyn Future<Output = ()>>>> =
            FuturesUnordered::new();
        futures.push(Box::pin(pending()));
        futures.push(Box::pin(given_away(move |waker| give(waker))));
        futures.next().await.unwrap();
    });
}

/// A waker that somebody made around ours: it has the same address, and keeps a share.
#[test]
fn the_waker_is_wrapped_and_a_joiner_has_it() {
    struct Around(Waker);
    impl Wake for Around {
        fn wake(self: Arc<Self>) {
            self.0.wake_by_ref();
        }
    }
    woken_from_a_thread(async |give| {
        let mut task = spawn(given_away(move |waker| give(waker)));
        poll_fn(|cx| {
            let around = Waker::from(Arc::new(Around(cx.waker().clone())));
            Pin::new(&mut task).poll(&mut Context::from_waker(&around))
        })
        .await
        .unwrap();
    });
}

#[test]
fn a_thread_holds_one_share_of_many_and_the_others_are_known() {
    // The same task awaits two handles: two shares are our joiners', and one is the thread's.
    woken_from_a_thread(async |give| {
        let (mut one, mut other) = (spawn(pending::<()>()), spawn(pending::<()>()));
        let mut woken = pin!(given_away(move |waker| give(waker)));
        poll_fn(|cx| {
            assert!(Pin::new(&mut one).poll(cx).is_pending());
            assert!(Pin::new(&mut other).poll(cx).is_pending());
            woken.as_mut().poll(cx)
        })
        .await;
    });
}

#[test]
fn wakers_that_are_kept_at_home_are_not_known() {
    // A task that is due later has them: here it is woken by a thread.
    woken_from_a_thread(async |give| {
        let wakers = Rc::new(RefCell::new(Vec::new()));
        let same = wakers.clone();
        spawn(async move {
            given_away(move |waker| give(waker)).await;
            same.borrow_mut().drain(..).for_each(Waker::wake);
        });
        Kept { wakers, polls: 0 }.await;
    });
}

#[test]
fn a_remote_may_bring_a_task_that_ends_another() {
    thread_local!(static ABORT: RefCell<Option<AbortHandle>> = const { RefCell::new(None) });
    let (runtime, waits) = runtime();
    let remote = runtime.remote();
    let thread = when_it_waits(waits, move || {
        let second = remote.clone();
        drop(remote);
        drop(second.spawn(async || ABORT.take().unwrap().abort()));
    });
    let joined = runtime.block_on(async {
        let lost = spawn(pending::<()>());
        ABORT.set(Some(lost.abort_handle()));
        lost.await
    });
    assert!(joined.unwrap_err().is_cancelled());
    thread.join().unwrap();
}

#[test]
fn a_remote_that_goes_is_noticed_also_while_the_loop_waits() {
    let (runtime, waits) = runtime();
    let remote = runtime.remote();
    let thread = when_it_waits(waits, move || drop(remote));
    let dump = stuck::dump_of_stuck(|| runtime.block_on(pending::<()>()));
    assert!(dump.contains("nobody: its waker was dropped"), "{dump}");
    thread.join().unwrap();
}

/// It could have aborted the task.
#[test]
fn the_handle_of_a_remote_task_that_goes_is_noticed_also_while_the_loop_waits() {
    let (runtime, waits) = runtime();
    let remote = runtime.remote();
    let handle = remote.spawn(pending::<()>);
    let thread = thread::spawn(move || {
        waits.recv_timeout(PATIENCE).expect("the loop waits");
        drop(remote);
        waits.recv_timeout(PATIENCE).expect("the loop waits again");
        drop(handle);
    });
    let dump = stuck::dump_of_stuck(|| runtime.block_on(pending::<()>()));
    assert!(dump.contains("nobody: its waker was dropped"), "{dump}");
    thread.join().unwrap();
}

#[test]
fn a_waker_that_is_used_up_elsewhere_is_no_share_any_more_when_the_loop_looks() {
    for _ in 0..200 {
        let (send, wakers) = channel::<Waker>();
        let thread = thread::spawn(move || wakers.recv_timeout(PATIENCE).unwrap().wake());
        let dump = stuck::dump_of_stuck(|| {
            runtime::block_on(async {
                given_away(move |waker| send.send(waker).unwrap()).await;
                pending::<()>().await;
            })
        });
        assert!(dump.contains("nobody: its waker was dropped"), "{dump}");
        thread.join().unwrap();
    }
}

#[test]
fn a_channel_of_another_crate_is_waited_for() {
    let (runtime, waits) = runtime();
    let (send, receive) = async_channel::bounded(1);
    let thread = when_it_waits(waits, move || send.send_blocking(7).unwrap());
    let received = runtime.block_on(async { spawn(async move { receive.recv().await }).await });
    assert_eq!(received.unwrap(), Ok(7));
    thread.join().unwrap();
}

#[test]
fn a_task_of_another_runtime_on_another_thread_is_awaited() {
    let (runtime, waits) = runtime();
    let (send, remotes) = channel();
    let other = thread::spawn(move || {
        let runtime = Runtime::new().unwrap();
        send.send(runtime.remote()).unwrap();
        runtime.block_on(async move {
            spawn_blocking(move || waits.recv_timeout(PATIENCE))
                .await
                .unwrap()
                .unwrap();
        });
    });
    let remote = remotes.recv().unwrap();
    let other_is_over = remote.spawn(|| async {
        poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::<()>::Pending
        })
        .await
    });
    assert!(runtime.block_on(other_is_over).unwrap_err().is_cancelled());
    other.join().unwrap();
}
