//! The helper thread of a guest: waits as it is told, then schedules a tick; it runs no task.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use net::while_doing;
use reactor::Lookout;

use super::tick::Tick;

/// After an error, or a tick that nobody has run: long enough that neither becomes a busy loop.
const PAUSE: Duration = Duration::from_millis(10);

/// What the helper is to do next.
pub(super) enum Order {
    /// Wait for the world, but not for longer than this; then schedule a tick. With this lookout, and with the last one
    /// if that lasts.
    Wait(Option<Box<dyn Lookout>>, Option<Instant>),
    /// Schedule another tick, after a pause.
    Again,
    Stop,
}

/// The helper as the host's thread has it.
pub(super) struct Helper {
    orders: Sender<Order>,
    shared: Arc<Shared>,
    thread: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    /// Whatever it waits for, no tick is scheduled any more.
    stops: AtomicBool,
    trouble: Mutex<Option<io::Error>>,
}

impl Helper {
    /// `ticks` makes a tick that may give orders; `schedule` sends it to the host.
    pub(super) fn start(
        ticks: impl Fn(Sender<Order>) -> Tick + Send + 'static,
        schedule: impl FnMut(Tick) + Send + 'static,
    ) -> io::Result<Helper> {
        let (orders, given) = channel();
        let shared = Arc::new(Shared::default());
        let (ours, again) = (shared.clone(), orders.clone());
        let name = "runtime-guest".to_owned();
        let thread = thread::Builder::new()
            .name(name)
            .spawn(move || follow(&given, &ours, schedule, || ticks(again.clone())))
            .map_err(|error| while_doing("starting the thread of a guest", error))?;
        Ok(Helper {
            orders,
            shared,
            thread,
        })
    }

    pub(super) fn order(&self, order: Order) {
        // It fails if `schedule` has panicked: `join` tells.
        let _ = self.orders.send(order);
    }

    /// Why the last wait has failed.
    pub(super) fn take_trouble(&self) -> Option<io::Error> {
        lock(&self.shared.trouble).take()
    }

    /// Ends the thread and waits for that. `unpark` ends the wait in which it may be.
    pub(super) fn join(self, unpark: impl FnOnce()) -> thread::Result<()> {
        self.shared.stops.store(true, SeqCst);
        let _ = self.orders.send(Order::Stop);
        unpark();
        self.thread.join()
    }
}

fn lock(trouble: &Mutex<Option<io::Error>>) -> MutexGuard<'_, Option<io::Error>> {
    trouble.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the helper thread does.
fn follow(
    orders: &Receiver<Order>,
    shared: &Shared,
    mut schedule: impl FnMut(Tick),
    tick: impl Fn() -> Tick,
) {
    let mut lookout: Option<Box<dyn Lookout>> = None;
    while let Ok(order) = orders.recv() {
        let pauses = match order {
            Order::Wait(new, deadline) => {
                lookout = new.or(lookout);
                let waited = watch(&mut lookout, deadline);
                waited
                    .map_err(|error| *lock(&shared.trouble) = Some(error))
                    .is_err()
            }
            Order::Again => true,
            Order::Stop => return,
        };
        // While no tick is on its way, no order comes but to stop.
        if pauses && orders.recv_timeout(PAUSE).is_ok() || shared.stops.load(SeqCst) {
            return;
        }
        schedule(tick());
    }
}

fn watch(place: &mut Option<Box<dyn Lookout>>, deadline: Option<Instant>) -> io::Result<()> {
    let Some(lookout) = place else {
        return Ok(());
    };
    let watched = lookout.watch(deadline.map(until));
    // One that is of no more use may keep sockets open.
    drop(place.take_if(|lookout| !lookout.lasts()));
    watched
}

fn until(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}
