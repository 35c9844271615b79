//! A runtime in a thread-local is dropped at the end of its thread, when other thread-locals are gone.

use std::cell::RefCell;
use std::future::pending;
use std::sync::mpsc;
use std::thread;

use runtime::time::{Duration, sleep};
use runtime::{Runtime, spawn};

thread_local!(static KEPT: RefCell<Option<Runtime>> = const { RefCell::new(None) });
thread_local!(static LAZY: Runtime = Runtime::new().unwrap());

/// Tells by its channel what its destructor could do.
struct Goodbye(mpsc::Sender<bool>);

impl Drop for Goodbye {
    fn drop(&mut self) {
        drop(sleep(Duration::from_secs(1)));
        let handle = spawn(async {});
        self.0.send(handle.is_finished()).unwrap();
    }
}

#[test]
fn a_runtime_in_a_thread_local_is_dropped_at_the_end_of_its_thread() {
    let (goodbye, goodbyes) = mpsc::channel();
    let task = |goodbye: mpsc::Sender<bool>| async move {
        let _goodbye = Goodbye(goodbye);
        pending::<()>().await;
    };
    for lazily in [false, true] {
        let goodbye = goodbye.clone();
        thread::spawn(move || {
            let start = |runtime: &Runtime| {
                runtime.spawn(task(goodbye));
                runtime.block_on(async { sleep(Duration::from_nanos(1)).await });
            };
            if lazily {
                LAZY.with(start);
            } else {
                KEPT.with_borrow_mut(|kept| start(kept.insert(Runtime::new().unwrap())));
            }
        })
        .join()
        .unwrap();
        assert_eq!(goodbyes.try_recv(), Ok(true), "lazily: {lazily}");
    }
}
