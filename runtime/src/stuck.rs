//! Whether anything can ever happen again: looked at when the loop is about to wait without an end.
//!
//! A task is polled when its waker was called, so whoever can call one can set the loop in motion: a timer, a source, a
//! blocking job, a `Remote`, or anybody who has a share of the waker. Shares are counted. Those of a task's slot and of
//! our own joiners are known: a joiner is called by the end of a task, which nobody polls. If there is no other share
//! of any waker, and nothing else, the loop would wait for ever. The first thing that says otherwise ends the search.

use std::cell::Cell;
use std::io::{self, Write};
use std::time::Duration;

use executor::{Executor, Id, TaskRecord, TaskState, WakerId};

use crate::holders::{self, Held, HeldChild};
use crate::runtime::Runtime;

/// What [`Runtime::block_on`] does when it would wait for ever: nobody can wake its future, nor any task.
///
/// Such a program hangs: two tasks await each other's handles, a future has dropped its waker, a task that was awaited
/// waits for nothing. This runtime sees it where it can prove it, and says which tasks there are and what each waits
/// for. See [`Builder::when_stuck`](crate::Builder::when_stuck) for what is seen.
///
/// ```
/// use runtime::{Runtime, WhenStuck};
///
/// let runtime = Runtime::builder().when_stuck(WhenStuck::Panic).build()?;
/// let hangs = || runtime.block_on(std::future::pending::<()>());
/// let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(hangs)).unwrap_err();
/// assert!(panic.downcast_ref::<String>().unwrap().contains("would wait for ever"));
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenStuck {
    /// Panic at the caller's line, with a [dump](crate::dump::Dump) of the tasks.
    #[default]
    Panic,
    /// Print the dump to standard error and wait; again only when something has been polled in between.
    Report,
    /// Wait without a word, and do not look.
    Wait,
}

/// How long it waits for jobs that nobody awaits, before it looks again.
const FOR_JOBS: Duration = Duration::from_secs(1);

/// One who looks.
#[derive(Debug, Default)]
pub(crate) struct Watchman {
    when: WhenStuck,
    /// The share that could not be explained the last time: while it is there, nothing else needs to be looked at.
    witness: Cell<Option<Witness>>,
    /// The polls that there had been at the last report.
    reported: Cell<Option<u64>>,
}

/// A task whose waker somebody else has, as it was seen. Its place and its waker may be another's by now, so it is its
/// number that tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Witness {
    place: u32,
    task: Option<Id>,
    polls: u32,
    shares: usize,
}

impl Witness {
    fn new(place: u32, record: &TaskRecord) -> Self {
        Witness {
            place,
            task: record.task,
            polls: record.polls,
            shares: record.shares,
        }
    }
}

impl Watchman {
    pub(crate) fn new(when: WhenStuck) -> Self {
        Watchman {
            when,
            ..Watchman::default()
        }
    }

    /// A loop begins. Its future has no number, by which it could be told from that of the loop before.
    pub(crate) fn begin(&self) {
        self.witness.set(None);
    }

    /// The loop is about to wait. How long at most, if not without an end.
    #[track_caller]
    #[inline]
    pub(crate) fn look(&self, runtime: &Runtime) -> Option<Duration> {
        if self.when == WhenStuck::Wait || runtime.reactor.expects() {
            return None;
        }
        if !self.is_stuck(&runtime.executor) {
            return None;
        }
        if runtime.executor.jobs() > 0 {
            // They have nobody to wake, but they are not over. Nothing else can happen meanwhile, and it is not the
            // reactor that waits: a manual clock would move.
            runtime.executor.wait_for_jobs(FOR_JOBS);
            return Some(Duration::ZERO);
        }
        match self.when {
            WhenStuck::Panic => panic!("{}\n{}", words(), runtime.dump()),
            WhenStuck::Report => self.report(runtime),
            WhenStuck::Wait => {}
        }
        None
    }

    fn report(&self, runtime: &Runtime) {
        let dump = runtime.dump();
        let root = dump.tasks().first().map_or(0, |root| root.polls().into());
        if self.is_news(runtime.executor.metrics().polls + root) {
            // Who has closed standard error does not want to hear it.
            let _ = writeln!(io::stderr(), "{}\n{dump}", words());
        }
    }

    /// A wait may end for nothing. It is the same state until something has been polled.
    fn is_news(&self, polls: u64) -> bool {
        self.reported.replace(Some(polls)) != Some(polls)
    }

    /// What is not in the reactor: first what is asked quickly. The inbox comes last: who gave up his share while we
    /// counted has left his letter there before.
    #[cold]
    fn is_stuck(&self, executor: &Executor) -> bool {
        if executor.remotes() > 0 || self.witness_is_there(executor) {
            return false;
        }
        let held = holders::held();
        let explained = Explained::new(executor, &held);
        self.explains_tasks(executor, &explained)
            && held.iter().all(|held| explained.explains(held))
            && !executor.has_ready()
    }

    fn witness_is_there(&self, executor: &Executor) -> bool {
        self.witness.get().is_some_and(|witness| {
            let record = executor.record(witness.place);
            record.is_some_and(|record| Witness::new(witness.place, &record) == witness)
        })
    }

    fn explains_tasks(&self, executor: &Executor, explained: &Explained) -> bool {
        // Past the witness that has gone: it may be busy, and another one rests for longer.
        let places = executor.places();
        let begin = self.witness.take().map_or(0, |witness| witness.place + 1);
        for place in (begin..places).chain(0..begin.min(places)) {
            let Some(record) = executor.record(place) else {
                continue;
            };
            let (state, waker) = (record.state, record.waker);
            if !waker.is_some_and(|waker| explained.is_all(state, waker, record.shares)) {
                self.witness.set(Some(Witness::new(place, &record)));
                return false;
            }
        }
        true
    }
}

/// The wakers that our own joiners hold, in order; each as often as it is held.
struct Explained(Vec<WakerId>);

impl Explained {
    fn new(executor: &Executor, held: &[Held]) -> Self {
        let records = (0..executor.places()).filter_map(|place| executor.record(place));
        let mut wakers: Vec<_> = records.filter_map(|record| record.joiner).collect();
        for held in held {
            match held {
                Held::Set { waiter, .. } => wakers.extend(*waiter),
                Held::Scope(scope) => {
                    wakers.extend(scope.parent);
                    let residents = scope.body.iter().chain(&scope.children);
                    wakers.extend(residents.filter_map(|child| child.joiner));
                }
            }
        }
        wakers.sort_unstable();
        Explained(wakers)
    }

    /// True when whoever waits has so many shares abroad as we know of.
    fn is_all(&self, state: TaskState, waker: WakerId, shares: usize) -> bool {
        let waits = matches!(state, TaskState::Waiting | TaskState::Lost);
        let begin = self.0.partition_point(|known| *known < waker);
        let known = (self.0[begin..].iter()).take_while(|known| **known == waker);
        waits && known.count() == shares
    }

    fn explains(&self, held: &Held) -> bool {
        let is_all = |child: &HeldChild| self.is_all(child.state, child.waker, child.shares);
        match held {
            Held::Set { .. } => true,
            Held::Scope(scope) => scope.body.iter().chain(&scope.children).all(is_all),
        }
    }
}

/// In lines that a terminal need not break.
fn words() -> &'static str {
    "`block_on` would wait for ever: nobody is left who could wake its future, or any task.\n\
     Look below for one that waits for nobody, or for tasks that wait for each other.\n\
     If this is meant, `Builder::when_stuck(WhenStuck::Wait)` has the runtime wait.\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_reported_once() {
        let watchman = Watchman::new(WhenStuck::Report);
        assert!(watchman.is_news(0));
        assert!(!watchman.is_news(0), "nothing was polled");
        assert!(watchman.is_news(1));
    }

    /// It was posted when the inbox had just been found empty, and its `Remote` has gone since.
    #[test]
    fn a_recipe_on_its_way_is_seen() {
        let runtime = Runtime::new().unwrap();
        let watchman = Watchman::default();
        assert!(watchman.is_stuck(&runtime.executor));
        drop(runtime.remote().spawn(|| async {}));
        assert!(!watchman.is_stuck(&runtime.executor));
    }
}
