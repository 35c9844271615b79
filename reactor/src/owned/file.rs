//! One call on a file, by a driver that completes it; on the others there is none. It knows nothing of files' names.

use std::ffi::CString;
use std::fmt;
use std::io;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use super::completed::{Effect, Filled, Unchanged, leave_to_driver};
use super::stream::{receiving, sending};
use crate::buffer::{IoBuf, IoBufMut};
use crate::current::Handle;
use crate::driver::completion::{Call, Outcome, Token};
use crate::key::SourceKey;
use crate::os::{OwnedHandle, Pollable};
use crate::refusal::gone;

/// One call on a file that owns its buffer, and gives it back with the result: how many bytes were moved. For a path
/// that is opened, the path is the buffer.
///
/// Nothing happens before the first poll. Dropping it ends the call if the system can still be stopped, and gives the
/// buffer to the driver, which keeps it until then.
///
/// ```
/// # use std::rc::Rc;
/// # use std::task::{Context, Poll, Waker};
/// use reactor::owned::FileCall;
/// # use reactor::{DriverKind, Reactor};
/// # #[cfg(unix)] {
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// let file = Rc::new(std::fs::File::open("/dev/zero")?);
/// match FileCall::read(&reactor.handle(), file, vec![1; 4], 0, 0) {
///     Ok(mut read) => {
///         # let mut cx = Context::from_waker(Waker::noop());
///         let (length, bytes) = loop {
///             match read.poll(&mut cx) {
///                 Poll::Ready(done) => break done,
///                 Poll::Pending => reactor.turn(None)?,
///             }
///         };
///         assert_eq!((length?, bytes), (4, vec![0; 4]));
///     }
///     Err(bytes) => assert_eq!(bytes, [1; 4]), // This driver completes nothing.
/// }
/// # }
/// # std::io::Result::Ok(())
/// ```
#[must_use = "nothing happens before it is polled"]
pub struct FileCall<B: 'static> {
    handle: Handle,
    stage: Stage,
    /// `None` when it was given back.
    buffer: Option<B>,
    /// Bytes that the buffer had before.
    from: usize,
    /// What the moving of bytes does to the buffer: [`Effect::moved`]. (SAFETY: is told where it is called.)
    effect: unsafe fn(&mut B, usize, usize),
    /// What was opened, until it is asked for.
    opened: Option<OwnedHandle>,
}

enum Stage {
    Made {
        file: Option<Rc<dyn Pollable>>,
        call: Call,
    },
    UnderWay(Token),
    /// Before it was begun.
    Cancelled,
    Over,
}

impl<B: 'static> FileCall<B> {
    /// Reads once, at this offset, behind the first `from` bytes of the buffer.
    ///
    /// # Errors
    /// The buffer, if the driver completes nothing, there is no room in it, or no file reaches as far as the offset.
    pub fn read(
        handle: &Handle,
        file: Rc<dyn Pollable>,
        mut buffer: B,
        from: usize,
        offset: u64,
    ) -> Result<Self, B>
    where
        B: IoBufMut,
    {
        match (is_offset(offset), receiving(&mut buffer, from)) {
            (true, Some(Call::Receive { to, most })) => {
                let call = Call::ReadAt { to, most, offset };
                FileCall::make(
                    handle,
                    Some(file),
                    buffer,
                    from,
                    call,
                    <Filled as Effect<B>>::moved,
                )
            }
            _ => Err(buffer),
        }
    }

    /// Writes once, at this offset, what stands behind the first `from` bytes of the buffer.
    ///
    /// # Errors
    /// The buffer, if the driver completes nothing, nothing stands there, or no file reaches as far as the offset.
    pub fn write(
        handle: &Handle,
        file: Rc<dyn Pollable>,
        buffer: B,
        from: usize,
        offset: u64,
    ) -> Result<Self, B>
    where
        B: IoBuf,
    {
        match (is_offset(offset), sending(&buffer, from)) {
            (true, Some(Call::Send { from: start, count })) => {
                let call = Call::WriteAt {
                    from: start,
                    count,
                    offset,
                };
                FileCall::make(
                    handle,
                    Some(file),
                    buffer,
                    from,
                    call,
                    <Unchanged as Effect<B>>::moved,
                )
            }
            _ => Err(buffer),
        }
    }

    fn make(
        handle: &Handle,
        file: Option<Rc<dyn Pollable>>,
        buffer: B,
        from: usize,
        call: Call,
        // SAFETY: of whoever calls it.
        effect: unsafe fn(&mut B, usize, usize),
    ) -> Result<Self, B> {
        if handle.core().is_closed() || handle.core().open_completions().is_none() {
            return Err(buffer);
        }
        Ok(FileCall {
            handle: handle.clone(),
            stage: Stage::Made { file, call },
            buffer: Some(buffer),
            from,
            effect,
            opened: None,
        })
    }

    /// The result and the buffer, once.
    ///
    /// # Panics
    /// When it is polled again afterwards.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<(io::Result<usize>, B)> {
        let core = self.handle.core();
        let Some(completions) = core.completions() else {
            unreachable!("it was made for a driver that completes it");
        };
        if let Stage::UnderWay(token) = &self.stage {
            let outcome = ready!(completions.poll(token, cx));
            self.stage = Stage::Over;
            return Poll::Ready(self.end(outcome));
        }
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Made { file, call } if !core.is_closed() => {
                let waker = cx.waker().clone();
                // SAFETY: the call names memory of the buffer, which stays in `self.buffer` and is touched only by
                // `end`, after the outcome. `drop` gives it to the driver. By the contract of buffers it may be moved
                // meanwhile, or forgotten. A path is no `IoBuf`, but a `CString` keeps that contract, too.
                let token = unsafe { completions.begin(file, SourceKey::NONE, call, waker) };
                self.stage = Stage::UnderWay(token);
                Poll::Pending
            }
            Stage::Made { .. } => Poll::Ready((Err(gone()), self.give_back())),
            Stage::Cancelled => {
                let cancelled = io::Error::from_raw_os_error(crate::os::CANCELLED);
                Poll::Ready((Err(cancelled), self.give_back()))
            }
            Stage::UnderWay(_) | Stage::Over => panic!("it has given its result and its buffer"),
        }
    }

    fn end(&mut self, outcome: Outcome) -> (io::Result<usize>, B) {
        let (from, effect) = (self.from, self.effect);
        let mut buffer = self.give_back();
        if let (Ok(moved), None) = (&outcome.moved, &outcome.opened) {
            // SAFETY: the driver says that the system has moved so many bytes, by the call that was made of this
            // buffer and of `from`, neither of which has changed since.
            unsafe { effect(&mut buffer, from, *moved) };
        }
        self.opened = outcome.opened;
        let closed = self.handle.core().is_closed();
        let moved = outcome
            .moved
            .map_err(|error| if closed { gone() } else { error });
        (moved, buffer)
    }

    fn give_back(&mut self) -> B {
        self.buffer
            .take()
            .expect("it is there until the outcome is")
    }

    /// Ends the call soon, if the system can still be stopped. The result says what has happened, and an error that
    /// [`was_cancelled`] is nothing.
    pub fn cancel(&mut self) {
        match (&self.stage, self.handle.core().completions()) {
            (Stage::UnderWay(token), Some(completions)) => completions.cancel(token),
            (Stage::Made { .. }, _) => self.stage = Stage::Cancelled,
            _ => {}
        }
    }
}

impl FileCall<CString> {
    /// Opens a file to be read; or to be written, made if it is missing and empty if it is not. It is closed on exec.
    ///
    /// `None` if the driver completes nothing.
    pub fn open(handle: &Handle, path: CString, creates: bool) -> Option<Self> {
        let call = Call::Open {
            path: path.as_ptr().cast(),
            creates,
        };
        let effect = <Unchanged as Effect<CString>>::moved;
        FileCall::make(handle, None, path, 0, call, effect).ok()
    }

    /// The file that was opened, once.
    pub fn take_opened(&mut self) -> Option<OwnedHandle> {
        self.opened.take()
    }
}

impl FileCall<()> {
    /// Has a file reach its disk: `all` of it, and not only what is needed to read the bytes again.
    ///
    /// `None` if the driver completes nothing.
    pub fn sync(handle: &Handle, file: Rc<dyn Pollable>, all: bool) -> Option<Self> {
        let effect = <Unchanged as Effect<()>>::moved;
        FileCall::make(handle, Some(file), (), 0, Call::Sync { all }, effect).ok()
    }
}

/// True if this is what a call says that was cancelled before anything had happened.
pub fn was_cancelled(error: &io::Error) -> bool {
    error.raw_os_error() == Some(crate::os::CANCELLED)
}

/// The system takes larger ones for words of another kind: "where the file's position is".
fn is_offset(offset: u64) -> bool {
    i64::try_from(offset).is_ok()
}

impl<B: 'static> Drop for FileCall<B> {
    /// The driver keeps the buffer for as long as the system may touch it.
    fn drop(&mut self) {
        if let Stage::UnderWay(token) = std::mem::replace(&mut self.stage, Stage::Over) {
            let buffer = self.buffer.take();
            leave_to_driver(self.handle.core().completions(), token, buffer);
        }
    }
}

impl<B: 'static> fmt::Debug for FileCall<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileCall")
            .field("under_way", &matches!(self.stage, Stage::UnderWay(_)))
            .field("ended", &self.buffer.is_none())
            .finish_non_exhaustive()
    }
}
