//! The wait for time or for another thread: one epoll, and in it an eventfd by which other threads end it.

use std::sync::OnceLock;
use std::time::Duration;

use rustix::event::{EventfdFlags, Timespec, epoll, eventfd};
use rustix::fd::OwnedFd;
use rustix::io::write;

struct Alarm {
    event: OwnedFd,
    epoll: OwnedFd,
}

/// Ends the wait that goes on, or the next one.
#[cold]
pub(crate) fn ring() {
    write(&alarm().event, &1_u64.to_ne_bytes()).expect("an eventfd takes a number");
}

/// Waits for this time, or until the alarm rings. True if it rang.
pub(crate) fn wait(timeout: Option<Duration>) -> bool {
    let timeout = timeout.map(|timeout| Timespec {
        tv_sec: timeout.as_secs() as i64,
        tv_nsec: timeout.subsec_nanos().into(),
    });
    let mut events = [epoll::Event {
        flags: epoll::EventFlags::empty(),
        data: epoll::EventData::new_u64(0),
    }];
    // A signal is no reason to do anything; the caller waits again.
    epoll::wait(&alarm().epoll, &mut events, timeout.as_ref()).is_ok_and(|count| count > 0)
}

/// Made when it is first needed: most of the work needs none.
fn alarm() -> &'static Alarm {
    static ALARM: OnceLock<Alarm> = OnceLock::new();
    ALARM.get_or_init(|| {
        let event = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
            .expect("the system has an eventfd left");
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).expect("and an epoll");
        // By edges, so that nobody has to read it.
        let flags = epoll::EventFlags::IN | epoll::EventFlags::ET;
        epoll::add(&epoll, &event, epoll::EventData::new_u64(0), flags)
            .expect("the epoll takes the eventfd");
        Alarm { event, epoll }
    })
}
