//! A gate that keeps every thread of a pool busy until it is opened.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::sync::{Arc, Barrier, Condvar, Mutex};

use executor::{Blocking, unblock};

/// The bound on threads that the crate documents in its source.
pub(crate) const MAX_THREADS: usize = 128;

#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub(crate) fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    fn pass(&self) {
        let closed = self.0.0.lock().unwrap();
        drop(self.0.1.wait_while(closed, |open| !*open).unwrap());
    }

    /// Fills the pool of the current executor; when this returns, each of its threads stands at the gate.
    pub(crate) fn occupy(&self) -> Vec<Blocking<()>> {
        self.occupy_some(MAX_THREADS)
    }

    /// As above, for a pool of fewer threads, or a part of it.
    pub(crate) fn occupy_some(&self, threads: usize) -> Vec<Blocking<()>> {
        let all_here = Arc::new(Barrier::new(threads + 1));
        let jobs = (0..threads).map(|_| {
            let (gate, all_here) = (self.clone(), all_here.clone());
            let job = unblock(move || {
                all_here.wait();
                gate.pass();
            });
            job.unwrap()
        });
        let jobs = jobs.collect();
        all_here.wait();
        jobs
    }

    /// Opens it, and waits until all are through.
    pub(crate) async fn let_through(&self, jobs: Vec<Blocking<()>>) {
        self.open();
        for job in jobs {
            job.await.expect("they only wait");
        }
    }
}
