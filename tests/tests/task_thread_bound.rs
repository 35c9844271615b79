//! A value bound to its thread: it may go anywhere, is used at home only, and elsewhere its destructor does not run.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;

use runtime::task::ThreadBound;

/// Counts its drops, from whichever thread.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

fn counted() -> (Arc<AtomicUsize>, ThreadBound<Counted>) {
    let drops = in_sight();
    (drops.clone(), ThreadBound::new(Counted(drops)))
}

/// A counter that may be leaked: its place stays known, for AddressSanitizer looks for memory that nobody can reach.
fn in_sight() -> Arc<AtomicUsize> {
    static PLACES: Mutex<Vec<usize>> = Mutex::new(Vec::new());
    let drops = Arc::new(AtomicUsize::new(0));
    PLACES.lock().unwrap().push(Arc::as_ptr(&drops) as usize);
    drops
}

/// What a panic on another thread says.
fn panic_there<T: Send>(call: impl FnOnce() -> T + Send) -> String {
    thread::scope(|scope| {
        let joined = scope.spawn(call).join();
        let Err(payload) = joined else {
            panic!("it did not panic");
        };
        *payload.downcast().unwrap()
    })
}

#[test]
fn at_home_it_is_the_value() {
    let mut bound = ThreadBound::new(Rc::new(Cell::new(1)));
    bound.set(2);
    assert!(bound.is_here());
    assert_eq!(bound.get().unwrap().get(), 2);
    *bound = Rc::new(Cell::new(3));
    *bound.get_mut().unwrap() = Rc::new(Cell::new(bound.get().unwrap().get() + 1));
    assert_eq!(format!("{bound:?}"), "ThreadBound(Cell { value: 4 })");
    let other = bound.clone(); // Of the `Rc` in it.
    assert!(Rc::ptr_eq(&bound.into_inner(), &other));
    let (drops, bound) = counted();
    drop(bound);
    assert_eq!(drops.load(SeqCst), 1);
}

#[test]
fn elsewhere_it_gives_nothing() {
    let mut bound = ThreadBound::new(Rc::new(1));
    thread::scope(|scope| {
        scope.spawn(|| {
            assert!(!bound.is_here());
            assert!(bound.get().is_none() && bound.get_mut().is_none());
            assert_eq!(format!("{bound:?}"), "ThreadBound(on another thread)");
            // This thread has something of its own.
            let own = ThreadBound::new(Rc::new(2));
            assert!(own.is_here() && !bound.is_here());
        });
    });
    let words = panic_there(|| **bound);
    assert!(words.contains("was used on another thread"), "{words}");
    let words = panic_there(|| *bound = Rc::new(2));
    assert!(words.contains("was used on another thread"), "{words}");
    assert_eq!(**bound, 1);
}

#[test]
fn elsewhere_it_is_leaked() {
    let (drops, bound) = counted();
    let words = panic_there(move || drop(bound));
    assert!(words.contains("was dropped on another thread"), "{words}");
    let (more, bound) = counted();
    let words = panic_there(move || drop(bound.into_inner()));
    assert!(words.contains("was unbound on another thread"), "{words}");
    assert_eq!((drops.load(SeqCst), more.load(SeqCst)), (0, 0));
    assert_eq!(
        (Arc::strong_count(&drops), Arc::strong_count(&more)),
        (2, 2)
    );
}

/// A second panic would end the process.
#[test]
fn while_another_panic_passes_it_is_leaked_without_a_word() {
    let (drops, bound) = counted();
    let words = panic_there(move || {
        let _bound = bound;
        if drops.load(SeqCst) == 0 {
            panic!("{}", "the first panic");
        }
    });
    assert_eq!(words, "the first panic");
}

#[test]
fn what_has_no_destructor_may_be_dropped_anywhere() {
    let bound = ThreadBound::new(Cell::new(1));
    thread::spawn(move || drop(bound)).join().unwrap();
}

#[test]
fn it_goes_there_and_back() {
    let (drops, bound) = counted();
    let back = thread::spawn(move || bound).join().unwrap();
    assert!(back.is_here());
    drop(back.into_inner());
    assert_eq!(drops.load(SeqCst), 1);
}

/// A thread's number is no other thread's, also when it has ended: what was bound there is lost.
#[test]
fn when_its_thread_has_ended_it_is_nobodys() {
    let (drops, bound) = thread::spawn(counted).join().unwrap();
    assert!(!bound.is_here());
    for _ in 0..10 {
        let reached = thread::scope(|scope| scope.spawn(|| bound.is_here()).join().unwrap());
        assert!(!reached);
    }
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(bound)));
    assert!(dropped.is_err());
    assert_eq!(drops.load(SeqCst), 0);
}

/// Its home is still known to the destructors of thread-locals, whichever comes first.
#[test]
fn at_the_end_of_its_thread() {
    thread_local! {
        static KEPT: RefCell<Option<ThreadBound<Counted>>> = const { RefCell::new(None) };
    }
    let drops = in_sight();
    let count = drops.clone();
    let thread = thread::spawn(move || {
        KEPT.replace(Some(ThreadBound::new(Counted(count))));
    });
    thread.join().unwrap();
    assert_eq!(drops.load(SeqCst), 1);
}

/// Such a one may be awaited where `Send` is asked for, and the task stays where it is.
#[test]
fn around_a_future_it_is_one() {
    fn needs_send<F: Future + Send>(future: F) -> F {
        future
    }
    let ours = Rc::new(Cell::new(1));
    let own = ours.clone();
    let future = ThreadBound::new(Box::pin(async move {
        runtime::task::yield_now().await;
        own.set(2);
        own.get()
    }));
    let awaits = needs_send(async { future.await + 1 });
    assert_eq!(runtime::block_on(awaits), 3);
    assert_eq!(ours.get(), 2);

    // It is leaked there, and has no size.
    let strays = ThreadBound::new(Box::pin(std::future::pending::<()>()));
    let words = panic_there(|| {
        let mut strays = std::pin::pin!(strays);
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        strays.as_mut().poll(&mut cx).is_ready()
    });
    assert!(words.contains("was used on another thread"), "{words}");
}
