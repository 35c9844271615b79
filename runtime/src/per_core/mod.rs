//! A runtime for each of several threads; what they do, and what they share, it does not know.
//!
//! ```text
//!    caller   starts n threads ──▶ waits until each has a runtime ──▶ lets them go ──▶ joins them all, in order
//!    thread   is bound to its CPU, and builds its runtime ──▶ waits ──▶ runs its main future ──▶ ends
//! ```

mod os;

use std::future::Future;
use std::io;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, Scope, ScopedJoinHandle};

use self::os::Cpu;
use crate::enter::Running;
use crate::runtime::Runtime;

/// Runs so many runtimes, each on a thread of its own, and gives what their futures have given, in their order.
///
/// It is how this runtime uses more than one core: nothing is shared but what the program shares, and a task never
/// changes its thread. `main` is called once on each thread and makes the future that is run there; the future need
/// not be `Send`. All threads begin when all of them are there. A server listens on each of them, on the same port
/// (`TcpSocket::set_reuseport`, on Unix), and the system spreads the connections over them.
///
/// On Linux each thread is bound to one of the CPUs that the calling thread may use, one after the other; if there are
/// more threads than CPUs, it begins anew. Threads that a bound thread starts, as those for blocking work, inherit
/// that. Where binding is refused, and on other systems, the threads are not bound, and all goes on.
/// [`std::thread::available_parallelism`] says how many threads are of use.
///
/// A thread that has ended does not end the others. To end them all, let them know: by an atomic flag, or a channel
/// that works across threads.
///
/// # Errors
/// What the system says if a thread cannot be started or its runtime cannot be built. Then `main` was not called at
/// all, and nothing is left running.
///
/// # Panics
/// If a future has panicked, or `main`, with that panic, when all threads have ended; if several have, with that of the
/// first one in their order. If `threads` is 0. Inside of a runtime, because it would stop the loop that runs the
/// task.
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// let next = AtomicUsize::new(1);
/// let mut numbers = runtime::per_core(2, || async {
///     runtime::task::yield_now().await; // All of the runtime works here, on this thread.
///     next.fetch_add(1, Ordering::Relaxed) // Threads may borrow from the function around them.
/// })?;
/// numbers.sort();
/// assert_eq!(numbers, [1, 2]);
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn per_core<F, T>(threads: usize, main: impl Fn() -> F + Sync) -> io::Result<Vec<T>>
where
    F: Future<Output = T>,
    T: Send,
{
    assert!(
        threads > 0,
        "`per_core` was called for 0 threads: ask for 1 at least, for instance `std::thread::available_parallelism()`"
    );
    assert!(
        !Running::is_on(),
        "`per_core` was called inside of a runtime: it would stop the loop that runs this task. Call it in the \
         program's own code, or in `spawn_blocking`"
    );
    let cpus = os::usable();
    let ended = thread::scope(|scope| {
        let crew = Crew::start(scope, threads, &cpus, &main)?;
        Ok(crew.run())
    });
    let ended: io::Result<Vec<thread::Result<T>>> = ended;
    let mut results = Vec::with_capacity(threads);
    for result in ended? {
        results.push(result.unwrap_or_else(|panic| resume_unwind(panic)));
    }
    Ok(results)
}

/// The threads, each with a runtime, and waiting to be let go. If it is dropped they end.
struct Crew<'scope, T> {
    threads: Vec<ScopedJoinHandle<'scope, Option<T>>>,
    go: Vec<Sender<()>>,
}

impl<'scope, T: Send> Crew<'scope, T> {
    fn start<'env, F: Future<Output = T>>(
        scope: &'scope Scope<'scope, 'env>,
        count: usize,
        cpus: &'scope [Cpu],
        main: &'scope (impl Fn() -> F + Sync),
    ) -> io::Result<Self>
    where
        T: 'scope,
    {
        let (tell, built) = channel();
        let mut crew = Crew {
            threads: Vec::with_capacity(count),
            go: Vec::with_capacity(count),
        };
        for number in 0..count {
            let (go, may_go) = channel();
            let (tell, cpu) = (tell.clone(), cpus.iter().cycle().nth(number));
            let thread = thread::Builder::new().name(format!("runtime-{number}"));
            let body = move || follow(cpu, tell, &may_go, main);
            crew.threads.push(thread.spawn_scoped(scope, body)?);
            crew.go.push(go);
        }
        drop(tell);
        // It ends when each has told, or has panicked.
        built.iter().collect::<io::Result<()>>()?;
        Ok(crew)
    }

    /// What each has given, in their order, when all have ended.
    fn run(self) -> Vec<thread::Result<T>> {
        for go in &self.go {
            let _ = go.send(()); // It fails if that thread has panicked.
        }
        let ended = self.threads.into_iter().map(ScopedJoinHandle::join);
        let given = |result: Option<T>| result.expect("it was let go");
        ended.map(|ended| ended.map(given)).collect()
    }
}

/// What a thread does. `None` if it was not let go.
fn follow<F: Future>(
    cpu: Option<&Cpu>,
    tell: Sender<io::Result<()>>,
    may_go: &Receiver<()>,
    main: impl Fn() -> F,
) -> Option<F::Output> {
    if let Some(cpu) = cpu {
        cpu.bind_this_thread();
    }
    let (runtime, told) = match Runtime::new() {
        Ok(runtime) => (Some(runtime), Ok(())),
        Err(error) => (None, Err(error)),
    };
    let _ = tell.send(told);
    drop(tell);
    let runtime = runtime?;
    may_go.recv().ok()?;
    Some(runtime.block_on(async { main().await }))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use super::*;

    /// As when the last thread cannot be started: the scope would wait for the others for ever.
    #[test]
    fn a_crew_that_is_not_let_go_ends_without_a_word() {
        let called = AtomicUsize::new(0);
        let main = || async { called.fetch_add(1, SeqCst) };
        thread::scope(|scope| drop(Crew::start(scope, 3, &[], &main).unwrap()));
        assert_eq!(called.load(SeqCst), 0);
    }
}
