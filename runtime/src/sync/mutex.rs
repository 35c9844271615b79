//! A lock that a task may hold across an `.await`, and what is in it.

mod guard;

use std::cell::{RefCell, RefMut};
use std::fmt;
use std::rc::Rc;

pub use guard::{MutexGuard, OwnedMutexGuard};

use super::TryLockError;
use super::gate::Gate;

/// A value that one task at a time may use, also while it waits for something else.
///
/// On one thread nothing runs between two `.await`s. So a `Cell` or a `RefCell` will do unless the value must stay
/// untouched *across* an `.await`: that is what this is for. It is local: without atomics, and the value need not be
/// `Send`. To share something with other threads there is [`std::sync::Mutex`], not to be held across an `.await`.
///
/// It is fair: who comes first has it first, and [`try_lock`](Mutex::try_lock) overtakes nobody who waits. A panic does
/// not poison it: the guard is dropped and the next one has the value as the panic left it.
///
/// The name is tokio's. What differs: the value is `Sized`, guards cannot be mapped to a part of it, and there is no
/// `blocking_lock`, which would stop the thread that has to unlock it.
///
/// ```
/// use std::rc::Rc;
/// use runtime::sync::Mutex;
/// use runtime::task::yield_now;
///
/// runtime::block_on(async {
///     let balance = Rc::new(Mutex::new(100));
///     let withdrawals = [30, 70].map(|amount| {
///         let balance = balance.clone();
///         runtime::spawn(async move {
///             let mut balance = balance.lock().await;
///             let before = *balance;
///             yield_now().await; // It asks a server, say: nobody changes the balance meanwhile.
///             *balance = before - amount;
///         })
///     });
///     for withdrawal in withdrawals {
///         withdrawal.await.unwrap();
///     }
///     assert_eq!(*balance.lock().await, 0);
/// });
/// ```
pub struct Mutex<T> {
    gate: Gate,
    /// Whoever is inside of the gate may borrow it. It is away only while an owned guard has it.
    value: RefCell<Option<T>>,
}

impl<T> Mutex<T> {
    /// An unlocked one.
    ///
    /// ```
    /// use runtime::sync::Mutex;
    ///
    /// thread_local!(static CONSOLE: Mutex<()> = const { Mutex::new(()) });
    /// CONSOLE.with(|console| assert!(console.try_lock().is_ok()));
    /// ```
    pub const fn new(value: T) -> Self {
        Mutex {
            gate: Gate::new(),
            value: RefCell::new(Some(value)),
        }
    }

    /// Waits until it is unlocked and everybody who came before has had it.
    ///
    /// A task that waits for a lock it holds itself waits for ever.
    ///
    /// # Cancel safety
    /// A future that is dropped loses its place in the queue, and nothing else: if the lock was its own already, the
    /// next one has it.
    ///
    /// ```
    /// use runtime::sync::Mutex;
    ///
    /// runtime::block_on(async {
    ///     let words = Mutex::new(Vec::new());
    ///     words.lock().await.push("hello");
    ///     assert_eq!(*words.lock().await, ["hello"]);
    /// });
    /// ```
    pub async fn lock(&self) -> MutexGuard<'_, T> {
        let held = self.gate.enter().await;
        MutexGuard::new(self.borrow(), held.expect(NEVER_DONE))
    }

    /// The same with a guard that keeps the mutex alive instead of borrowing it, so that it may be returned, kept in a
    /// struct, or moved to another task. While it lives the value lies in the guard: locking and unlocking move it.
    ///
    /// # Cancel safety
    /// As with [`lock`](Mutex::lock).
    ///
    /// ```
    /// use std::rc::Rc;
    /// use runtime::sync::{Mutex, OwnedMutexGuard};
    ///
    /// runtime::block_on(async {
    ///     let turns = Rc::new(Mutex::new(0));
    ///     let mut mine: OwnedMutexGuard<i32> = turns.clone().lock_owned().await;
    ///     let task = runtime::spawn(async move { *mine += 1 });
    ///     assert_eq!(*turns.lock().await, 1);
    ///     task.await.unwrap();
    /// });
    /// ```
    pub async fn lock_owned(self: Rc<Self>) -> OwnedMutexGuard<T> {
        let held = self.gate.enter().await;
        held.expect(NEVER_DONE).by_hand();
        OwnedMutexGuard::new(self)
    }

    /// Locks it if nobody has it.
    ///
    /// # Errors
    /// [`TryLockError`] if it is locked. While somebody waits for it, it always is.
    ///
    /// ```
    /// use runtime::sync::Mutex;
    ///
    /// let mutex = Mutex::new(1);
    /// let guard = mutex.try_lock().unwrap();
    /// assert!(mutex.try_lock().is_err());
    /// drop(guard);
    /// assert!(mutex.try_lock().is_ok());
    /// ```
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError> {
        let held = self.gate.try_enter().ok_or(TryLockError(()))?;
        Ok(MutexGuard::new(self.borrow(), held))
    }

    /// The same with a guard that keeps the mutex alive.
    ///
    /// # Errors
    /// [`TryLockError`] if it is locked.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use runtime::sync::Mutex;
    ///
    /// let mutex = Rc::new(Mutex::new(1));
    /// let guard = mutex.clone().try_lock_owned().unwrap();
    /// assert!(mutex.try_lock_owned().is_err());
    /// assert_eq!(*guard, 1);
    /// ```
    pub fn try_lock_owned(self: Rc<Self>) -> Result<OwnedMutexGuard<T>, TryLockError> {
        let held = self.gate.try_enter().ok_or(TryLockError(()))?;
        held.by_hand();
        Ok(OwnedMutexGuard::new(self))
    }

    /// The value, which nobody else can be using.
    ///
    /// ```
    /// use runtime::sync::Mutex;
    ///
    /// let mut mutex = Mutex::new(1);
    /// *mutex.get_mut() = 2;
    /// assert_eq!(mutex.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut().as_mut().expect(AWAY)
    }

    /// The value, without the mutex.
    ///
    /// ```
    /// use runtime::sync::Mutex;
    ///
    /// let words = Mutex::new(vec!["one"]);
    /// assert_eq!(words.into_inner(), ["one"]);
    /// ```
    pub fn into_inner(self) -> T {
        self.value.into_inner().expect(AWAY)
    }

    /// For whoever is inside of the gate.
    fn borrow(&self) -> RefMut<'_, T> {
        RefMut::map(self.value.borrow_mut(), |value| value.as_mut().expect(AWAY))
    }
}

const NEVER_DONE: &str = "a mutex's gate never stands open for all";

/// An owned guard keeps the mutex alive, and whoever has the mutex to itself or its turn has no such guard beside it.
const AWAY: &str = "the value is in the mutex while nobody has an owned guard";

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Mutex::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    fn from(value: T) -> Self {
        Mutex::new(value)
    }
}

impl<T: fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Mutex");
        match self.try_lock() {
            Ok(guard) => fields.field("value", &&*guard),
            Err(_) => fields.field("value", &format_args!("<locked>")),
        };
        fields.finish_non_exhaustive()
    }
}
