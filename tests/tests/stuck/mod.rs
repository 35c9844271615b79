//! Runs what should end with a panic of `block_on`, and gives its words and place; a thread that gives back wakers.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Once;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::task::{Context, Poll, Waker};
use std::thread::{self, JoinHandle as Thread};
use std::time::Duration;

use runtime::{Event, Runtime};

/// Who waits so long has lost something. Nothing waits for it in a test that passes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

thread_local!(static LAST_PANIC: RefCell<Option<(String, u32)>> = const { RefCell::new(None) });

/// The words of the panic, and the file and the line.
pub(crate) fn panic_of<T>(call: impl FnOnce() -> T) -> (String, String, u32) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if let Some(place) = info.location() {
                LAST_PANIC.set(Some((place.file().to_owned(), place.line())));
            }
            before(info);
        }));
    });
    let (over, ended) = channel::<()>();
    let watchdog = thread::spawn(move || {
        if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            eprintln!("it hangs, and does not say that it would wait for ever");
            std::process::exit(1);
        }
    });
    let caught = catch_unwind(AssertUnwindSafe(call));
    drop(over);
    watchdog.join().unwrap();
    let Err(payload) = caught else {
        panic!("it did not panic");
    };
    let words = match payload.downcast::<String>() {
        Ok(words) => *words,
        Err(payload) => (*payload.downcast::<&str>().unwrap()).into(),
    };
    let (file, line) = LAST_PANIC.take().unwrap();
    (words, file, line)
}

/// The dump of a `block_on` that says that it would wait for ever.
pub(crate) fn dump_of_stuck<T>(call: impl FnOnce() -> T) -> String {
    let (words, ..) = panic_of(call);
    let (sentences, dump) = words.split_once("\n\n").expect("sentences and a dump");
    assert!(sentences.contains("would wait for ever"), "{words}");
    dump.to_owned()
}

/// A future that keeps what it is given in each poll, once, and is ready when the test says so.
pub(crate) struct Kept {
    pub(crate) wakers: Rc<RefCell<Vec<Waker>>>,
    pub(crate) polls: u32,
}

impl Future for Kept {
    type Output = ();

    /// The second poll ends it.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.polls += 1;
        if self.polls > 1 {
            return Poll::Ready(());
        }
        self.wakers.borrow_mut().push(cx.waker().clone());
        Poll::Pending
    }
}

/// What is told of each wait without an end that the runtime begins, so that another thread acts after the loop has
/// looked whether it is stuck.
pub(crate) fn waits_of(runtime: &Runtime) -> Receiver<()> {
    let (send, waits) = channel();
    runtime.observe(move |event| {
        if let Event::Reactor(reactor::Event::WaitStarted { timeout: None }) = event {
            let _ = send.send(());
        }
    });
    waits
}

pub(crate) fn runtime() -> (Runtime, Receiver<()>) {
    let runtime = Runtime::new().unwrap();
    let waits = waits_of(&runtime);
    (runtime, waits)
}

/// Does it when the loop has begun its wait.
pub(crate) fn when_it_waits(
    waits: Receiver<()>,
    act: impl FnOnce() + Send + 'static,
) -> Thread<()> {
    thread::spawn(move || {
        waits.recv_timeout(PATIENCE).expect("the loop waits");
        act();
    })
}

/// A future that gives its waker away in its first poll, and is ready in its second one.
pub(crate) fn given_away(give: impl FnOnce(Waker)) -> impl Future<Output = ()> {
    let mut give = Some(give);
    poll_fn(move |cx| match give.take() {
        Some(give) => {
            give(cx.waker().clone());
            Poll::Pending
        }
        None => Poll::Ready(()),
    })
}
