//! Readiness on the ring: a poll for each source that is waited for, ended before the source is closed.

use std::io;

use io_uring::opcode::PollAdd;
use io_uring::types::Fd;

use super::entries::Entry;
use super::queues::{PATIENCE, Queues};
use super::watch::{NOWHERE, Watch, flags, readiness};
use crate::driver::{Report, Trigger};
use crate::key::SourceKey;
use crate::readiness::{Interest, Readiness};

impl Queues {
    pub(super) fn watch(&mut self, key: SourceKey) -> Option<&mut Watch> {
        let watch = self.watches.get_mut(key.index())?.as_mut()?;
        (watch.key == key).then_some(watch)
    }

    pub(super) fn add(&mut self, watch: Watch) {
        let at = watch.key.index();
        if self.watches.len() <= at {
            self.watches.resize_with(at + 1, || None);
        }
        self.watches[at] = Some(watch);
    }

    pub(super) fn modify(&mut self, key: SourceKey, interest: Interest) -> io::Result<()> {
        let Some(watch) = self.watch(key) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        if let Some(refusal) = watch.refusal.take() {
            return Err(io::Error::from_raw_os_error(refusal));
        }
        let (interest, old) = (watch.widened(interest), watch.poll);
        if old != NOWHERE {
            let had = watch.interest;
            if interest != Interest::NONE
                && (had.read || !interest.read)
                && (had.write || !interest.write)
            {
                return Ok(());
            }
            watch.poll = NOWHERE;
        }
        watch.interest = interest;
        if old != NOWHERE {
            self.end(old as usize);
        }
        self.poll(key);
        Ok(())
    }

    /// Begins to poll a source for what its watch says.
    fn poll(&mut self, key: SourceKey) {
        let at = self.entries.vacant_key();
        let Some(watch) = self.watch(key) else {
            return;
        };
        if watch.interest == Interest::NONE {
            return;
        }
        watch.poll = at as u32;
        let edges = watch.trigger() == Trigger::Edge;
        let poll = PollAdd::new(Fd(watch.fd), flags(watch.interest)).multi(edges);
        let ticket = self.put(poll.build(), at as u64);
        self.entries.insert(Entry::Poll { key, ticket });
    }

    pub(super) fn polled(&mut self, key: SourceKey, at: usize, result: i32, more: bool) {
        if !more {
            self.entries.remove(at);
        }
        let ends = self.ends;
        let Some(watch) = self.watch(key).filter(|watch| watch.poll == at as u32) else {
            return; // It was ended, for another one, or with its source.
        };
        if !more {
            watch.poll = NOWHERE;
        }
        if result < 0 {
            watch.refusal = Some(-result);
            let readiness = Readiness::UNWATCHED;
            self.reports.push(Report { key, readiness });
            return;
        }
        let goes_on = !more && watch.trigger() == Trigger::Edge && !ends;
        let readiness = readiness(result);
        self.reports.push(Report { key, readiness });
        if goes_on {
            self.poll(key);
        }
    }

    /// Ends all that is under way on a source, and waits for it: the system has a share of a file until then, and
    /// closing the descriptor would not close the connection.
    pub(super) fn remove(&mut self, key: SourceKey) {
        let Some(watch) = self.watch(key) else {
            return;
        };
        let poll = watch.poll;
        let accept = watch.accepting.as_ref().map(|accepting| accepting.entry);
        let known = watch.operations.all();
        let mut ending: Vec<usize> = match known {
            Some(known) => known.map(|at| at as usize).collect(),
            None => self.operations_of(key),
        };
        let others = [Some(poll), accept].into_iter().flatten();
        let others = others.filter(|at| *at != NOWHERE);
        ending.extend(others.map(|at| at as usize));
        ending.retain(|at| !self.end(*at));
        if !ending.is_empty() {
            self.settle(key, ending);
        }
        let watch = self.watches[key.index()].take();
        self.released.extend(watch.map(|watch| watch.source));
        self.reports.retain(|report| report.key != key);
    }

    /// By a search of all, for a source with so many that it does not know them.
    fn operations_of(&self, key: SourceKey) -> Vec<usize> {
        let all = self.entries.iter();
        let of_this = |entry: &Entry| matches!(entry, Entry::Operation(one) if one.key == key);
        all.filter(|(_, entry)| of_this(entry))
            .map(|(at, _)| at)
            .collect()
    }

    fn settle(&mut self, key: SourceKey, mut ending: Vec<usize>) {
        for _ in 0..PATIENCE {
            // What it cannot do now is done by the next wait, or fails there.
            let _ = self.ring.enter(false, None);
            self.reap();
            ending.retain(|at| match self.entries.get(*at) {
                Some(Entry::Poll { key: whose, .. } | Entry::Accept { key: whose, .. }) => {
                    *whose == key
                }
                Some(Entry::Operation(one)) => one.key == key && !one.is_over(),
                Some(Entry::Bell) | None => false,
            });
            if ending.is_empty() {
                return;
            }
        }
    }
}
