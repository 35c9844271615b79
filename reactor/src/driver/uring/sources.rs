//! Readiness and accepting on the ring: a poll for each source that is waited for, an accept for each listener.

use std::io;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};

use io_uring::opcode::{AcceptMulti, PollAdd};
use io_uring::types::Fd;

use super::entries::Entry;
use super::queues::{PATIENCE, Queues};
use super::watch::{Accepting, MOST_CAME, NOWHERE, Watch, flags, readiness};
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
        let (interest, old) = (watch.widened(interest), watch.poll);
        if old != NOWHERE {
            let had = watch.interest;
            if (had.read || !interest.read) && (had.write || !interest.write) {
                return Ok(());
            }
            watch.poll = NOWHERE;
            self.end(old as usize);
        }
        if let Some(watch) = self.watch(key) {
            watch.interest = interest;
        }
        if interest != Interest::NONE {
            self.poll(key);
        }
        Ok(())
    }

    /// Ends all that is under way on a source, and waits for it: the system has a share of a file until then, and
    /// closing the descriptor would not close the connection.
    pub(super) fn remove(&mut self, key: SourceKey) {
        let Some(watch) = self.watch(key) else {
            return;
        };
        let (poll, operations) = (watch.poll, watch.operations);
        let accept = watch.accepting.as_ref().map(|accepting| accepting.entry);
        let mut ending: Vec<usize> = Vec::new();
        if operations > 0 {
            let of_this = |entry: &Entry| matches!(entry, Entry::Operation(one) if one.key == key);
            let all = self.entries.iter();
            ending.extend(all.filter(|(_, entry)| of_this(entry)).map(|(at, _)| at));
        }
        let others = [poll, accept.unwrap_or(NOWHERE)];
        ending.extend(
            others
                .iter()
                .filter(|at| **at != NOWHERE)
                .map(|at| *at as usize),
        );
        ending.retain(|at| !self.end(*at));
        if !ending.is_empty() {
            self.settle(key, ending);
        }
        self.watches[key.index()] = None;
        self.reports.retain(|report| report.key != key);
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

    /// The next connection. If there is none, they are accepted from now on.
    pub(super) fn next_accepted(
        &mut self,
        key: SourceKey,
        fd: RawFd,
    ) -> Option<io::Result<OwnedFd>> {
        let accepting = self.watch(key)?.accepting.get_or_insert_with(|| {
            Box::new(Accepting {
                entry: NOWHERE,
                came: Default::default(),
            })
        });
        let next = accepting.came.pop_front();
        if next.is_none() && accepting.entry == NOWHERE {
            let at = self.entries.insert(Entry::Accept { key, ticket: 0 });
            let accept = AcceptMulti::new(Fd(fd)).flags(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC);
            let ticket = self.put(accept.build(), at);
            self.entries[at] = Entry::Accept { key, ticket };
            if let Some(Watch {
                accepting: Some(accepting),
                ..
            }) = self.watch(key)
            {
                accepting.entry = at as u32;
            }
        }
        next
    }

    /// Begins to poll a source for what its watch says.
    fn poll(&mut self, key: SourceKey) {
        let at = self.entries.insert(Entry::Poll { key, ticket: 0 });
        let Some(watch) = self.watch(key) else {
            return;
        };
        watch.poll = at as u32;
        let edges = watch.trigger() == Trigger::Edge;
        let poll = PollAdd::new(Fd(watch.fd), flags(watch.interest)).multi(edges);
        let ticket = self.put(poll.build(), at);
        self.entries[at] = Entry::Poll { key, ticket };
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
        // What is wrong with a source shows in the next call on it, in either direction.
        let readiness = match result {
            0.. => readiness(result),
            _ => Readiness::READ | Readiness::WRITE,
        };
        let goes_on = !more && result >= 0 && watch.trigger() == Trigger::Edge && !ends;
        self.reports.push(Report { key, readiness });
        if goes_on {
            self.poll(key);
        }
    }

    pub(super) fn accepted(&mut self, key: SourceKey, at: usize, result: i32, more: bool) {
        if !more {
            self.entries.remove(at);
        }
        let came = match result {
            // SAFETY: the system has just made it for us, and told nobody else.
            0.. => Ok(unsafe { OwnedFd::from_raw_fd(result) }),
            _ => Err(io::Error::from_raw_os_error(-result)),
        };
        let Some(Watch {
            accepting: Some(accepting),
            ..
        }) = self.watch(key)
        else {
            return; // The listener is gone, and the connection with it.
        };
        if !more {
            accepting.entry = NOWHERE;
        }
        let was_ended =
            matches!(&came, Err(error) if error.raw_os_error() == Some(libc::ECANCELED));
        if !was_ended {
            accepting.came.push_back(came);
        }
        let (crowded, entry) = (accepting.came.len() == MOST_CAME, accepting.entry);
        let readiness = Readiness::READ;
        self.reports.push(Report { key, readiness });
        if crowded && entry != NOWHERE {
            self.end(entry as usize);
        }
    }
}
