//! Operations that the system completes by itself: what a driver must promise that is given them.
//!
//! A driver that tells readiness is asked again and again whether a call would block now. A driver that completes is
//! given the call once, with the address of its memory, and says later what came of it. In between the memory is the
//! system's.

use std::any::Any;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::key::SourceKey;
use crate::os::{OwnedHandle, Pollable};

/// One operation, with its memory by address.
#[derive(Debug)]
pub enum Call {
    /// Receive at most `most` bytes.
    Receive {
        /// Where they go.
        to: *mut u8,
        /// How many fit.
        most: usize,
    },
    /// Send `count` bytes, or the first of them.
    Send {
        /// Where they are.
        from: *const u8,
        /// How many there are.
        count: usize,
    },
    /// Receive into several places, each filled before the next one.
    Scatter(Vec<(*mut u8, usize)>),
    /// Send from several places in turn.
    Gather(Vec<(*const u8, usize)>),
    /// Receive a datagram and its sender's address.
    ReceiveFrom {
        /// Where it goes.
        to: *mut u8,
        /// How many bytes fit.
        most: usize,
    },
    /// Send a datagram.
    SendTo {
        /// Where it is.
        from: *const u8,
        /// How long it is.
        count: usize,
        /// For whom it is.
        target: SocketAddr,
    },
    /// Read from a file.
    ReadAt {
        /// Where the bytes go.
        to: *mut u8,
        /// How many fit.
        most: usize,
        /// Where in the file they are; at most `i64::MAX`.
        offset: u64,
    },
    /// Write to a file.
    WriteAt {
        /// Where the bytes are.
        from: *const u8,
        /// How many there are.
        count: usize,
        /// Where in the file they go; at most `i64::MAX`.
        offset: u64,
    },
    /// Have a file reach its disk.
    Sync {
        /// All of it, and not only what is needed to read the bytes again.
        all: bool,
    },
    /// Open a file, closed on exec.
    Open {
        /// Its path, with a zero behind it.
        path: *const u8,
        /// To be written, made if it is missing and empty if it is not; else to be read.
        creates: bool,
    },
}

/// An operation that a driver was given and that nobody has the result of yet.
pub struct Token(pub(crate) u32);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({})", self.0)
    }
}

/// What came of an operation.
#[derive(Debug)]
pub struct Outcome {
    /// How many bytes were moved.
    pub moved: io::Result<usize>,
    /// From whom they came, if that was asked for and is an internet address.
    pub from: Option<SocketAddr>,
    /// The file, if one was opened.
    pub opened: Option<OwnedHandle>,
}

/// What there is of connections that the system accepts by itself.
#[derive(Debug)]
pub enum Accepted {
    /// One, or why there is none.
    Came(io::Result<OwnedHandle>),
    /// None yet; whoever waits is told.
    UnderWay,
    /// None, and the system does not accept.
    Idle,
}

/// Only this crate's drivers complete operations: nobody else can name this type, which
/// [`Driver::completions`](super::Driver::completions) takes. A driver that showed its operations now and hid them then
/// would have memory freed that the system writes to.
#[derive(Clone, Copy, Debug)]
pub struct Ours(pub(crate) ());

/// The operations of a driver that completes them.
///
/// ```text
///   begin ─▶ under way ── the system completes it ──▶ over ── poll ─▶ the caller has the outcome
///                │ ▲ └ cancel: it is over soon,
///                │ └── with whatever had happened
///                └─ abandon: the driver keeps the memory until the system completes it
/// ```
///
/// # Safety
/// A driver says that an operation is over only when the system no longer touches its memory; [`Outcome::moved`] then
/// is how many bytes it has moved, at most as many as were asked for, and what it received into is initialised so far.
/// What it was given by [`abandon`](Self::abandon) it does not drop before, and rather never.
pub unsafe trait Completions {
    /// Opens the queue, if that has not been done. Registering a source does it, too.
    ///
    /// # Errors
    /// Those of [`Driver::add`](super::Driver::add).
    fn open(&self) -> io::Result<()>;

    /// Takes an operation on a source or a file, which the next wait hands to the system with all the others. Its share
    /// is held until the operation is over, and then the waker is woken. What is no source has the key
    /// [`SourceKey::NONE`].
    ///
    /// # Safety
    /// The memory that the call names stays where it is, and nobody touches it (or writes to it, if it is only read
    /// from), until [`poll`](Self::poll) has given the outcome; or for good; or until it is given to
    /// [`abandon`](Self::abandon).
    unsafe fn begin(
        &self,
        source: Option<Rc<dyn Pollable>>,
        key: SourceKey,
        call: Call,
        waker: Waker,
    ) -> Token;

    /// The outcome, once; until then the context's waker is kept, instead of the one before.
    fn poll(&self, token: &Token, cx: &mut Context<'_>) -> Poll<Outcome>;

    /// Asks the system to end an operation soon. What comes of it is told as ever.
    fn cancel(&self, token: &Token);

    /// Nobody wants the outcome any more. If the system may still touch the operation's memory, `memory` is called for
    /// what is to be kept until it is over.
    fn abandon(&self, token: Token, memory: &mut dyn FnMut() -> Box<dyn Any>);

    /// The next connection that the system has accepted by itself.
    fn next_accepted(&self, key: SourceKey) -> Accepted;

    /// Has the system accept connections by itself from now on, for as long as somebody waits for one. The source is
    /// reported as readable when one has come.
    fn accept(&self, source: &dyn Pollable, key: SourceKey);

    /// One who waited for a connection waits no more. If others do, the source is reported, so that they ask again.
    fn stop_asking(&self, key: SourceKey);

    /// Moves the wakers of those whose operation is over into `wakes`.
    fn take_wakes(&self, wakes: &mut Vec<Waker>);

    /// Drops what nobody wants any more: buffers and sources, whose destructors are anybody's code.
    fn drop_spent(&self);

    /// True when something is to be handed to the system, or to be told, in the next wait.
    fn is_behind(&self) -> bool;

    /// How many operations are under way, or over and not yet asked for.
    fn operations(&self) -> usize;

    /// Tells the wakers of those whose operation is under way.
    fn each_waker(&self, tell: &mut dyn FnMut(&Waker));

    /// Ends everything and waits for it: nobody will wait again.
    fn end(&self);
}
