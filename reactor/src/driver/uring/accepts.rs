//! Accepting on the ring: one accept gives a listener's connections, one after the other, for as long as somebody asks.

use std::io;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};

use io_uring::opcode::AcceptMulti;
use io_uring::types::Fd;

use super::entries::Entry;
use super::queues::Queues;
use super::watch::{Accepting, NOWHERE, Watch};
use crate::driver::Report;
use crate::driver::completion::Accepted;
use crate::key::SourceKey;
use crate::readiness::Readiness;

impl Queues {
    fn accepting(&mut self, key: SourceKey) -> Option<&mut Accepting> {
        self.watch(key)?.accepting.as_deref_mut()
    }

    pub(super) fn next_accepted(&mut self, key: SourceKey) -> Accepted {
        let Some(accepting) = self.accepting(key) else {
            return Accepted::Idle;
        };
        if let Some(next) = accepting.came.pop_front() {
            accepting.asked = false;
            return Accepted::Came(next);
        }
        if accepting.entry == NOWHERE {
            return Accepted::Idle;
        }
        accepting.asked = true;
        Accepted::UnderWay
    }

    pub(super) fn accept(&mut self, key: SourceKey, fd: RawFd) {
        let at = self.entries.vacant_key();
        let Some(watch) = self.watch(key) else {
            return;
        };
        let accepting = watch.accepting.get_or_insert_default();
        (accepting.entry, accepting.asked) = (at as u32, true);
        let accept = AcceptMulti::new(Fd(fd)).flags(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC);
        let ticket = self.put(accept.build(), at as u64);
        self.entries.insert(Entry::Accept { key, ticket });
        if !self.listeners.contains(&key) {
            self.listeners.push(key);
        }
    }

    /// One who waited has gone. The end of the accept is reported, and the others ask again.
    pub(super) fn stop_asking(&mut self, key: SourceKey) {
        if let Some(accepting) = self.accepting(key) {
            accepting.asked = false;
        }
    }

    /// Ends the accepts that nobody asks for any more.
    pub(super) fn end_idle_accepts(&mut self) {
        let mut at = 0;
        while let Some(&key) = self.listeners.get(at) {
            let under_way = self.accepting(key).filter(|it| it.entry != NOWHERE);
            match under_way {
                Some(accepting) if accepting.asked => at += 1,
                idle => {
                    let entry = idle.map(|accepting| accepting.entry);
                    self.listeners.swap_remove(at);
                    if let Some(entry) = entry {
                        self.end(entry as usize);
                    }
                }
            }
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
        if !more && accepting.entry == at as u32 {
            accepting.entry = NOWHERE;
        }
        let ended = Some(libc::ECANCELED);
        if !matches!(&came, Err(error) if error.raw_os_error() == ended) {
            accepting.came.push_back(came);
        }
        let readiness = Readiness::READ;
        self.reports.push(Report { key, readiness });
    }
}
