//! Blocking jobs run on threads of their own, which come on demand and go with the executor.

mod drive;
mod gate;

use std::cell::RefCell;
use std::sync::{Arc, Barrier, mpsc};
use std::thread;

use drive::{OnDrop, block_on, executor, run_until};
use executor::{Executor, unblock};
use gate::{Gate, MAX_THREADS};

#[test]
fn the_result_comes_back() {
    let executor = executor();
    let home = thread::current().id();
    let (value, there) = block_on(&executor, async {
        unblock(|| (6 * 7, thread::current().id()))
            .unwrap()
            .await
            .unwrap()
    });
    assert_eq!(value, 42);
    assert_ne!(there, home);
}

#[test]
fn a_panic_comes_back() {
    let executor = executor();
    let error = block_on(&executor, async {
        unblock(|| panic!("in the job")).unwrap().await.unwrap_err()
    });
    assert!(error.is_panic());
    assert!(error.to_string().ends_with("panicked: in the job"));
    let next = block_on(&executor, async { unblock(|| 1).unwrap().await.unwrap() });
    assert_eq!(next, 1);
}

#[test]
fn a_job_starts_though_nobody_polls_its_future() {
    let executor = executor();
    let _context = executor.context();
    let (send, receive) = mpsc::channel();
    let _future = unblock(move || send.send(5).unwrap()).unwrap();
    assert_eq!(receive.recv().unwrap(), 5);
}

/// Fills the executor's pool.
fn occupy(gate: &Gate, executor: &Executor) -> Vec<executor::Blocking<()>> {
    let _context = executor.context();
    gate.occupy()
}

#[test]
fn more_jobs_than_threads_wait_their_turn() {
    let executor = executor();
    let gate = Gate::default();
    let busy = occupy(&gate, &executor);
    let _context = executor.context();
    let (send, receive) = mpsc::channel();
    let waiting: Vec<_> = (0..3 * MAX_THREADS)
        .map(|number| {
            let send = send.clone();
            unblock(move || send.send(number).unwrap()).unwrap()
        })
        .collect();
    drop(send);
    assert!(receive.try_recv().is_err(), "no thread is free");
    gate.open();
    block_on(&executor, async {
        for job in busy.into_iter().chain(waiting) {
            job.await.unwrap();
        }
    });
    let mut numbers: Vec<_> = receive.iter().collect();
    numbers.sort_unstable();
    assert_eq!(numbers, Vec::from_iter(0..3 * MAX_THREADS));
}

#[test]
fn a_job_dropped_before_its_start_never_runs() {
    let executor = executor();
    let gate = Gate::default();
    let busy = occupy(&gate, &executor);
    let _context = executor.context();
    let (send, receive) = mpsc::channel();
    let sends = send.clone();
    drop(unblock(move || sends.send("dropped").unwrap()).unwrap());
    let kept = unblock(move || send.send("kept").unwrap()).unwrap();
    gate.open();
    block_on(&executor, async {
        kept.await.unwrap();
        for job in busy {
            job.await.unwrap();
        }
    });
    assert_eq!(receive.iter().collect::<Vec<_>>(), ["kept"]);
}

#[test]
fn at_the_end_unstarted_jobs_are_cancelled_and_running_ones_go_on() {
    let (executor, other) = (executor(), executor());
    let gate = Gate::default();
    let busy = occupy(&gate, &executor);
    let (send, receive) = mpsc::channel();
    let context = executor.context();
    let captured = OnDrop::new({
        let send = send.clone();
        move || send.send("captured").unwrap()
    });
    let unstarted = unblock(move || {
        let _captured = captured;
        send.send("run").unwrap();
    })
    .unwrap();
    drop(context);
    // A task elsewhere waits for the job: it has to hear of the end.
    let waiter = other.spawn(async { unstarted.await.unwrap_err().is_cancelled() });
    drive::run(&other);
    drop(executor);
    assert_eq!(receive.iter().collect::<Vec<_>>(), ["captured"]);
    run_until(&other, || waiter.is_finished());
    assert!(block_on(&other, waiter).unwrap());
    gate.open();
    block_on(&other, async {
        for job in busy {
            job.await.unwrap();
        }
    });
}

#[test]
fn after_the_end_no_job_starts() {
    let (executor, other) = (executor(), executor());
    executor.shutdown();
    let _context = executor.context();
    let job = unblock(|| panic!("it was started")).unwrap();
    let error = block_on(&other, job).map(|()| "started").unwrap_err();
    assert!(error.is_cancelled());
}

#[test]
fn a_destructor_that_panics_costs_no_thread() {
    let executor = executor();
    let gate = Gate::default();
    let busy = occupy(&gate, &executor);
    let context = executor.context();
    for _ in 0..MAX_THREADS {
        let captured = OnDrop::new(|| panic!("what an unwanted job captured"));
        drop(unblock(move || drop(captured)).unwrap());
    }
    gate.open();
    block_on(&executor, async {
        for job in busy {
            job.await.unwrap();
        }
        assert_eq!(unblock(|| 1).unwrap().await.unwrap(), 1);
    });

    let gate = Gate::default();
    let _busy = occupy(&gate, &executor);
    for _ in 0..2 {
        let captured = OnDrop::new(|| panic!("what an unstarted job captured"));
        drop(unblock(move || drop(captured)).unwrap());
    }
    drop((context, executor));
    gate.open();
}

#[test]
fn the_threads_end_with_the_executor() {
    thread_local! {
        static AT_THE_END: RefCell<Option<mpsc::Sender<()>>> = const { RefCell::new(None) };
    }
    let executor = executor();
    let (send, receive) = mpsc::channel::<()>();
    let both = Arc::new(Barrier::new(2));
    block_on(&executor, async {
        let jobs: [_; 2] = std::array::from_fn(|_| {
            let (both, send) = (both.clone(), send.clone());
            unblock(move || {
                AT_THE_END.replace(Some(send));
                both.wait();
            })
            .unwrap()
        });
        for job in jobs {
            job.await.unwrap();
        }
    });
    drop(send);
    assert_eq!(
        receive.try_recv(),
        Err(mpsc::TryRecvError::Empty),
        "idle threads stay"
    );
    drop(executor);
    // The thread-locals of both threads are dropped when they end: then there is no sender left.
    let since = std::time::Instant::now();
    assert!(receive.recv().is_err());
    assert!(
        since.elapsed().as_secs() < 5,
        "told to end, not idle for long"
    );
}
