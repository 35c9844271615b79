//! The two queues that are shared with the system: submissions go in, completions come out, one call does both.

use std::collections::VecDeque;
use std::io;
use std::os::fd::RawFd;
use std::time::Duration;

use io_uring::types::{SubmitArgs, Timespec};
use io_uring::{EnterFlags, IoUring, Probe, cqueue, opcode, squeue};

/// Submissions that fit the queue; what is more goes in the same wait, by one call more. A power of two.
const SUBMISSIONS: u32 = 256;

/// Completions that fit theirs. The system keeps what is more and hands it out when there is room again.
const COMPLETIONS: u32 = 1024;

/// The completions of these submissions concern nobody.
pub(super) const NOBODY: u64 = u64::MAX;

/// How a ring is asked for.
pub(super) type Setup = fn(&mut io_uring::Builder) -> &mut io_uring::Builder;

/// The best way first; each needs less of the kernel than the one before it. In all of them the system works off
/// completions in our own calls, without an interrupt, and raises a flag when there are any.
pub(super) const SETUPS: [Setup; 2] = [
    // Linux 6.1: in this ring's calls and no others, which spares it a lock and an interrupt.
    |builder| {
        let builder = builder.setup_single_issuer().setup_defer_taskrun();
        builder.setup_taskrun_flag()
    },
    // Linux 5.19.
    |builder| builder.setup_coop_taskrun().setup_taskrun_flag(),
];

pub(super) struct Ring {
    uring: IoUring,
    /// What was put in since the last call. Here it can still be taken back.
    backlog: VecDeque<squeue::Entry>,
    /// The ticket of the backlog's first entry.
    first: u64,
}

/// How much of what was put in a call has handed over. Unless it was all, the completions are to be taken out, and then
/// it is to be called again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HandedOver {
    All,
    Some,
    /// The system takes no more before it has got rid of completions, or has memory again.
    Nothing,
}

impl Ring {
    /// A ring as good as the kernel has it.
    pub(super) fn open() -> io::Result<Ring> {
        let best = Ring::open_as(SETUPS[0]);
        match best {
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => Ring::open_as(SETUPS[1]),
            best => best,
        }
    }

    pub(super) fn open_as(setup: Setup) -> io::Result<Ring> {
        let mut builder = IoUring::builder();
        setup(&mut builder)
            .setup_cqsize(COMPLETIONS)
            .setup_submit_all();
        let uring = builder.build(SUBMISSIONS)?;
        let mut probe = Probe::new();
        uring.submitter().register_probe(&mut probe)?;
        // What came with Linux 5.19, as multishot accepts and the cancelling of everything did. All else is older.
        if !probe.is_supported(opcode::Socket::CODE) {
            return Err(io::Error::from_raw_os_error(libc::EINVAL));
        }
        Ok(Ring {
            uring,
            backlog: VecDeque::new(),
            first: 0,
        })
    }

    /// Puts a submission in, and gives the ticket by which it can be taken back.
    ///
    /// # Safety
    /// The memory that it names stays where it is, and nobody else touches it, until its last completion was taken
    /// out, or it was taken back.
    pub(super) unsafe fn put(&mut self, entry: squeue::Entry) -> u64 {
        self.backlog.push_back(entry);
        self.first + self.backlog.len() as u64 - 1
    }

    /// Has the system write to an eventfd from now on whenever something completes, or could.
    pub(super) fn tell(&self, events: RawFd) -> io::Result<()> {
        self.uring.submitter().register_eventfd(events)
    }

    /// True when something was put in that was not handed over.
    pub(super) fn has_backlog(&self) -> bool {
        !self.backlog.is_empty()
    }

    /// Takes a submission back, unless it was handed over. It will have no completion then.
    pub(super) fn take_back(&mut self, ticket: u64) -> bool {
        let at = ticket.checked_sub(self.first);
        let entry = at.and_then(|at| self.backlog.get_mut(at as usize));
        let found = entry.is_some();
        if let Some(entry) = entry {
            let nothing = opcode::Nop::new().build().user_data(NOBODY);
            *entry = nothing.flags(squeue::Flags::SKIP_SUCCESS);
        }
        found
    }

    /// Hands over what was put in and waits for one completion, or only looks. One system call, or none if there is
    /// nothing to hand over, to wait for, or to see.
    pub(super) fn enter(
        &mut self,
        waits: bool,
        timeout: Option<Duration>,
    ) -> io::Result<HandedOver> {
        self.fill();
        let all = self.backlog.is_empty();
        let queue = self.uring.submission();
        let count = queue.len();
        let quiet = !queue.taskrun() && !queue.cq_overflow();
        drop(queue);
        let waits = waits && all;
        if count == 0 && !waits && quiet {
            return Ok(HandedOver::All);
        }
        match self.call(count, waits, timeout) {
            Ok(0) if count > 0 => Ok(HandedOver::Nothing),
            Ok(taken) if taken == count && all => Ok(HandedOver::All),
            Ok(_) => Ok(HandedOver::Some),
            Err(error) => match error.raw_os_error() {
                // A signal came, or the time is up. Where something was handed over, its number is told instead.
                Some(libc::EINTR | libc::ETIME) if count == 0 => Ok(HandedOver::All),
                Some(libc::EINTR | libc::EBUSY | libc::EAGAIN) => Ok(HandedOver::Nothing),
                _ => Err(error),
            },
        }
    }

    /// Moves the backlog into the queue, as far as that has room.
    fn fill(&mut self) {
        let mut queue = self.uring.submission();
        while let Some(entry) = self.backlog.front() {
            // SAFETY: who put it in has promised what is asked for here, which is the same.
            if unsafe { queue.push(entry) }.is_err() {
                break;
            }
            self.backlog.pop_front();
            self.first += 1;
        }
    }

    fn call(&self, count: usize, waits: bool, timeout: Option<Duration>) -> io::Result<usize> {
        let (submitter, count, least) = (self.uring.submitter(), count as u32, u32::from(waits));
        // Without this flag the system would not work off what has completed.
        let flags = EnterFlags::GETEVENTS | EnterFlags::EXT_ARG;
        // A time that the kernel's type cannot hold is as good as for ever.
        let timeout = timeout.filter(|timeout| i64::try_from(timeout.as_secs()).is_ok());
        let time = timeout.map(Timespec::from);
        let arguments = match &time {
            Some(time) if waits => SubmitArgs::new().timespec(time),
            _ => SubmitArgs::new(),
        };
        // SAFETY: the flag says that these are the arguments, and they and the time in them live until it returns; so
        // many submissions are in the queue.
        unsafe { submitter.enter(count, least, flags.bits(), Some(&arguments)) }
    }

    /// Takes out the next completion.
    pub(super) fn completion(&mut self) -> Option<cqueue::Entry> {
        self.uring.completion().next()
    }
}
