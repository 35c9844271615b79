//! The hook that is told of polls that hold the loop for too long.

use std::cell::RefCell;
use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::task::Poll;

use runtime::task::{Id, yield_now};
use runtime::time::{Duration, sleep};
use runtime::{ManualDriver, Runtime, SlowPoll, spawn};

type Told = Rc<RefCell<Vec<(Option<Id>, u32, Duration)>>>;

const LIMIT: Duration = Duration::from_millis(10);

/// A world whose clock is moved by hand: a poll is as long as it says.
struct Scene {
    world: ManualDriver,
    runtime: Runtime,
    told: Told,
}

fn scene() -> Scene {
    scene_with(|_| ())
}

fn scene_with(hook: impl Fn(&SlowPoll) + 'static) -> Scene {
    let (world, told) = (ManualDriver::new(), Told::default());
    let notes = told.clone();
    let builder = Runtime::builder().on_slow_poll(LIMIT, move |slow| {
        assert_eq!(slow.spawned_at().file(), file!());
        notes
            .borrow_mut()
            .push((slow.task(), slow.spawned_at().line(), slow.took()));
        hook(slow);
    });
    Scene {
        runtime: builder.manual(&world).build().unwrap(),
        world,
        told,
    }
}

/// Takes so long to be dropped.
struct Slow(ManualDriver, Duration);

impl Drop for Slow {
    fn drop(&mut self) {
        self.0.advance(self.1);
    }
}

fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

#[test]
fn what_is_longer_than_the_limit_is_told_with_its_task_and_place() {
    let Scene {
        world,
        runtime,
        told,
    } = scene();
    let (id, line) = runtime.block_on(async {
        let clock = world.clone();
        let task = spawn(async move {
            clock.advance(millis(10)); // As long as the limit is not longer.
            yield_now().await;
            clock.advance(millis(11));
            yield_now().await;
            sleep(millis(500)).await; // Nobody is held meanwhile.
            clock.advance(millis(3));
            clock.advance(millis(9));
        });
        let (id, line) = (task.id(), line!() - 9);
        task.await.unwrap();
        (id, line)
    });
    let expected = [(Some(id), line, millis(11)), (Some(id), line, millis(12))];
    assert_eq!(*told.borrow(), expected);
}

#[test]
fn the_future_of_block_on_is_timed_too() {
    let Scene {
        world,
        runtime,
        told,
    } = scene();
    let line = line!() + 1;
    runtime.block_on(async {
        world.advance(millis(20));
        yield_now().await;
        world.advance(millis(30));
    });
    assert_eq!(
        *told.borrow(),
        [(None, line, millis(20)), (None, line, millis(30))]
    );
}

#[test]
fn it_is_told_in_words() {
    let words = Rc::new(RefCell::new(Vec::new()));
    let notes = words.clone();
    let Scene { world, runtime, .. } =
        scene_with(move |slow| notes.borrow_mut().push(slow.to_string()));
    let line = line!() + 1;
    runtime.block_on(async {
        let clock = world.clone();
        spawn(async move { clock.advance(millis(250)) })
            .await
            .unwrap();
        world.advance(millis(1_500));
    });
    let file = file!();
    let (task, future) = (line + 2, line);
    assert_eq!(
        *words.borrow(),
        [
            format!("the poll of task 1, spawned at {file}:{task}:9, took 250ms"),
            format!(
                "the poll of the future of `block_on`, called at {file}:{future}:13, took 1.5s"
            ),
        ]
    );
}

#[test]
fn polls_that_panic_and_futures_that_are_dropped_slowly() {
    struct Slow(ManualDriver);
    impl Drop for Slow {
        fn drop(&mut self) {
            self.0.advance(millis(40));
        }
    }
    let Scene {
        world,
        runtime,
        told,
    } = scene();
    let ids = runtime.block_on(async {
        let clock = world.clone();
        let panics = spawn(async move {
            clock.advance(millis(30));
            panic!("on purpose");
        });
        let slow = Slow(world.clone());
        let aborted = spawn(async move {
            let _slow = slow;
            pending::<()>().await
        });
        yield_now().await;
        aborted.abort();
        let ids = [panics.id(), aborted.id()];
        let panicked: Result<(), _> = panics.await;
        assert!(panicked.unwrap_err().is_panic());
        assert!(aborted.await.unwrap_err().is_cancelled());
        ids
    });
    let told: Vec<_> = told
        .borrow()
        .iter()
        .map(|(task, _, took)| (*task, *took))
        .collect();
    assert_eq!(
        told,
        [(Some(ids[0]), millis(30)), (Some(ids[1]), millis(40))]
    );
}

#[test]
fn a_future_of_block_on_that_panics_leaves_nothing_behind() {
    let Scene {
        world,
        runtime,
        told,
    } = scene();
    for _ in 0..3 {
        let panics = || {
            runtime.block_on(async {
                world.advance(millis(50));
                panic!("on purpose");
            })
        };
        let caught: std::thread::Result<()> = catch_unwind(AssertUnwindSafe(panics));
        caught.unwrap_err();
        assert_eq!(runtime.block_on(async { 1 }), 1);
    }
    assert!(
        told.borrow().is_empty(),
        "a poll that never ended took no time"
    );
}

#[test]
fn the_hook_may_look_spawn_and_panic() {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let notes = seen.clone();
    let Scene {
        world,
        runtime,
        told,
    } = scene_with(move |slow| {
        let dump = runtime::dump();
        notes
            .borrow_mut()
            .push(slow.task().map(|task| dump.task(task).is_some()));
        spawn(async {});
        panic!("on purpose");
    });
    runtime.block_on(async {
        let clock = world.clone();
        let task = spawn(async move {
            clock.advance(millis(50));
            yield_now().await;
            clock.advance(millis(60));
        });
        task.await.unwrap();
        yield_now().await;
        world.advance(millis(70));
    });
    assert_eq!(told.borrow().len(), 3);
    assert_eq!(*seen.borrow(), [Some(true), Some(false), None]);
    assert_eq!(runtime.metrics().spawned, 4);
}

/// What comes too late is dropped at once, within the hook.
#[test]
fn the_hook_is_not_called_within_itself() {
    let world = Rc::new(RefCell::new(None));
    let clock = world.clone();
    let scene = scene_with(move |_| {
        let slow = Slow(clock.borrow().clone().unwrap(), millis(30));
        drop(spawn(async move { drop(slow) }));
    });
    world.replace(Some(scene.world.clone()));
    for took in [20, 40] {
        let slow = Slow(scene.world.clone(), millis(took));
        scene.runtime.spawn(async move {
            let _slow = slow;
            pending::<()>().await
        });
    }
    scene.runtime.block_on(yield_now());
    drop(scene.runtime);
    let told = scene.told.borrow();
    let took: Vec<_> = told.iter().map(|(.., took)| *took).collect();
    assert_eq!(took, [millis(20), millis(40)]);
}

#[test]
fn a_task_that_ends_others_in_its_poll_is_timed_with_them() {
    // The runtime is shut down at the end: each future that is dropped then is timed by itself.
    let Scene {
        world,
        runtime,
        told,
    } = scene();
    let mut ids = Vec::new();
    for took in [15, 5, 25] {
        let slow = Slow(world.clone(), millis(took));
        let handle = runtime.spawn(async move {
            let _slow = slow;
            pending::<()>().await
        });
        ids.push(handle.id());
    }
    runtime.block_on(yield_now());
    drop(runtime);
    let told: Vec<_> = told
        .borrow()
        .iter()
        .map(|(task, _, took)| (*task, *took))
        .collect();
    assert_eq!(
        told,
        [(Some(ids[0]), millis(15)), (Some(ids[2]), millis(25))]
    );
}

#[test]
fn a_real_poll_that_is_longer_is_told() {
    let told = Rc::new(RefCell::new(0));
    let count = told.clone();
    let runtime = Runtime::builder()
        .on_slow_poll(Duration::from_millis(5), move |slow| {
            assert!(slow.took() > Duration::from_millis(5));
            *count.borrow_mut() += 1;
        })
        .build()
        .unwrap();
    runtime.block_on(async {
        let begin = std::time::Instant::now();
        let task = spawn(poll_fn(move |_| {
            while begin.elapsed() < Duration::from_millis(6) {}
            Poll::Ready(())
        }));
        task.await.unwrap();
    });
    assert!(*told.borrow() >= 1);
}
