//! The end of `block_on` and of a runtime: who is dropped when and where, and what destructors may do.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use runtime::task::{JoinHandle, yield_now};
use runtime::time::{Duration, Instant, interval, sleep};
use runtime::{ManualDriver, Runtime, block_on, spawn};

/// Calls a function when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// A future that waits for ever and calls a function when it is dropped.
fn until_dropped(call: impl FnMut() + 'static) -> impl Future<Output = ()> + 'static {
    let on_drop = OnDrop(call);
    async move {
        let _on_drop = on_drop;
        pending().await
    }
}

type Notes = Rc<RefCell<Vec<&'static str>>>;

/// A function that takes a note.
fn note(notes: &Notes, word: &'static str) -> impl FnMut() + 'static {
    let notes = notes.clone();
    move || notes.borrow_mut().push(word)
}

#[test]
fn tasks_survive_between_two_block_ons() {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    let task = runtime.spawn(async {
        sleep(Duration::from_secs(2)).await;
        Instant::now()
    });
    runtime.block_on(sleep_in_context(1));
    assert!(!task.is_finished());
    world.advance(Duration::from_secs(5)); // Nothing runs in between.
    assert!(!task.is_finished());
    let woke_at = runtime.block_on(task).unwrap();
    assert_eq!(woke_at, Instant::ORIGIN + Duration::from_secs(6));
}

async fn sleep_in_context(seconds: u64) {
    sleep(Duration::from_secs(seconds)).await;
}

#[test]
fn a_wake_between_two_block_ons_is_kept() {
    let runtime = Runtime::new().unwrap();
    let (sender, receiver) = async_channel::unbounded();
    let task = runtime.spawn(async move { receiver.recv().await.unwrap() });
    runtime.block_on(yield_now());
    sender.try_send("sent outside").unwrap();
    assert_eq!(runtime.block_on(task).unwrap(), "sent outside");
}

#[test]
fn the_future_is_dropped_first_and_inside_of_the_context() {
    let notes = Notes::default();
    let runtime = Runtime::new().unwrap();
    let task = runtime.spawn(until_dropped(note(&notes, "task")));
    let mut in_context = note(&notes, "future");
    runtime.block_on(async {
        let _on_drop = OnDrop(move || {
            drop(sleep(Duration::ZERO));
            drop(spawn(async {}));
            in_context();
        });
        yield_now().await;
    });
    assert_eq!(*notes.borrow(), ["future"]);
    drop(runtime);
    assert_eq!(*notes.borrow(), ["future", "task"]);
    assert!(block_on(task).unwrap_err().is_cancelled());
}

/// What a destructor may want: a task, a timer, the time; and in extremis a whole `block_on`, for a clean goodbye.
#[test]
fn destructors_at_shutdown_have_everything_that_tasks_have() {
    let notes = Notes::default();
    let at_spawn: Rc<RefCell<Option<JoinHandle<()>>>> = Rc::default();
    let mut done = note(&notes, "done");
    let mut parts = Some((
        note(&notes, "polled"),
        OnDrop(note(&notes, "dropped unpolled")),
    ));
    let handle = at_spawn.clone();
    block_on(async {
        spawn(until_dropped(move || {
            drop(sleep(Duration::from_secs(1)));
            drop(interval(Duration::from_secs(1)));
            let (mut polled, unpolled) = parts.take().unwrap();
            handle.replace(Some(spawn(async move {
                polled();
                drop(unpolled);
            })));
            block_on(async { sleep(Duration::ZERO).await });
            done();
        }));
        yield_now().await;
    });
    assert_eq!(*notes.borrow(), ["dropped unpolled", "done"]);
    let spawned = at_spawn.take().unwrap();
    assert!(block_on(spawned).unwrap_err().is_cancelled());
}

#[test]
fn a_task_may_hold_the_handle_of_another_and_wake_it_at_the_end() {
    let notes = Notes::default();
    let ended = note(&notes, "ended");
    block_on(async {
        let (sender, receiver) = async_channel::unbounded::<()>();
        let waiting = spawn(async move { receiver.recv().await });
        spawn(async move {
            let _sender = sender; // Its drop wakes the task that waits.
            let _waiting = waiting;
            let _on_drop = OnDrop(ended);
            pending::<()>().await;
        });
        yield_now().await;
    });
    assert_eq!(*notes.borrow(), ["ended"]);
}

#[test]
fn a_panic_in_a_destructor_at_shutdown_goes_into_the_handle() {
    let notes = Notes::default();
    let runtime = Runtime::new().unwrap();
    let task = runtime.spawn(until_dropped(|| panic!("in a destructor")));
    let other = runtime.spawn(until_dropped(note(&notes, "other")));
    runtime.block_on(yield_now());
    drop(runtime);
    let error = block_on(task).unwrap_err();
    assert_eq!(error.into_panic().downcast_ref(), Some(&"in a destructor"));
    assert_eq!(*notes.borrow(), ["other"]);
    drop(other);
}

#[test]
fn a_panic_in_a_task_stays_in_its_handle() {
    block_on(async {
        let error = spawn(async { panic!("in a task") }).await.unwrap_err();
        assert!(error.is_panic());
        spawn(async { panic!("and nobody looks") });
        yield_now().await;
        yield_now().await;
    });
}

#[test]
fn a_panic_of_the_main_future_passes_through_and_the_tasks_are_dropped() {
    let notes = Notes::default();
    let (first, second) = (note(&notes, "first"), note(&notes, "second"));
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        block_on(async {
            spawn(until_dropped(first));
            spawn(until_dropped(|| panic!("while another panic passes")));
            spawn(until_dropped(second));
            yield_now().await;
            panic!("in the main future");
        })
    }));
    let payload: Box<dyn std::any::Any + Send> = outcome.unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&"in the main future"));
    assert_eq!(*notes.borrow(), ["first", "second"]);
    block_on(async {
        spawn(async {}).await.unwrap(); // The thread is as it was.
    });
}

#[test]
fn a_runtime_goes_on_after_a_panic_of_its_main_future() {
    let runtime = Runtime::new().unwrap();
    let turns = Rc::new(Cell::new(0));
    let counted = turns.clone();
    let task = runtime.spawn(async move {
        for _ in 0..3 {
            counted.set(counted.get() + 1);
            yield_now().await;
        }
    });
    let main = || runtime.block_on(async { panic!("in the main future") });
    catch_unwind(AssertUnwindSafe(main)).unwrap_err();
    assert!(turns.get() < 3);
    runtime.block_on(task).unwrap();
    assert_eq!(turns.get(), 3);
}

#[test]
fn a_runtime_may_be_dropped_inside_of_another() {
    let notes = Notes::default();
    let inner = Runtime::new().unwrap();
    inner.spawn(until_dropped(note(&notes, "inner")));
    block_on(async {
        spawn(async move { drop(inner) }).await.unwrap();
        assert_eq!(*notes.borrow(), ["inner"]);
        spawn(async { sleep(Duration::ZERO).await }).await.unwrap();
    });
}
