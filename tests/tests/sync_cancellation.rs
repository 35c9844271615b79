//! `CancellationToken`: the tree, who is told, and what a token that is dropped leaves behind.

mod counted;
mod waiting;

use std::cell::Cell;
use std::future::{pending, poll_fn, ready};
use std::sync::Arc;
use std::task::{Poll, Wake, Waker};

use counted::Counted;
use runtime::sync::CancellationToken;
use runtime::{block_on, spawn};
use waiting::{Waiting, at_once, waiting};

#[test]
fn a_token_and_all_below_it_and_no_other() {
    let root = CancellationToken::new();
    let (left, right) = (root.child_token(), root.child_token());
    let (below, further) = (left.child_token(), left.child_token().child_token());
    left.clone().cancel();
    let cancelled = [&root, &left, &right, &below, &further].map(|token| token.is_cancelled());
    assert_eq!(cancelled, [false, true, false, true, true]);
    assert!(left.child_token().is_cancelled());
    root.cancel();
    root.cancel();
    assert!(right.is_cancelled());
}

#[test]
fn everybody_who_waits_is_woken_once() {
    let token = CancellationToken::new();
    let tokens = [
        token.clone(),
        token.child_token(),
        token.child_token().child_token(),
    ];
    let (bell, waker) = Counted::waker();
    let mut waiters: Vec<_> = (0..6)
        .map(|at| Waiting::new(tokens[at % 3].cancelled()))
        .collect();
    for waiter in &mut waiters {
        assert!(waiter.poll_with(&waker).is_pending());
    }
    token.cancel();
    assert_eq!(bell.wakes(), 6);
    waiters.iter_mut().for_each(Waiting::ready);
    drop(waiters);
    tokens.iter().for_each(|token| at_once(token.cancelled()));
    tokens
        .into_iter()
        .for_each(|token| at_once(token.cancelled_owned()));
}

/// Whoever is woken finds the whole tree cancelled.
#[test]
fn it_is_cancelled_everywhere_before_anybody_is_woken() {
    thread_local!(static TREE: [CancellationToken; 3] = {
        let root = CancellationToken::new();
        let child = root.child_token();
        [root, child.clone(), child.child_token()]
    });
    thread_local!(static SEEN: Cell<u32> = const { Cell::new(0) });

    struct Looks;
    impl Wake for Looks {
        fn wake(self: Arc<Self>) {
            assert!(TREE.with(|tree| tree.iter().all(CancellationToken::is_cancelled)));
            SEEN.set(SEEN.get() + 1);
        }
    }

    let tree = TREE.with(Clone::clone);
    let mut waiters = tree.each_ref().map(|token| Waiting::new(token.cancelled()));
    let waker = Waker::from(Arc::new(Looks));
    for waiter in &mut waiters {
        assert!(waiter.poll_with(&waker).is_pending());
    }
    tree[0].cancel();
    assert_eq!(SEEN.get(), 3);
}

/// Before the first poll, while it waits, and when it was told and not polled since.
#[test]
fn one_that_is_dropped_costs_the_others_nothing() {
    let token = CancellationToken::new();
    drop(token.cancelled());
    let (gives_up, mut stays) = (waiting(token.cancelled()), waiting(token.cancelled()));
    let told = waiting(token.cancelled());
    drop(gives_up);
    token.cancel();
    drop(told);
    stays.ready();
}

#[test]
fn a_parent_that_is_dropped_still_joins_its_children_to_theirs() {
    let root = CancellationToken::new();
    let middle = root.child_token();
    let leaf = middle.child_token();
    drop(middle);
    assert!(!leaf.is_cancelled());
    root.cancel();
    assert!(leaf.is_cancelled());

    let orphan = CancellationToken::new().child_token();
    assert!(!orphan.is_cancelled());
    orphan.cancel();
    assert!(orphan.is_cancelled());
}

/// Deeper than a stack has room for, if each level called itself.
#[test]
fn a_tree_may_be_deep() {
    let root = CancellationToken::new();
    let mut leaf = root.clone();
    for _ in 0..200_000 {
        leaf = leaf.child_token();
    }
    root.cancel();
    assert!(leaf.is_cancelled());
    drop(root);
    drop(leaf);
    let mut leaf = CancellationToken::new();
    for _ in 0..200_000 {
        leaf = leaf.child_token();
    }
    drop(leaf);
}

#[test]
fn running_until_it_is_cancelled() {
    let token = CancellationToken::new();
    assert_eq!(at_once(token.run_until_cancelled(ready(1))), Some(1));
    let mut running = waiting(token.run_until_cancelled(pending::<i32>()));
    token.cancel();
    assert_eq!(running.ready(), None);
    let polled = Cell::new(false);
    let future = poll_fn(|_| {
        polled.set(true);
        Poll::Ready(2)
    });
    assert_eq!(at_once(token.run_until_cancelled(future)), None);
    assert!(!polled.get());
}

#[test]
fn what_is_done_at_the_same_time_is_done() {
    let token = CancellationToken::new();
    let done = Cell::new(false);
    let mut running = waiting(token.run_until_cancelled(poll_fn(|_| match done.get() {
        true => Poll::Ready(1),
        false => Poll::Pending,
    })));
    done.set(true);
    token.cancel();
    assert_eq!(running.ready(), Some(1));

    let token = CancellationToken::new();
    let cancels_itself = poll_fn(|_| {
        token.cancel();
        Poll::<i32>::Pending
    });
    assert_eq!(at_once(token.run_until_cancelled(cancels_itself)), None);
}

#[test]
fn a_guard_cancels_unless_it_is_disarmed() {
    let token = CancellationToken::new();
    assert!(!token.clone().drop_guard().disarm().is_cancelled());
    let guard = token.clone().drop_guard();
    block_on(async {
        let task = spawn(async move {
            let _guard = guard;
            panic!("a task that fails");
        });
        token.cancelled().await;
        assert!(task.await.is_err());
    });
}
