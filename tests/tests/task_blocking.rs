//! Blocking work with a task's handle: its value, its panic, its abort, and what becomes of it at the end.

mod gate;

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::pin::pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::task::{Context, Wake, Waker};
use std::thread;

use gate::Gate;
use runtime::future::poll_once;
use runtime::task::{AbortHandle, JoinHandle, ThreadBound, spawn_blocking, yield_now};
use runtime::time::Duration;
use runtime::{Runtime, block_on};

/// Nothing waits so long in a test that passes.
const PATIENCE: Duration = Duration::from_secs(60);

fn with_threads(threads: usize) -> Runtime {
    let builder = Runtime::builder().max_blocking_threads(threads);
    builder.build().unwrap()
}

/// Tells by its channel that it was dropped.
struct Captured(mpsc::Sender<&'static str>);

impl Drop for Captured {
    fn drop(&mut self) {
        let _ = self.0.send("dropped");
    }
}

/// A job that says that it runs, with something captured.
fn telling(told: &mpsc::Sender<&'static str>) -> JoinHandle<&'static str> {
    let captured = Captured(told.clone());
    spawn_blocking(move || {
        captured.0.send("run").unwrap();
        "its value"
    })
}

#[test]
fn the_value_comes_from_another_thread() {
    let home = thread::current().id();
    block_on(async {
        let job = spawn_blocking(|| (6 * 7, thread::current().id()));
        let (id, abort) = (job.id(), job.abort_handle());
        let (value, there) = job.await.unwrap();
        assert_eq!(value, 42);
        assert_ne!(there, home);
        assert!(abort.is_finished());
        assert_eq!(abort.id(), id);
        assert_ne!(spawn_blocking(|| ()).id(), id);
    });
}

#[test]
fn a_panic_is_an_error_and_costs_no_thread() {
    with_threads(1).block_on(async {
        for _ in 0..3 {
            let job = spawn_blocking(|| panic!("in the job"));
            let id = job.id();
            let error = job.await.unwrap_err();
            assert_eq!((error.id(), error.is_panic()), (id, true));
            assert_eq!(error.into_panic().downcast_ref(), Some(&"in the job"));
        }
        assert_eq!(spawn_blocking(|| 1).await.unwrap(), 1);
    });
}

#[test]
fn more_jobs_than_threads_wait_their_turn() {
    let gate = Gate::default();
    with_threads(2).block_on(async {
        let busy = gate.occupy_some(2);
        let at_once = Arc::new(AtomicUsize::new(0));
        let (send, told) = mpsc::channel();
        let jobs: Vec<_> = (0..100)
            .map(|number| {
                let (at_once, send) = (at_once.clone(), send.clone());
                spawn_blocking(move || {
                    assert!(at_once.fetch_add(1, SeqCst) < 2, "more than two at once");
                    send.send(number).unwrap();
                    at_once.fetch_sub(1, SeqCst);
                })
            })
            .collect();
        // Had another thread been started, it would be at work before those that are started now are.
        for _ in 0..20 {
            thread::spawn(|| ()).join().unwrap();
        }
        assert!(told.try_recv().is_err(), "no thread is free");
        gate.let_through(busy).await;
        for job in jobs {
            job.await.unwrap();
        }
        let mut numbers: Vec<_> = told.try_iter().collect();
        numbers.sort_unstable();
        assert_eq!(numbers, Vec::from_iter(0..100));
    });
}

#[test]
fn one_thread_takes_them_in_order() {
    let gate = Gate::default();
    with_threads(1).block_on(async {
        let busy = gate.occupy_some(1);
        let (send, told) = mpsc::channel();
        let jobs: Vec<_> = (0..100)
            .map(|number| {
                let send = send.clone();
                spawn_blocking(move || send.send(number).unwrap())
            })
            .collect();
        gate.let_through(busy).await;
        for job in jobs {
            job.await.unwrap();
        }
        assert_eq!(Vec::from_iter(told.try_iter()), Vec::from_iter(0..100));
    });
}

#[test]
fn an_unstarted_job_is_aborted_at_once() {
    let gate = Gate::default();
    with_threads(1).block_on(async {
        let busy = gate.occupy_some(1);
        let (send, told) = mpsc::channel();
        let mut job = telling(&send);
        assert!(poll_once(&mut job).await.is_none());
        let abort = job.abort_handle();
        assert!(!job.is_finished() && !abort.is_finished());
        abort.abort();
        // The gate is still closed: nobody waits for a thread.
        assert!(job.is_finished() && abort.is_finished());
        assert_eq!(Vec::from_iter(told.try_iter()), ["dropped"]);
        let error = (&mut job).await.unwrap_err();
        assert_eq!((error.id(), error.is_cancelled()), (job.id(), true));
        job.abort();

        // Whoever waits is woken.
        let waiting = telling(&send);
        let abort = waiting.abort_handle();
        let waiter = runtime::spawn(waiting);
        yield_now().await;
        abort.abort();
        assert!(waiter.await.unwrap().unwrap_err().is_cancelled());

        // A destructor that panics does so in vain.
        let panics = OnDrop(|| panic!("what the job captured"));
        let job = spawn_blocking(move || drop(panics));
        job.abort();
        assert!(job.await.unwrap_err().is_cancelled());

        gate.let_through(busy).await;
        assert_eq!(spawn_blocking(|| 1).await.unwrap(), 1);
        drop(send);
        assert_eq!(Vec::from_iter(told), ["dropped"], "the second");
    });
}

struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

#[test]
fn a_job_that_has_begun_is_not_to_be_stopped() {
    block_on(async {
        let (begin, begun) = mpsc::channel();
        let (go_on, may_go_on) = mpsc::channel();
        let job = spawn_blocking(move || {
            begin.send(()).unwrap();
            may_go_on.recv().unwrap()
        });
        begun.recv().unwrap();
        job.abort();
        assert!(!job.is_finished());
        go_on.send("its value").unwrap();
        assert_eq!(job.await.unwrap(), "its value");
    });
}

/// The waker of another executor's task may have the last share of that task, and with it anybody's destructor.
#[test]
fn the_drop_of_a_waker_may_ask_for_the_job() {
    struct Asks(ThreadBound<(AbortHandle, Rc<Cell<u32>>)>);
    impl Wake for Asks {
        fn wake(self: Arc<Self>) {}
    }
    impl Drop for Asks {
        fn drop(&mut self) {
            let (job, asked) = &*self.0;
            job.abort();
            assert!(job.is_finished());
            asked.set(asked.get() + 1);
        }
    }
    let gate = Gate::default();
    with_threads(1).block_on(async {
        let busy = gate.occupy_some(1);
        let mut job = pin!(spawn_blocking(|| ()));
        let asked = Rc::<Cell<u32>>::default();
        let asks = Asks(ThreadBound::new((job.abort_handle(), asked.clone())));
        let first = Waker::from(Arc::new(asks));
        assert!(
            job.as_mut()
                .poll(&mut Context::from_waker(&first))
                .is_pending()
        );
        drop(first);
        assert_eq!(asked.get(), 0, "the job has it");
        let second = job.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!((asked.get(), second.is_pending()), (1, true));
        assert!(matches!(poll_once(job).await, Some(Err(error)) if error.is_cancelled()));
        gate.let_through(busy).await;
    });
}

#[test]
fn dropping_the_handle_detaches() {
    let gate = Gate::default();
    let (send, told) = mpsc::channel();
    with_threads(1).block_on(async {
        let busy = gate.occupy_some(1);
        let job = telling(&send);
        let abort = job.abort_handle();
        drop(job);
        assert!(!abort.is_finished(), "it has not begun");
        gate.let_through(busy).await;
        assert_eq!(told.recv(), Ok("run"));
        assert_eq!(told.recv(), Ok("dropped"));
        // The only thread takes the next job when it is done with that one.
        spawn_blocking(|| ()).await.unwrap();
        assert!(abort.is_finished());
        abort.abort();

        // A value that nobody takes is dropped: on its thread, or here if it is there.
        let captured = Captured(send.clone());
        drop(spawn_blocking(move || captured));
        assert_eq!(told.recv(), Ok("dropped"));
        let captured = Captured(send.clone());
        let ended = spawn_blocking(move || captured);
        spawn_blocking(|| ()).await.unwrap();
        assert!(ended.is_finished() && told.try_recv().is_err());
        let _kept = ended.abort_handle();
        drop(ended);
        assert_eq!(told.try_recv(), Ok("dropped"));
    });
}

#[test]
fn a_detached_job_may_still_be_aborted() {
    let gate = Gate::default();
    let (send, told) = mpsc::channel();
    with_threads(1).block_on(async {
        let busy = gate.occupy_some(1);
        let abort = telling(&send).abort_handle();
        abort.abort();
        assert!(abort.is_finished());
        gate.let_through(busy).await;
        spawn_blocking(|| ()).await.unwrap();
        assert_eq!(Vec::from_iter(told.try_iter()), ["dropped"]);
    });
}

#[test]
fn at_the_end_unstarted_jobs_are_dropped_and_running_ones_outlive_the_runtime() {
    let gate = Gate::default();
    let (send, told) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel();
    let (begin, begun) = mpsc::channel();
    let runtime = with_threads(1);
    let guard = runtime.enter();
    let outlives = spawn_blocking(move || {
        begin.send(()).unwrap();
        let word: &str = may_go_on.recv().unwrap();
        word
    });
    begun.recv().unwrap();
    let unstarted = telling(&send);
    drop(telling(&send));
    drop(guard);
    // Tasks of another runtime wait for both, and have to hear of the end.
    let other = Runtime::new().unwrap();
    let (outlives, unstarted) = (other.spawn(outlives), other.spawn(unstarted));
    other.block_on(yield_now());
    drop(runtime);
    drop(send);
    assert_eq!(Vec::from_iter(told), ["dropped", "dropped"]);
    other.block_on(async {
        assert!(unstarted.await.unwrap().unwrap_err().is_cancelled());
        assert!(!outlives.is_finished());
        go_on.send("after the end").unwrap();
        assert_eq!(outlives.await.unwrap().unwrap(), "after the end");
    });
    gate.open();
}

/// When the pool has closed, nobody begins it.
#[test]
fn a_job_that_comes_too_late_is_cancelled() {
    struct AtTheEnd(mpsc::Sender<bool>);
    impl Drop for AtTheEnd {
        fn drop(&mut self) {
            let late = spawn_blocking(|| unreachable!("it is too late"));
            let _ = self.0.send(late.is_finished());
        }
    }
    let gate = Gate::default();
    let (send, told) = mpsc::channel();
    let runtime = with_threads(1);
    let guard = runtime.enter();
    let busy = gate.occupy_some(1);
    // What had not begun is dropped inside of the runtime, when no thread works for it any more.
    let at_the_end = AtTheEnd(send);
    let _unstarted = spawn_blocking(move || drop(at_the_end));
    drop(guard);
    drop(runtime);
    assert_eq!(told.recv(), Ok(true));
    block_on(gate.let_through(busy));
}

/// The job ends only when the task is cancelled, which is what comes first.
#[test]
fn shutdown_timeout_waits_for_running_jobs() {
    let runtime = Runtime::new().unwrap();
    let (send, receive) = mpsc::channel::<()>();
    let (begin, begun) = mpsc::channel();
    let ended = Arc::new(AtomicUsize::new(0));
    let counted = ended.clone();
    runtime.block_on(async {
        drop(spawn_blocking(move || {
            begin.send(()).unwrap();
            assert!(receive.recv().is_err(), "nothing is sent");
            counted.fetch_add(1, SeqCst);
        }));
        runtime::spawn(async move {
            let _send = send;
            pending::<()>().await;
        });
        yield_now().await;
        begun.recv().unwrap();
    });
    assert_eq!(runtime.shutdown_timeout(Duration::MAX), 0);
    assert_eq!(ended.load(SeqCst), 1);
}

#[test]
fn shutdown_timeout_says_how_many_are_left() {
    let gate = Gate::default();
    let (send, told) = mpsc::channel();
    let runtime = with_threads(3);
    let guard = runtime.enter();
    let busy = gate.occupy_some(3);
    let unstarted = telling(&send);
    drop(guard);
    assert_eq!(runtime.shutdown_timeout(Duration::ZERO), 3);
    assert!(unstarted.is_finished());
    assert_eq!(Vec::from_iter(told.try_iter()), ["dropped"]);
    block_on(gate.let_through(busy));

    assert_eq!(with_threads(1).shutdown_timeout(PATIENCE), 0, "none began");
    let idle = with_threads(1);
    idle.block_on(async { spawn_blocking(|| ()).await.unwrap() });
    // It may not have got so far as to know that it is idle.
    assert_eq!(idle.shutdown_timeout(Duration::MAX), 0);
}

#[test]
fn an_idle_thread_ends() {
    thread_local! {
        static AT_THE_END: RefCell<Option<mpsc::Sender<()>>> = const { RefCell::new(None) };
    }
    let impatient = Runtime::builder().blocking_idle(Duration::ZERO);
    let runtime = impatient.build().unwrap();
    runtime.block_on(async {
        for _ in 0..3 {
            let (send, receive) = mpsc::channel();
            let job = spawn_blocking(move || {
                AT_THE_END.replace(Some(send));
            });
            job.await.unwrap();
            // It is dropped with the thread, while the runtime goes on.
            assert!(
                receive
                    .recv_timeout(PATIENCE)
                    .is_err_and(|why| { why == mpsc::RecvTimeoutError::Disconnected })
            );
        }
    });
}
