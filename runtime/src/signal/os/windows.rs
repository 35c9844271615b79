//! Ctrl-C on Windows: the crate `ctrlc` calls back on a thread of its own, which calls all who listen.

use std::io;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker, ready};

use net::while_doing;
use reactor::{Handle, budget};

use crate::quietly::quietly;

static LISTENERS: Mutex<Listeners> = Mutex::new(Listeners {
    called: false,
    all: Vec::new(),
});

struct Listeners {
    /// The handler is set, which can be done once.
    called: bool,
    /// Those who are gone are taken out when the next one comes.
    all: Vec<Weak<Mutex<Heard>>>,
}

/// What one who listens has heard and not told yet.
#[derive(Default)]
struct Heard {
    pressed: bool,
    waker: Option<Waker>,
}

/// Who listens for Ctrl-C. It stays on its thread, because on other systems it has to.
pub(in crate::signal) struct Presses {
    heard: Arc<Mutex<Heard>>,
    stays: PhantomData<Rc<()>>,
}

impl Presses {
    /// The runtime is asked for, because on other systems it is needed.
    pub(in crate::signal) fn listen(_: Handle) -> io::Result<Presses> {
        let mut listeners = lock(&LISTENERS);
        if !listeners.called {
            ctrlc::try_set_handler(press).map_err(refused)?;
            listeners.called = true;
        }
        listeners.all.retain(|heard| heard.strong_count() > 0);
        let heard = Arc::default();
        listeners.all.push(Arc::downgrade(&heard));
        Ok(Presses {
            heard,
            stays: PhantomData,
        })
    }

    pub(in crate::signal) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(budget::poll_left(cx));
        let waker = cx.waker().clone(); // Here, because it is user code, as is its drop.
        let mut heard = lock(&self.heard);
        let pressed = std::mem::take(&mut heard.pressed);
        let before = heard.waker.replace(waker);
        drop(heard);
        drop(before);
        if pressed {
            budget::spend();
            return Poll::Ready(Ok(()));
        }
        Poll::Pending
    }
}

/// Somebody has pressed Ctrl-C.
fn press() {
    // A share of each, for the time behind the lock: a waker's code may come back here.
    let all: Vec<_> = lock(&LISTENERS).all.iter().map(Weak::upgrade).collect();
    for heard in all.into_iter().flatten() {
        let mut locked = lock(&heard);
        locked.pressed = true;
        let waker = locked.waker.take();
        drop(locked);
        quietly(|| {
            if let Some(waker) = waker {
                waker.wake();
            }
            drop(heard);
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn refused(error: ctrlc::Error) -> io::Error {
    let error = match error {
        ctrlc::Error::System(error) => error,
        other => io::Error::other(other.to_string()),
    };
    while_doing("listening for Ctrl-C", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_listener_hears_of_a_press_after_its_call() {
        let runtime = crate::Runtime::new().unwrap();
        let mut cx = Context::from_waker(Waker::noop());
        let _guard = runtime.enter();
        let mut listeners: Vec<_> = (0..2)
            .map(|_| Presses::listen(Handle::current("the test")).unwrap())
            .collect();
        for presses in &mut listeners {
            assert!(presses.poll(&mut cx).is_pending());
        }
        press();
        let mut late = Presses::listen(Handle::current("the test")).unwrap();
        assert!(late.poll(&mut cx).is_pending());
        for presses in &mut listeners {
            assert!(presses.poll(&mut cx).is_ready());
            assert!(presses.poll(&mut cx).is_pending());
        }
        drop(listeners);
        press();
        assert!(late.poll(&mut cx).is_ready());
    }
}
