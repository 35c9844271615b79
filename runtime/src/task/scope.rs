//! Scopes: tasks that borrow from the function that spawned them, in safe code.
//!
//! The files: `turns.rs` (who is due), `child.rs` and `handle.rs` (one child, and who waits for it), `nursery.rs` (all
//! children), `roll.rs` (what a dump sees of them), `drive.rs` (the future that polls them), and here what users see.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::Location;
use std::rc::{Rc, Weak};

mod child;
mod drive;
mod handle;
mod nursery;
mod roll;
mod turns;

pub use handle::{Aborted, ScopedJoinHandle};

use child::{Child, Joint};
use drive::Drive;
use nursery::Nursery;

/// Runs `body`, and whatever it [spawns](Scope::spawn) into its scope, until all of them have ended.
///
/// A child of a scope is a task that may borrow: from everything that outlives the scope, that is from the function
/// around it, but not from the body's own variables. It may spawn siblings itself, through the same `s`.
///
/// ```
/// use runtime::task::scope;
///
/// # runtime::block_on(async {
/// let words = vec!["borrowed", "by", "all"];
/// let mut letters = 0;
/// let longest = scope(async |s| {
///     s.spawn(async { letters = words.concat().len() }); // Nobody else has `letters`, so this child may change it.
///     let lengths = s.spawn(async { words.iter().map(|word| word.len()) });
///     lengths.await.unwrap().max()
/// })
/// .await;
/// assert_eq!((longest, letters, words.len()), (Some(8), 13, 3)); // The scope has ended: all is free again.
/// # });
/// ```
///
/// # Children end before the scope does
/// The scope gives the body's value when the body and every child have ended, also those whose handle nobody awaits.
/// So nothing that was begun in a function goes on after it, and no error is lost with a handle that was dropped.
/// Python's trio calls this a *nursery* and the rule *structured concurrency*.
///
/// # Panics
/// The first panic, of the body or of a child or of a destructor among them, cancels all that is left: the body and
/// each child is dropped where it is. Then the panic goes on in the caller, from the `.await` of the scope. Later
/// panics are only printed. An error ends a [`try_scope`] in the same way.
///
/// # Cancel safety
/// Dropping the scope's future drops the body and every child, before what they borrow. So a [`timeout`] around a
/// scope, or the abort of its task, cancels all that runs in it. A future that was never polled has begun nothing, and
/// is free to move.
///
/// # Why the children live inside the scope's future
/// They are driven by its polls, in whatever task awaits it; the executor does not know them. It could not: `'static`
/// is what it asks of a task because it decides when the task is dropped. A guard whose destructor waits for the
/// children would not help. Destructors need not run, since [`forget`](std::mem::forget) is safe: forget the guard,
/// return, and the children go on with a dangling borrow. (`std::thread::scope` blocks its caller instead; an async
/// function cannot, it can be forgotten in the middle of an `.await`.) Here the one who forgets the scope forgets the
/// children with it. Nobody else can poll them, so what they borrow may go. What is left of them on other threads are
/// wakers, which point at names and not at children. This is why no line of it is unsafe code: the compiler checks what
/// is told here.
///
/// The price: a scope is one task. Its children share what one poll of a task may do, 128 operations, of which each of
/// their turns is one, too; and they take turns, so that one that never rests starves neither its siblings nor other
/// tasks. A wake polls the child that it concerns and nobody else, so thousands of children are fine. A child costs
/// four allocations.
///
/// The names are those of `std::thread::scope`; the way of living inside the parent is that of the crate `moro`.
///
/// [`timeout`]: crate::time::timeout
///
/// ```
/// use std::cell::Cell;
/// use runtime::task::scope;
/// use runtime::time::{Duration, sleep, timeout};
///
/// # runtime::block_on(async {
/// let visited = Cell::new(0); // Shared: it is one thread.
/// let crowd = scope(async |s| {
///     for _ in 0..10 {
///         s.spawn(async {
///             s.spawn(async { visited.set(visited.get() + 1) }); // A grandchild, in the same scope.
///             sleep(Duration::from_secs(3600)).await;
///         });
///     }
/// });
/// assert!(timeout(Duration::from_millis(1), crowd).await.is_err());
/// assert_eq!(visited.get(), 10);
/// # });
/// ```
pub async fn scope<'env, F, T>(body: F) -> T
where
    F: for<'scope> AsyncFnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let (scope, nursery) = Scope::new();
    let Ok(value) = Drive::new(nursery, body(&scope), Ok::<T, Infallible>).await;
    value
}

/// Runs `body`, and whatever it spawns into its scope, until all of them have ended or one has given an error.
///
/// It is [`scope`], and a child that was spawned with [`try_spawn`](Scope::try_spawn) may end it early: the first
/// error, of the body or of such a child, cancels all that is left and is given to the caller when they have ended.
///
/// # Errors
/// The first error; the others are dropped. A panic outranks it: if the destructor of somebody who is cancelled panics,
/// then this goes on in the caller.
///
/// ```
/// use std::future::pending;
/// use runtime::task::try_scope;
///
/// # runtime::block_on(async {
/// let numbers = ["1", "two", "3"];
/// let parsed = try_scope(async |s| {
///     s.spawn(pending::<()>()); // Would never end, and is cancelled by the error.
///     for number in &numbers {
///         s.try_spawn(async { number.parse::<u8>() });
///     }
///     Ok(())
/// });
/// assert_eq!(parsed.await.unwrap_err().to_string(), "invalid digit found in string");
/// # });
/// ```
pub async fn try_scope<'env, F, T, E>(body: F) -> Result<T, E>
where
    F: for<'scope> AsyncFnOnce(&'scope Scope<'scope, 'env, E>) -> Result<T, E>,
{
    let (scope, nursery) = Scope::new();
    Drive::new(nursery, body(&scope), |result| result).await
}

/// What a [`scope`]'s body and its children spawn with.
///
/// It is lent to them for `'scope`, which is longer than the body and every child and shorter than the scope's future.
/// So it can neither be kept by somebody outside nor be used when the scope is over. What children borrow outlives
/// `'env`, which is longer than the scope. `E` is the error that ends a [`try_scope`].
///
/// A function that spawns into its caller's scope takes it as an argument:
///
/// ```
/// use runtime::task::{Scope, scope};
///
/// fn greet<'scope>(s: &'scope Scope<'scope, '_>, name: &'scope str) {
///     s.spawn(async move { println!("hello, {name}") });
/// }
///
/// # runtime::block_on(async {
/// let name = String::from("you");
/// scope(async |s| greet(s, &name)).await;
/// # });
/// ```
///
/// # What does not compile
#[doc = include_str!("scope/refused.md")]
pub struct Scope<'scope, 'env: 'scope, E = Infallible> {
    /// A weak share, for two reasons. The nursery has the children and these have the scope, so a strong one would be a
    /// circle. And the borrow checker lets a child borrow the scope that leads to it, because to drop a weak share
    /// touches nobody. (It also makes `'scope` invariant: no shorter borrow will do.)
    nursery: Weak<Nursery<'scope, E>>,
    /// Invariant as well.
    env: PhantomData<&'env mut &'env ()>,
}

impl<'scope, 'env, E> Scope<'scope, 'env, E> {
    /// They come together, so that whoever takes them apart declares the scope first and drops the nursery first.
    fn new() -> (Self, Rc<Nursery<'scope, E>>) {
        let nursery = Rc::new(Nursery::new());
        let scope = Scope {
            nursery: Rc::downgrade(&nursery),
            env: PhantomData,
        };
        (scope, nursery)
    }

    /// Spawns a child: a task that ends before the scope does, and may borrow from whatever outlives it.
    ///
    /// It has its first turn in the scope's next poll. While the scope is being cancelled (in a destructor, that is),
    /// it is dropped unpolled and its handle gives [`Aborted`].
    ///
    /// ```
    /// use runtime::task::scope;
    ///
    /// # runtime::block_on(async {
    /// let name = String::from("borrowed");
    /// let length = scope(async |s| s.spawn(async { name.len() }).await).await;
    /// assert_eq!(length, Ok(8));
    /// # });
    /// ```
    #[track_caller]
    pub fn spawn<F>(&'scope self, future: F) -> ScopedJoinHandle<'scope, F::Output>
    where
        F: Future + 'scope,
    {
        self.admit(future, Ok)
    }

    /// Spawns a child whose error ends the [`try_scope`]; its handle gives the value of `Ok`.
    ///
    /// ```
    /// use runtime::task::try_scope;
    ///
    /// # runtime::block_on(async {
    /// let digits = String::from("42");
    /// let number = try_scope(async |s| {
    ///     let number = s.try_spawn(async { digits.parse::<u8>() });
    ///     Ok(number.await)
    /// });
    /// assert_eq!(number.await, Ok(Ok(42)));
    /// # });
    /// ```
    #[track_caller]
    pub fn try_spawn<F, T>(&'scope self, future: F) -> ScopedJoinHandle<'scope, T>
    where
        F: Future<Output = Result<T, E>> + 'scope,
        T: 'scope,
    {
        self.admit(future, |result| result)
    }

    #[track_caller]
    fn admit<F, T>(
        &'scope self,
        future: F,
        judge: fn(F::Output) -> Result<T, E>,
    ) -> ScopedJoinHandle<'scope, T>
    where
        F: Future + 'scope,
        T: 'scope,
    {
        // The nursery is there as long as anybody runs who has `s`. If it were not, this would be no time for silence.
        let Some(nursery) = self.nursery.upgrade() else {
            panic!(
                "a child was spawned into a scope that has ended; spawn before the last child ends"
            );
        };
        let joint = Joint::new(Location::caller());
        let child = Box::pin(Child::new(future, judge, joint.clone()));
        let name = nursery.admit(child, joint.ticket().clone());
        ScopedJoinHandle::new(joint, name)
    }
}

impl<E> fmt::Debug for Scope<'_, '_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let children = self.nursery.upgrade().map_or(0, |nursery| nursery.len());
        f.debug_struct("Scope")
            .field("children", &children)
            .finish()
    }
}
