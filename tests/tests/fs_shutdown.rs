//! Files and the end of a runtime: what had not begun is an error, what had goes on, and the file serves the next one.

use std::cell::RefCell;
use std::future::{Future, pending};
use std::io;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};

use executor::unblock;
use runtime::fs::{File, Transfer};
use runtime::future::poll_once;
use runtime::io::owned::WriteAll;
use runtime::{DriverKind, Runtime, block_on};

mod gate;
mod scratch;
use gate::Gate;
use scratch::Scratch;

fn for_writing(path: &Scratch) -> File {
    let opened = std::fs::File::options().write(true).open(path);
    File::from_std(opened.expect("it is there"))
}

#[track_caller]
fn assert_given_up<T: std::fmt::Debug>(result: io::Result<T>) {
    let error = result.unwrap_err().to_string();
    assert!(error.contains("keep the `Runtime`"), "{error}");
}

/// One whose files are the pool's affair, also where the best driver takes files itself.
fn with_a_pool() -> Runtime {
    let portable = Runtime::builder().driver(DriverKind::Polling);
    portable.build().unwrap()
}

#[test]
fn what_had_not_begun_is_an_error_and_the_buffer_comes_back() {
    let path = Scratch::with("hello");
    let file = for_writing(&path);
    let runtime = with_a_pool();
    let gate = Gate::default();
    let (mut writing, mut cancelled, mut measure) = (
        file.write_all_at(b"jelly".to_vec(), 0),
        file.write_all_at("jelly", 0),
        Box::pin(file.metadata()),
    );
    let busy = runtime.block_on(async {
        let busy = gate.occupy();
        assert!(poll_once(&mut writing).await.is_none());
        assert!(poll_once(&mut cancelled).await.is_none());
        assert!(poll_once(&mut measure).await.is_none());
        busy
    });
    // A task of another runtime waits for it, and has to hear of the end.
    let other = Runtime::new().unwrap();
    let waiting = other.spawn(writing);
    other.block_on(runtime::task::yield_now());
    drop(runtime);
    other.block_on(async {
        let (result, word) = waiting.await.unwrap();
        assert_given_up(result);
        assert_eq!(word, b"jelly");
        let (written, word) = cancelled.cancel().await;
        assert_eq!((written.unwrap(), word), (0, "jelly"), "it never happened");
        assert_given_up(measure.await.map(|known| known.len()));
        gate.let_through(busy).await;
    });
    assert_eq!(path.bytes(), b"hello");
    assert!(file.into_std().is_ok());
}

#[test]
fn a_file_outlives_its_runtime() {
    let path = Scratch::with("hello");
    let runtime = Runtime::new().unwrap();
    let file = runtime.block_on(File::open(&path)).unwrap();
    drop(runtime);
    let (length, word) = block_on(file.read_at(vec![0; 5], 0));
    assert_eq!((length.unwrap(), &word[..]), (5, &b"hello"[..]));
}

/// What had not begun is dropped inside of the runtime, when no thread works for it any more: a destructor finds that
/// out at once.
#[test]
fn a_file_used_when_the_pool_has_closed() {
    struct AtTheEnd(File, mpsc::Sender<(io::Result<usize>, &'static str)>);

    impl Drop for AtTheEnd {
        fn drop(&mut self) {
            let mut cx = Context::from_waker(Waker::noop());
            let mut writing = self.0.write_all_at("jelly", 0);
            let Poll::Ready(told) = Pin::new(&mut writing).poll(&mut cx) else {
                return; // It waits for ever.
            };
            let Poll::Ready(opened) = pin!(File::open("anything")).poll(&mut cx) else {
                return;
            };
            assert_given_up(opened);
            let _ = self.1.send(told);
        }
    }

    let path = Scratch::with("hello");
    let (send, told) = mpsc::channel();
    let runtime = with_a_pool();
    let at_the_end = AtTheEnd(for_writing(&path), send);
    let gate = Gate::default();
    let (busy, _unstarted) = {
        let _guard = runtime.enter();
        (gate.occupy(), unblock(move || drop(at_the_end)).unwrap())
    };
    drop(runtime);
    let (result, word) = told.recv().expect("the destructor came to its end");
    assert_given_up(result);
    assert_eq!(word, "jelly");
    block_on(gate.let_through(busy));
    assert_eq!(path.bytes(), b"hello");
}

/// A destructor of a task runs before that. What it begins has an end as well, which another runtime may hear of.
#[test]
fn a_file_used_while_its_runtime_is_dropped() {
    type Told = (io::Result<usize>, &'static str);
    type Begun = (Transfer<&'static str, WriteAll>, Poll<Told>);

    struct AtTheEnd(File, Rc<RefCell<Option<Begun>>>);

    impl Drop for AtTheEnd {
        fn drop(&mut self) {
            let mut cx = Context::from_waker(Waker::noop());
            let mut writing = self.0.write_all_at("jelly", 0);
            let told = Pin::new(&mut writing).poll(&mut cx); // A quick thread may be done by then.
            self.1.replace(Some((writing, told)));
        }
    }

    let path = Scratch::with("hello");
    let begun = Rc::new(RefCell::new(None));
    let runtime = Runtime::new().unwrap();
    let at_the_end = AtTheEnd(for_writing(&path), begun.clone());
    let task = runtime.spawn(async move {
        let _at_the_end = at_the_end;
        pending::<()>().await;
    });
    runtime.block_on(runtime::task::yield_now());
    drop(runtime);
    let (writing, told) = begun.take().expect("the destructor ran");
    let (result, word) = match told {
        Poll::Ready(told) => told,
        Poll::Pending => block_on(writing),
    };
    let written = result.map_err(|error| assert_given_up::<()>(Err(error)));
    let expected: &[u8] = if written.is_ok() { b"jelly" } else { b"hello" };
    assert_eq!((word, &path.bytes()[..]), ("jelly", expected));
    assert!(block_on(task).unwrap_err().is_cancelled());
}

/// What a task had under way when the runtime was dropped is dropped with it, and so it never begins.
#[test]
fn a_task_that_writes_is_cancelled() {
    let path = Scratch::with("hello");
    let file = for_writing(&path);
    let runtime = Runtime::new().unwrap();
    let gate = Gate::default();
    let mut queued = file.write_all_at("jelly", 0);
    let (busy, task) = runtime.block_on(async {
        let busy = gate.occupy();
        let task = runtime::spawn(async move {
            assert!(poll_once(&mut queued).await.is_none());
            queued.await.0
        });
        runtime::task::yield_now().await;
        (busy, task)
    });
    drop(runtime);
    assert!(block_on(task).unwrap_err().is_cancelled());
    assert!(file.into_std().is_ok(), "the queue has no share of it");
    block_on(gate.let_through(busy));
    assert_eq!(path.bytes(), b"hello");
}
