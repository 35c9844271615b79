//! What may be sent to another thread and shared with it, and what may not: checked when this file is compiled.
//!
//! Each check asks whether a type has a trait by a constant that two places offer: an inherent one for types that
//! have it, which wins, and one of a blanket trait for all others.

use std::cell::Cell;
use std::marker::PhantomData;
use std::rc::Rc;
use std::task::Waker;

use runtime::dump::{Dump, Reason, TaskDump};
use runtime::fs::File;
use runtime::future::{Or, Race, Zip};
use runtime::guest::{self, Guest};
use runtime::io::{Async, Stderr, Stdin, Stdout};
use runtime::net::{TcpListener, TcpStream, UdpSocket, tcp};
use runtime::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use runtime::signal::CtrlC;
use runtime::sync::{self, broadcast, mpsc, oneshot, watch};
use runtime::task::{
    AbortHandle, Aborted, AccessError, Id, JoinError, JoinHandle, JoinSet, LocalKey, Scope,
    ScopedJoinHandle, TaskLocalFuture, ThreadBound, YieldNow,
};
use runtime::time::{Elapsed, Instant, Interval, MissedTickBehavior, Sleep, Tick, Timeout};
use runtime::{
    Builder, DriverKind, EnterGuard, Metrics, Remote, RemoteHandle, Runtime, SlowPoll, WhenStuck,
};

struct Asked<T: ?Sized>(PhantomData<T>);

trait Otherwise {
    const SEND: bool = false;
}
trait OtherwiseSync {
    const SYNC: bool = false;
}
trait OtherwiseUnpin {
    const UNPIN: bool = false;
}
impl<T: ?Sized> Otherwise for Asked<T> {}
impl<T: ?Sized> OtherwiseSync for Asked<T> {}
impl<T: ?Sized> OtherwiseUnpin for Asked<T> {}

impl<T: ?Sized + Send> Asked<T> {
    const SEND: bool = true;
}
impl<T: ?Sized + Sync> Asked<T> {
    const SYNC: bool = true;
}
impl<T: ?Sized + Unpin> Asked<T> {
    const UNPIN: bool = true;
}

macro_rules! check {
    ($($type:ty: $send:literal $sync:literal $unpin:literal,)*) => {
        $(
            const _: () = assert!(Asked::<$type>::SEND == $send, concat!(stringify!($type), ": Send"));
            const _: () = assert!(Asked::<$type>::SYNC == $sync, concat!(stringify!($type), ": Sync"));
            const _: () = assert!(Asked::<$type>::UNPIN == $unpin, concat!(stringify!($type), ": Unpin"));
        )*
    };
}

type Socket = std::net::UdpSocket;
/// A future that may go anywhere.
type Free = std::future::Ready<u8>;

check! {
    // type: Send, Sync, Unpin

    // The questions themselves.
    u8: true true true,
    Cell<u8>: true false true,
    Rc<u8>: false false true,
    std::marker::PhantomPinned: true true false,

    // What crosses threads: names, results and plain values.
    mpsc::error::TrySendError<u8>: true true true,
    broadcast::error::RecvError: true true true,
    Waker: true true true,
    JoinError: true true true,
    Aborted: true true true,
    Elapsed: true true true,
    Instant: true true true,
    Id: true true true,
    Metrics: true true true,
    DriverKind: true true true,
    MissedTickBehavior: true true true,
    Dump: true true true,
    TaskDump: true true true,
    Reason: true true true,
    SlowPoll: true true true,
    WhenStuck: true true true,
    YieldNow: true true true,
    Remote: true true true,
    RemoteHandle<u8>: true true true,
    File: true true true,
    // It is run on the host's thread, and checks that.
    guest::Tick: true true true,
    runtime::fs::DirBuilder: true true true,
    runtime::fs::DirEntry: true true true,
    runtime::fs::OpenOptions: true true true,
    runtime::fs::ReadDir: true true true,
    // The process has them, and no runtime.
    Stdin: true true true,
    Stdout: true true true,
    Stderr: true true true,
    AccessError: true true true,
    Command: true true true,
    // A key is a static. What it leads to is each thread's own.
    LocalKey<Rc<u8>>: true true true,
    // It checks instead, whatever is inside.
    ThreadBound<u8>: true true true,
    ThreadBound<Cell<u8>>: true true true,
    ThreadBound<Rc<u8>>: true true true,
    ThreadBound<std::sync::MutexGuard<'static, u8>>: true true true,
    ThreadBound<std::marker::PhantomPinned>: true true false,

    sync::AcquireError: true true true,
    sync::BarrierWaitResult: true true true,
    sync::SetError<u8>: true true true,
    sync::TryAcquireError: true true true,
    sync::TryLockError: true true true,

    // What may be sent while nobody uses it, and is then used on that thread.
    sync::Barrier: true false true,
    sync::Mutex<u8>: true false true,
    sync::Notify: true false true,
    sync::OnceCell<u8>: true false true,
    sync::RwLock<u8>: true false true,
    sync::Semaphore: true false true,

    // What stays on its thread: the runtime, and whatever has a share of it.
    Runtime: false false true,
    EnterGuard<'static>: false false true,
    Guest<u8>: false false true,
    // It may have a hook for slow polls.
    Builder: false false true,
    JoinHandle<u8>: false false true,
    Scope<'static, 'static>: false false true,
    ScopedJoinHandle<'static, u8>: false false true,
    AbortHandle: false false true,
    JoinSet<u8>: false false true,
    Sleep: false false true,
    Interval: false false true,
    Tick<'static>: false false true,
    Timeout<Free>: false false true,
    Async<Socket>: false false true,
    TcpStream: false false true,
    TcpListener: false false true,
    tcp::ReadHalf<'static>: false false true,
    tcp::WriteHalf<'static>: false false true,
    tcp::OwnedReadHalf: false false true,
    tcp::OwnedWriteHalf: false false true,
    UdpSocket: false false true,
    CtrlC: false false true,
    mpsc::Sender<u8>: false false true,
    mpsc::Receiver<u8>: false false true,
    mpsc::Permit<'static, u8>: false false true,
    oneshot::Sender<u8>: false false true,
    oneshot::Receiver<u8>: false false true,
    watch::Sender<u8>: false false true,
    watch::Receiver<u8>: false false true,
    broadcast::Sender<u8>: false false true,
    broadcast::Receiver<u8>: false false true,
    Child: false false true,
    ChildStdin: false false true,
    ChildStdout: false false true,
    ChildStderr: false false true,
    runtime::fs::Transfer<Vec<u8>, runtime::io::owned::Read>: false false true,
    runtime::fs::Cancel<Vec<u8>, runtime::io::owned::WriteAll>: false false true,
    runtime::io::Ready<'static, Socket>: false false true,
    runtime::io::Operation<'static, Socket, fn(&Socket)>: false false true,

    sync::CancellationToken: false false true,
    sync::DropGuard: false false true,
    sync::MutexGuard<'static, u8>: false false true,
    sync::Notified<'static>: false false true,
    sync::OwnedMutexGuard<u8>: false false true,
    sync::OwnedSemaphorePermit: false false true,
    sync::RwLockReadGuard<'static, u8>: false false true,
    sync::RwLockWriteGuard<'static, u8>: false false true,
    sync::SemaphorePermit<'static>: false false true,

    // What combines futures is as they are.
    Or<Free, Free>: true true true,
    Race<Free, Free>: true true true,
    Zip<Free, Free>: true true true,
    Or<Free, Sleep>: false false true,
    TaskLocalFuture<u8, Free>: true true true,
    TaskLocalFuture<Rc<u8>, Free>: false false true,
    TaskLocalFuture<Cell<u8>, Free>: true false true,
    TaskLocalFuture<u8, std::marker::PhantomPinned>: true true false,

    // The machines.
    executor::Executor: false false true,
    executor::Context: false false true,
    reactor::Reactor: false false true,
    reactor::Handle: false false true,
    reactor::Context: false false true,
    reactor::Timer: false false true,
    reactor::Registration<Socket>: false false true,
    reactor::Unparker: true true true,
    Box<dyn reactor::Lookout>: true false true,
}

#[cfg(unix)]
check! {
    runtime::net::UnixStream: false false true,
    runtime::net::UnixListener: false false true,
    runtime::net::UnixDatagram: false false true,
    runtime::signal::unix::SignalKind: true true true,
    runtime::signal::unix::Signal: false false true,
}

/// The future of a task may hold what is not `Send`, and so may its result.
#[test]
fn a_task_is_not_send_and_need_not_be() {
    let value = runtime::block_on(async {
        let here = Rc::new(Cell::new(1));
        let shared = here.clone();
        let task = runtime::spawn(async move {
            runtime::task::yield_now().await;
            shared.set(2);
            shared
        });
        Rc::ptr_eq(&task.await.unwrap(), &here) && here.get() == 2
    });
    assert!(value);
}
