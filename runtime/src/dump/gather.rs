//! Makes a dump: puts together what the executor, the reactor and the holders know, by the wakers that they keep.

use std::collections::BTreeMap;

use executor::{Census, TaskRecord, TaskState, WakerId};
use reactor::{Direction, Handle, SourceKind, Wait};

use super::{Dump, LastWake, Reason, TaskDump, Who, World};
use crate::holders::{self, Held, HeldChild, HeldScope};

pub(super) fn dump(census: Census, reactor: &Handle) -> Dump {
    let held = holders::held();
    let mut reasons = Reasons::default();
    reasons.add_waits(reactor);
    reasons.add_joins(&census.tasks);
    held.iter().for_each(|held| reasons.add_held(held));

    let scopes = held.into_iter().filter_map(|held| match held {
        Held::Scope(scope) => Some(scope),
        Held::Set { .. } => None,
    });
    let mut families = Families {
        scopes: scopes.collect(),
        reasons,
    };
    let tasks = census.tasks.iter();
    let mut tasks: Vec<_> = tasks.map(|record| families.task(record)).collect();
    tasks.extend(families.strangers());
    let metrics = reactor.metrics();
    Dump {
        tasks,
        world: World {
            driver: reactor.driver_name(),
            timers: metrics.timers,
            sources: metrics.sources,
            operations: metrics.operations,
            jobs: census.jobs,
            remotes: census.remotes,
        },
    }
}

/// What is waited for, by the waker that waits for it.
#[derive(Default)]
struct Reasons(BTreeMap<WakerId, Vec<Reason>>);

impl Reasons {
    fn add(&mut self, waker: Option<WakerId>, reason: Reason) {
        if let Some(waker) = waker {
            self.0.entry(waker).or_default().push(reason);
        }
    }

    fn add_waits(&mut self, reactor: &Handle) {
        let now = reactor.now();
        reactor.each_wait(&mut |waker, wait| {
            let reason = match wait {
                Wait::Timer { deadline } => Reason::Timer {
                    left: deadline.duration_since(now),
                },
                Wait::Source {
                    descriptor,
                    kind,
                    direction,
                } => Reason::Source {
                    kind: name_of(kind),
                    descriptor,
                    to_write: direction == Direction::Write,
                },
                _ => Reason::Operation,
            };
            self.add(Some(WakerId::of(waker)), reason);
        });
    }

    fn add_joins(&mut self, records: &[TaskRecord]) {
        for record in records {
            if let Some(id) = record.task {
                self.add(record.joiner, Reason::Task(id));
            }
        }
    }

    fn add_held(&mut self, held: &Held) {
        match held {
            Held::Set { waiter, tasks } => self.add(*waiter, Reason::Set { tasks: *tasks }),
            Held::Scope(scope) => {
                let children = scope.children.len();
                self.add(scope.parent, Reason::Scope { children });
                for child in &scope.children {
                    self.add(child.joiner, Reason::Child(child.number));
                }
            }
        }
    }

    /// What whoever has this waker waits for, of which others have so many shares.
    fn of(&self, state: TaskState, waker: Option<WakerId>, shares: usize) -> Vec<Reason> {
        match state {
            TaskState::New | TaskState::Ready | TaskState::Running => return Vec::new(),
            TaskState::Lost => return vec![Reason::Nobody],
            TaskState::Waiting => {}
        }
        let known = waker.and_then(|waker| self.0.get(&waker));
        let mut reasons = known.cloned().unwrap_or_default();
        let unknown = shares.saturating_sub(reasons.len());
        if unknown > 0 {
            reasons.push(Reason::Somebody { shares: unknown });
        }
        reasons
    }
}

fn name_of(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::TcpStream => "TCP stream",
        SourceKind::UnixStream => "Unix stream",
        SourceKind::Listener => "listener",
        SourceKind::Datagram => "datagram socket",
        SourceKind::Other => "descriptor",
    }
}

/// The scopes that are not placed yet, and what everybody waits for.
struct Families {
    scopes: Vec<HeldScope>,
    reasons: Reasons,
}

impl Families {
    fn task(&mut self, record: &TaskRecord) -> TaskDump {
        let waits_for = (self.reasons).of(record.state, record.waker, record.shares);
        let task = TaskDump {
            who: record.task.map_or(Who::BlockOn, Who::Task),
            location: Some(record.location),
            state: record.state,
            polls: record.polls,
            last_wake: record.last_wake.map(|wake| LastWake {
                polls_ago: wake.turns_ago,
                from_away: wake.from_away,
            }),
            waits_for,
            children: Vec::new(),
        };
        self.with_scopes(task, record.waker)
    }

    fn child(&mut self, child: &HeldChild) -> TaskDump {
        let task = TaskDump {
            who: Who::Child(child.number),
            location: child.location,
            state: child.state,
            polls: child.polls,
            last_wake: None,
            waits_for: (self.reasons).of(child.state, Some(child.waker), child.shares),
            children: Vec::new(),
        };
        self.with_scopes(task, Some(child.waker))
    }

    /// The task with the children of all scopes that it polls. What a scope's body waits for, the task does.
    fn with_scopes(&mut self, mut task: TaskDump, waker: Option<WakerId>) -> TaskDump {
        while let Some(scope) = self.take(|scope| waker.is_some() && scope.owner == waker) {
            if let (Some(body), TaskState::Waiting) = (&scope.body, task.state) {
                let waits = (self.reasons).of(body.state, Some(body.waker), body.shares);
                task.waits_for.extend(waits);
            }
            for child in &scope.children {
                let child = self.child(child);
                task.children.push(child);
            }
            // A scope within the body is the task's own, too.
            task = self.with_scopes(task, scope.body.map(|body| body.waker));
        }
        task
    }

    /// The scopes that nobody here was seen to poll.
    fn strangers(&mut self) -> Vec<TaskDump> {
        let mut strangers = Vec::new();
        while let Some(scope) = self.take(|_| true) {
            let waker = scope.owner;
            let task = TaskDump {
                who: Who::Scope,
                location: None,
                state: match scope.is_running {
                    true => TaskState::Running,
                    false => TaskState::Waiting,
                },
                polls: 0,
                last_wake: None,
                waits_for: Vec::new(),
                children: Vec::new(),
            };
            self.scopes.push(scope);
            strangers.push(self.with_scopes(task, waker));
        }
        strangers
    }

    fn take(&mut self, test: impl Fn(&HeldScope) -> bool) -> Option<HeldScope> {
        let at = self.scopes.iter().position(test)?;
        Some(self.scopes.remove(at))
    }
}
