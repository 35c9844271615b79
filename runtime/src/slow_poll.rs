//! A warning about polls that hold the loop: it times each poll of a task; it knows nothing of what was done there.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use executor::{Id, Watch};
use reactor::{Handle, Instant};

/// A poll that took longer than it should: meanwhile no other task ran, no timer fired and no socket was looked at.
///
/// [`Builder::on_slow_poll`](crate::Builder::on_slow_poll) gives it to a hook.
///
/// ```
/// use std::thread::sleep;
/// use std::time::Duration;
/// use runtime::Runtime;
///
/// let runtime = Runtime::builder()
///     .on_slow_poll(Duration::from_millis(5), |slow| {
///         // Such as: the poll of task 1, spawned at src/main.rs:15:9, took 6ms
///         eprintln!("{slow}");
/// #       assert!(slow.took() >= Duration::from_millis(5) && slow.task().is_some());
///     })
///     .build()?;
/// runtime.block_on(async {
///     runtime::spawn(async { sleep(Duration::from_millis(6)) }) // It blocks.
///         .await
///         .unwrap();
/// });
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SlowPoll {
    task: Option<Id>,
    spawned_at: &'static Location<'static>,
    took: Duration,
}

impl SlowPoll {
    /// Which task was polled; `None` is the future of `block_on`.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use runtime::Runtime;
    /// let runtime = Runtime::builder()
    ///     .on_slow_poll(Duration::ZERO, |slow| assert_eq!(slow.task(), None))
    ///     .build()?;
    /// runtime.block_on(async { /* … */ });
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn task(&self) -> Option<Id> {
        self.task
    }

    /// Where it was spawned, or where `block_on` was called.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use runtime::Runtime;
    /// let runtime = Runtime::builder()
    ///     .on_slow_poll(Duration::ZERO, |slow| assert_eq!(slow.spawned_at().file(), file!()))
    ///     .build()?;
    /// runtime.block_on(async { /* … */ });
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn spawned_at(&self) -> &'static Location<'static> {
        self.spawned_at
    }

    /// How long the poll took, on the clock of the runtime.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use runtime::Runtime;
    /// let runtime = Runtime::builder()
    ///     .on_slow_poll(Duration::from_nanos(1), |slow| {
    ///         assert!(slow.took() > Duration::from_nanos(1));
    ///     })
    ///     .build()?;
    /// runtime.block_on(async { /* … */ });
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn took(&self) -> Duration {
        self.took
    }
}

impl fmt::Display for SlowPoll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.task {
            Some(task) => write!(f, "the poll of task {task}, spawned at ")?,
            None => f.write_str("the poll of the future of `block_on`, called at ")?,
        }
        write!(f, "{}, took {:?}", self.spawned_at, self.took)
    }
}

/// What the builder was told of slow polls.
pub(crate) struct Wanted {
    pub(crate) limit: Duration,
    pub(crate) hook: Box<dyn Fn(&SlowPoll)>,
}

impl fmt::Debug for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnSlowPoll")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// Times the polls. They may lie within each other: a task that shuts its runtime down ends other tasks in its poll.
struct Stopwatch {
    wanted: Wanted,
    clock: Handle,
    begun: RefCell<Vec<Begun>>,
    /// The hook is being called.
    is_telling: Cell<bool>,
}

struct Begun {
    task: Option<Id>,
    spawned_at: &'static Location<'static>,
    time: Instant,
}

/// Who times the polls of a runtime with this clock.
pub(crate) fn stopwatch(wanted: Wanted, clock: Handle) -> Rc<dyn Watch> {
    Rc::new(Stopwatch {
        wanted,
        clock,
        begun: RefCell::new(Vec::new()),
        is_telling: Cell::new(false),
    })
}

impl Stopwatch {
    /// What the hook spawns at the runtime's end is dropped at once, within the hook. It is not told of that: if that
    /// took long as well, it would be called within itself, again and again.
    fn tell(&self, slow: &SlowPoll) {
        if !self.is_telling.replace(true) {
            let _told = Telling(&self.is_telling);
            (self.wanted.hook)(slow);
        }
    }
}

/// While it lives the hook is being called; it may end by a panic.
struct Telling<'a>(&'a Cell<bool>);

impl Drop for Telling<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Watch for Stopwatch {
    fn poll_began(&self, task: Option<Id>, spawned_at: &'static Location<'static>) {
        let time = self.clock.now();
        let mut begun = self.begun.borrow_mut();
        if task.is_none() {
            begun.clear(); // The future of `block_on` is polled within none; one that panicked was not told to end.
        }
        begun.push(Begun {
            task,
            spawned_at,
            time,
        });
    }

    fn poll_ended(&self, task: Option<Id>) {
        let now = self.clock.now();
        let mut begun = self.begun.borrow_mut();
        let Some(at) = begun.iter().rposition(|begun| begun.task == task) else {
            return;
        };
        let Begun {
            spawned_at, time, ..
        } = begun.swap_remove(at);
        begun.truncate(at);
        drop(begun);
        let took = now.duration_since(time);
        if took > self.wanted.limit {
            self.tell(&SlowPoll {
                task,
                spawned_at,
                took,
            });
        }
    }
}
