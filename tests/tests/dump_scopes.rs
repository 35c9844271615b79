//! The children of scopes stand in a dump, below the task that polls them.

use std::future::{Future, pending};
use std::pin::Pin;
use std::task::{Context, Poll};

use runtime::dump::{Reason, TaskDump, TaskState, Who};
use runtime::task::{scope, yield_now};
use runtime::{block_on, dump, spawn};

fn children(task: &TaskDump) -> Vec<(Who, TaskState, u32)> {
    let children = task.children().iter();
    children
        .map(|child| (child.who(), child.state(), child.polls()))
        .collect()
}

#[test]
fn the_children_of_a_scope_stand_below_their_task() {
    block_on(async {
        let task = spawn(scope(async |s| {
            let ended = s.spawn(async {});
            let lost = s.spawn(pending::<()>());
            s.spawn(async move {
                yield_now().await;
                lost.await.unwrap();
            });
            ended.await.unwrap();
            s.spawn(scope(async |inner| {
                inner.spawn(pending::<()>());
            }));
            pending::<()>().await;
        }));
        for _ in 0..8 {
            yield_now().await;
        }
        let dump = dump();
        let task = dump.task(task.id()).unwrap();
        let waiting = TaskState::Waiting;
        let expected = [
            (Who::Child(1), TaskState::Lost, 1),
            (Who::Child(2), waiting, 2),
            (Who::Child(3), waiting, 2),
        ];
        assert_eq!(children(task), expected, "{dump}");
        assert_eq!(
            children(&task.children()[2]),
            [(Who::Child(0), TaskState::Lost, 1)]
        );
        assert_eq!(
            task.waits_for(),
            [Reason::Scope { children: 3 }, Reason::Nobody]
        );
        assert_eq!(task.children()[1].waits_for(), [Reason::Child(1)]);
        let place = task.children()[0].spawned_at().unwrap();
        assert_eq!((place.file(), place.column()), (file!(), 26));
    });
}

#[test]
fn a_child_sees_itself_running_in_its_running_task() {
    block_on(async {
        let seen = spawn(scope(async |s| {
            s.spawn(async {
                scope(async |inner| {
                    let deepest = inner.spawn(async { dump() });
                    deepest.await.unwrap()
                })
                .await
            })
            .await
            .unwrap()
        }));
        let id = seen.id();
        let dump = seen.await.unwrap();
        let task = dump.task(id).unwrap();
        let running = TaskState::Running;
        assert_eq!(
            (task.state(), children(task)),
            (running, vec![(Who::Child(0), running, 2)])
        );
        assert_eq!(
            children(&task.children()[0]),
            [(Who::Child(0), running, 1)],
            "{dump}"
        );
        assert_eq!(dump.tasks().len(), 2, "no scope stands alone: {dump}");
    });
}

#[test]
fn a_scope_behind_other_wakers_stands_alone() {
    use futures_util::stream::{FuturesUnordered, StreamExt};
    block_on(async {
        let mut futures = FuturesUnordered::new();
        futures.push(scope(async |s| {
            s.spawn(pending::<()>());
        }));
        let first = futures.next();
        let mut first = std::pin::pin!(first);
        std::future::poll_fn(|cx| {
            assert!(first.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
        let dump = dump();
        let scope = dump.tasks().last().unwrap();
        assert_eq!((scope.who(), scope.spawned_at()), (Who::Scope, None));
        assert_eq!(children(scope), [(Who::Child(0), TaskState::New, 0)]);
    });
}

#[test]
fn a_scope_that_is_over_or_was_dropped_is_there_no_more() {
    block_on(async {
        let mut dropped = Box::pin(scope(async |s| {
            s.spawn(pending::<()>());
        }));
        let polled = |future: Pin<&mut dyn Future<Output = ()>>, cx: &mut Context<'_>| {
            assert!(future.poll(cx).is_pending());
            Poll::Ready(())
        };
        std::future::poll_fn(|cx| polled(dropped.as_mut(), cx)).await;
        assert_eq!(dump().tasks()[0].children().len(), 1);
        drop(dropped);
        scope(async |s| {
            s.spawn(yield_now());
        })
        .await;
        assert!(dump().tasks()[0].children().is_empty());
    });
}
