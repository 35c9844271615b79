//! The events of both machines for one observer, for tests that compare transcripts.

use std::rc::Rc;

use crate::runtime::Runtime;

/// Something happened in a runtime.
///
/// ```
/// # use std::cell::Cell;
/// # use std::rc::Rc;
/// # use runtime::{Event, Runtime};
/// # let runtime = Runtime::new()?;
/// # let count = Rc::new(Cell::new(0));
/// # let of_tasks = count.clone();
/// runtime.observe(move |event| {
///     if let Event::Executor(_) = event {
///         of_tasks.set(of_tasks.get() + 1);
///     }
/// });
/// runtime.block_on(runtime.spawn(async {}))?;
/// assert_eq!(count.get(), 3); // Spawned, a poll began, it ended.
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// To a task.
    Executor(executor::Event),
    /// To a timer or a source, or the loop went to sleep.
    Reactor(reactor::Event),
}

impl Runtime {
    /// Tells `observer` of every event from now on, at once and in order. It may take notes, but not use the runtime.
    ///
    /// ```
    /// use std::cell::RefCell;
    /// use std::rc::Rc;
    /// use runtime::Runtime;
    ///
    /// let runtime = Runtime::new()?;
    /// let events = Rc::new(RefCell::new(Vec::new()));
    /// let notes = events.clone();
    /// runtime.observe(move |event| notes.borrow_mut().push(event));
    /// runtime.block_on(runtime.spawn(async {}))?;
    /// assert_eq!(events.borrow().len(), 3); // Spawned, a poll began, it ended.
    /// # std::io::Result::Ok(())
    /// ```
    pub fn observe(&self, observer: impl Fn(Event) + 'static) {
        let observer = Rc::new(observer);
        let same = observer.clone();
        self.executor
            .observe(Rc::new(move |event| same(Event::Executor(event))));
        self.reactor
            .observe(Rc::new(move |event| observer(Event::Reactor(event))));
    }
}
