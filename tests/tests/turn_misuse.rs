//! What a turn refuses, and that a panic in it leaves the runtime usable.

use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use runtime::task::yield_now;
use runtime::time::{Duration, sleep};
use runtime::{ManualDriver, Runtime};

const SECOND: Duration = Duration::from_secs(1);
const NOW: Option<Duration> = Some(Duration::ZERO);

fn world() -> (ManualDriver, Runtime) {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    (world, runtime)
}

#[track_caller]
fn words_of(misuse: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(misuse)).expect_err("it is refused");
    match payload.downcast::<String>() {
        Ok(words) => *words,
        Err(payload) => (*payload.downcast::<&str>().unwrap()).into(),
    }
}

const REFUSED: &str = "`turn` was called inside of a runtime";

#[test]
fn a_turn_within_the_loop_is_refused() {
    let (_, runtime) = world();
    let runtime = Rc::new(runtime);
    let other = Runtime::new().unwrap();
    runtime.block_on(async {
        let words = words_of(|| runtime.turn(NOW).unwrap());
        assert!(words.contains(REFUSED), "{words}");
        assert!(words_of(|| other.turn(NOW).unwrap()).contains(REFUSED));
    });
    let within = runtime.clone();
    let handle = runtime.spawn(async move {
        assert!(words_of(|| within.turn(NOW).unwrap()).contains(REFUSED));
        words_of(|| within.block_on(async {}))
    });
    runtime.turn(NOW).unwrap();
    let words = runtime.block_on(handle).unwrap();
    assert!(words.contains("`block_on` was called inside"), "{words}");
}

#[test]
fn a_guard_that_a_task_keeps_is_told_before_the_loop_waits() {
    let runtime = Runtime::new().unwrap();
    let other = Runtime::new().unwrap();
    drop(runtime.spawn(async move {
        let guard = other.enter();
        yield_now().await;
        pending::<()>().await;
        drop(guard);
    }));
    let words = words_of(|| runtime.turn(NOW).unwrap());
    assert!(words.contains("kept across an `.await`"), "{words}");
}

/// A waker whose code panics. The others are woken all the same, and the runtime goes on.
#[test]
fn a_panic_of_a_foreign_waker_passes_through() {
    struct Bad;
    impl Wake for Bad {
        fn wake(self: Arc<Self>) {
            panic!("in the waker");
        }
    }
    let (world, runtime) = world();
    let guard = runtime.enter();
    let mut foreign = pin!(sleep(SECOND));
    let bad = Waker::from(Arc::new(Bad));
    assert!(
        foreign
            .as_mut()
            .poll(&mut Context::from_waker(&bad))
            .is_pending()
    );
    let ours = runtime.spawn(async { sleep(SECOND).await });
    runtime.turn(NOW).unwrap();
    world.advance(SECOND);
    assert_eq!(words_of(|| runtime.turn(NOW).unwrap()), "in the waker");
    assert_eq!(
        runtime.next_deadline(),
        Some(world.now()),
        "the other one was woken"
    );
    runtime.turn(NOW).unwrap();
    assert!(ours.is_finished());
    drop(guard);
    assert_eq!(runtime.block_on(async { 42 }), 42);
}

#[test]
fn a_panic_in_a_task_is_in_its_handle_and_in_no_turn() {
    let (_, runtime) = world();
    let handle = runtime.spawn(async { panic!("oh no") });
    runtime.turn(None).unwrap();
    assert!(runtime.block_on(handle).unwrap_err().is_panic());
}
