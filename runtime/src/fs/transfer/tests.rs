//! What happens while a thread carries an operation out: the ways of these tests wait there, fail or panic.

use std::fs;
use std::io;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Poll, Wake, Waker};

use reactor::owned::FileCall;
use reactor::{Handle, IoBufMut, Pollable};

use crate::fs::way::{Sealed, Way};
use crate::fs::{File, Transfer};
use crate::future::poll_once;
use crate::{Runtime, block_on};

/// Says when a thread has begun, and waits there until it is told what to do.
struct Held {
    begun: Sender<()>,
    orders: Receiver<Then>,
}

/// What is to be done, after four bytes were read.
#[derive(Clone, Copy)]
enum Then {
    End,
    Fail,
    Panic,
}

impl Sealed for Held {}

impl Way<Vec<u8>> for Held {
    const METHOD: &'static str = "held";

    fn is_nothing(&self, _: &Vec<u8>) -> bool {
        false
    }

    fn carry_out(
        &self,
        _: &fs::File,
        buffer: &mut Vec<u8>,
        _: u64,
        done: &mut usize,
    ) -> io::Result<()> {
        let _ = self.begun.send(());
        let then = self.orders.recv().unwrap_or(Then::End);
        *done = buffer.fill_with(b"four");
        match then {
            Then::End => Ok(()),
            Then::Fail => Err(io::ErrorKind::StorageFull.into()),
            Then::Panic => panic!("in the buffer's type"),
        }
    }

    fn call(
        &self,
        _: &Handle,
        _: Rc<dyn Pollable>,
        buffer: Vec<u8>,
        _: usize,
        _: u64,
    ) -> Result<FileCall<Vec<u8>>, Vec<u8>> {
        Err(buffer) // A thread is to do it.
    }

    fn after(&self, _: &Vec<u8>, _: usize, _: &mut usize) -> Option<io::Result<()>> {
        unreachable!("no driver makes its calls")
    }

    fn settle(&self, buffer: &mut Vec<u8>, done: usize) {
        buffer.keep_first(done);
    }
}

/// The operation, what says that it has begun, and what tells it how to go on.
fn held() -> (File, Transfer<Vec<u8>, Held>, Receiver<()>, Sender<Then>) {
    let (begun, has_begun) = channel();
    let (order, orders) = channel();
    let this = std::env::current_exe().and_then(fs::File::open);
    let file = File::from_std(this.expect("any file will do"));
    let way = Held { begun, orders };
    let transfer = Transfer::new(&file, vec![0; 8], 0, way);
    (file, transfer, has_begun, order)
}

/// Polls it, and returns when a thread has begun it.
async fn begin(transfer: &mut Transfer<Vec<u8>, Held>, has_begun: &Receiver<()>) {
    assert!(poll_once(transfer).await.is_none());
    has_begun.recv().expect("a thread begins");
}

#[test]
fn a_cancel_waits_for_what_was_begun() {
    block_on(async {
        let (file, mut transfer, has_begun, order) = held();
        begin(&mut transfer, &has_begun).await;
        let mut cancel = transfer.cancel();
        assert!(poll_once(&mut cancel).await.is_none());
        order.send(Then::End).unwrap();
        let (moved, buffer) = cancel.await;
        assert_eq!((moved.unwrap(), buffer), (4, b"four".to_vec()));
        assert!(file.into_std().is_ok(), "nobody has a share any more");
    });
}

#[test]
fn a_cancel_tells_of_a_failure() {
    block_on(async {
        let (_file, mut transfer, has_begun, order) = held();
        begin(&mut transfer, &has_begun).await;
        order.send(Then::Fail).unwrap();
        let (moved, buffer) = transfer.cancel().await;
        let kind = moved.unwrap_err().kind();
        assert_eq!(
            (kind, &buffer[..]),
            (io::ErrorKind::StorageFull, &b"four"[..])
        );
    });
}

#[test]
fn a_failure_says_how_far_it_came() {
    block_on(async {
        let (_file, mut transfer, _has_begun, order) = held();
        order.send(Then::Fail).unwrap();
        let (moved, buffer) = (&mut transfer).await;
        assert!(moved.is_err());
        assert_eq!((transfer.transferred(), buffer), (4, b"four".to_vec()));
    });
}

#[test]
fn what_has_ended_unseen_is_told_to_the_cancel() {
    struct Ring(Sender<()>);
    impl Wake for Ring {
        fn wake(self: Arc<Self>) {
            let _ = self.0.send(());
        }
    }
    let (ring, rung) = channel();
    let waker = Waker::from(Arc::new(Ring(ring)));
    let mut cx = Context::from_waker(&waker);
    block_on(async {
        let (_file, mut transfer, _has_begun, order) = held();
        assert!(pin!(&mut transfer).poll(&mut cx).is_pending());
        order.send(Then::End).unwrap();
        rung.recv().expect("it wakes whom it was polled by");
        let Poll::Ready((moved, buffer)) = pin!(transfer.cancel()).poll(&mut cx) else {
            panic!("it has ended");
        };
        assert_eq!((moved.unwrap(), buffer), (4, b"four".to_vec()));
    });
}

#[test]
fn what_is_dropped_goes_on_and_keeps_the_file() {
    block_on(async {
        let (file, mut transfer, has_begun, order) = held();
        begin(&mut transfer, &has_begun).await;
        drop(transfer);
        let file = file.into_std().expect_err("the thread has a share");
        order.send(Then::End).expect("it waits for this");
        // The sender is dropped with the operation, after its share of the file.
        has_begun.recv().expect_err("it comes to its end");
        assert!(file.into_std().is_ok());
    });
}

#[test]
fn what_was_begun_outlives_its_runtime() {
    let runtime = Runtime::new().unwrap();
    let (_file, mut transfer, has_begun, order) = held();
    runtime.block_on(begin(&mut transfer, &has_begun));
    drop(runtime);
    block_on(async {
        assert!(poll_once(&mut transfer).await.is_none());
        order.send(Then::End).unwrap();
        let (moved, buffer) = transfer.await;
        assert_eq!((moved.unwrap(), buffer), (4, b"four".to_vec()));
    });
}

#[test]
fn a_panic_is_an_error_and_the_buffer_comes_back() {
    block_on(async {
        let (file, mut transfer, _has_begun, order) = held();
        order.send(Then::Panic).unwrap();
        let (moved, buffer) = (&mut transfer).await;
        let error = moved.unwrap_err().to_string();
        assert!(
            error.ends_with("panicked on its thread: in the buffer's type"),
            "{error}"
        );
        assert_eq!((transfer.transferred(), buffer), (4, b"four".to_vec()));
        drop(transfer);
        assert!(file.into_std().is_ok());
    });
}
