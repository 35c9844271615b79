//! Misuse is answered at once, at the caller's line, in words that say what to do.

use std::cell::RefCell;
use std::future::{Future, pending};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Once;
use std::sync::mpsc::channel;
use std::task::{Context, Waker};
use std::thread;

use runtime::fs::File;
use runtime::future::poll_once;
use runtime::guest::Guest;
use runtime::io::Async;
use runtime::net::{TcpListener, TcpStream, UdpSocket, lookup_host};
use runtime::task::{JoinSet, spawn_blocking};
use runtime::time::{Duration, Instant, interval, interval_at, sleep, sleep_until};
use runtime::time::{timeout, timeout_at};
use runtime::{Runtime, block_on, spawn};

const HOUR: Duration = Duration::from_secs(3600);

thread_local!(static LAST_PANIC: RefCell<Option<(String, u32)>> = const { RefCell::new(None) });

/// What `misuse` panics with, and the line if that is in this file.
fn panic_of<T>(misuse: impl FnOnce() -> T) -> (String, u32) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if let Some(place) = info.location() {
                let place = (place.file().to_owned(), place.line());
                LAST_PANIC.set(Some(place));
            }
            before(info);
        }));
    });
    let Err(payload) = catch_unwind(AssertUnwindSafe(misuse)) else {
        panic!("it did not panic");
    };
    let words = match payload.downcast::<String>() {
        Ok(words) => *words,
        Err(payload) => (*payload.downcast::<&str>().unwrap()).into(),
    };
    let (file, line) = LAST_PANIC.take().unwrap();
    (words, if file == file!() { line } else { 0 })
}

/// The misuse has to panic on the line where it stands, with these words.
macro_rules! assert_told {
    ($words:literal, $misuse:expr) => {
        let (words, line) = panic_of(|| $misuse);
        assert!(words.contains($words), "{words}");
        assert_eq!(line, line!(), "{words}");
    };
}

const ADVICE: &str = "inside `runtime::block_on` or under `#[runtime::main]`";

#[test]
fn outside_of_a_runtime() {
    let udp = || std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    assert_told!("`spawn` was called outside", spawn(async {}));
    assert_told!("`spawn` was called outside", runtime::task::spawn(async {}));
    assert_told!("`spawn_blocking` was called", spawn_blocking(|| ()));
    assert_told!("`remote` was called outside", runtime::remote());
    assert_told!("`JoinSet::spawn` was", JoinSet::new().spawn(async {}));
    assert_told!("`sleep` was called outside", sleep(HOUR));
    assert_told!("`sleep_until` was called", sleep_until(Instant::now()));
    assert_told!("`interval` was called outside", interval(HOUR));
    let now = Instant::now();
    assert_told!("`interval_at` was called outside", interval_at(now, HOUR));
    assert_told!("`timeout_at` was called", timeout_at(now, pending::<()>()));
    assert_told!("`Async::new` was called outside", Async::new(udp()));
    let socket = udp();
    assert_told!("`Async::new_nonblocking`", Async::new_nonblocking(socket));
    assert_told!("`signal::ctrl_c` was called", runtime::signal::ctrl_c());
    #[cfg(unix)]
    {
        use runtime::signal::unix::{SignalKind, signal};
        assert_told!("`signal::unix::signal` was", signal(SignalKind::io()));
    }
    let (words, _) = panic_of(|| spawn(async {}));
    assert!(words.contains(ADVICE), "{words}");
    let (words, _) = panic_of(|| sleep(HOUR));
    assert!(words.contains(ADVICE), "{words}");
}

/// It needs no runtime before its first pending poll; then it can only say where it was made.
#[test]
fn a_timeout_that_has_to_wait_outside() {
    let line = line!() + 1;
    let mut limited = pin!(timeout(HOUR, pending::<()>()));
    let mut cx = Context::from_waker(Waker::noop());
    let (words, _) = panic_of(|| limited.as_mut().poll(&mut cx));
    assert!(words.contains(&format!("{}:{line}:", file!())), "{words}");
    assert!(words.contains(ADVICE), "{words}");
}

/// These are futures, too, and need a runtime when they are polled.
#[test]
fn a_socket_that_is_made_outside() {
    fn words_of(future: impl Future) -> String {
        let mut future = pin!(future);
        let mut cx = Context::from_waker(Waker::noop());
        panic_of(|| drop(future.as_mut().poll(&mut cx))).0
    }
    let line = line!() + 2;
    let told = [
        words_of(TcpStream::connect("127.0.0.1:1")),
        words_of(TcpListener::bind("127.0.0.1:0")),
        words_of(UdpSocket::bind("127.0.0.1:0")),
        words_of(lookup_host("localhost:1")),
    ];
    for (words, line) in told.iter().zip(line..) {
        assert!(words.contains(&format!("{}:{line}:", file!())), "{words}");
        assert!(words.contains(ADVICE), "{words}");
    }
}

/// So are the operations of a file, which itself needs none.
#[test]
fn a_file_that_is_used_outside() {
    let file = File::from_std(std::fs::File::open(std::env::current_exe().unwrap()).unwrap());
    macro_rules! assert_told_with_the_line {
        ($($method:ident($($arguments:tt)*),)*) => {$({
            let mut future = pin!(assert_told_with_the_line!(@ $method file $($arguments)*));
            let mut cx = Context::from_waker(Waker::noop());
            let (words, _) = panic_of(|| drop(future.as_mut().poll(&mut cx)));
            let start = concat!("`File::", stringify!($method), "` was called outside of a runtime, at ");
            assert!(words.starts_with(start), "{words}");
            assert!(words.contains(&format!("{}:{}:", file!(), line!())), "{words}");
            assert!(words.contains(ADVICE), "{words}");
        })*};
        (@ open $file:ident $path:tt) => { File::open($path) };
        (@ create $file:ident $path:tt) => { File::create($path) };
        (@ $method:ident $file:ident $($arguments:tt)*) => { $file.$method($($arguments)*) };
    }
    assert_told_with_the_line! {
        open("nowhere"),
        create("nowhere"),
        read_at(vec![0; 1], 0),
        read_exact_at(Vec::new(), 0),
        write_at("x", 0),
        write_all_at("", 0),
        sync_all(),
        sync_data(),
        metadata(),
        set_len(0),
    }
}

#[test]
fn a_guard_that_is_kept_across_an_await() {
    let (one, two) = (Runtime::new().unwrap(), Runtime::new().unwrap());
    let (words, _) = panic_of(|| {
        one.block_on(async {
            let _guard = two.enter();
            sleep(Duration::from_nanos(1)).await; // On the other runtime, which does not run.
        });
    });
    assert!(words.contains("across an `.await`"), "{words}");
    one.block_on(async { sleep(Duration::from_nanos(1)).await });
}

#[test]
fn block_on_inside_of_block_on() {
    let other = Runtime::new().unwrap();
    block_on(async {
        assert_told!("Write `.await` instead", block_on(async {}));
        assert_told!("Write `.await` instead", other.block_on(async {}));
        let task = spawn(async {
            assert_told!("Write `.await` instead", block_on(async {}));
        });
        task.await.unwrap();
        // The outer one goes on.
        sleep(Duration::from_nanos(1)).await;
    });
    other.block_on(async {
        assert_told!("Write `.await` instead", other.block_on(async {}));
        spawn(async {}).await.unwrap();
    });
}

#[runtime::main]
async fn entry() {}

#[test]
fn an_entry_point_inside_of_a_runtime() {
    block_on(async {
        let (words, _) = panic_of(entry);
        assert!(words.contains("`block_on` was called inside"), "{words}");
    });
}

#[test]
fn a_tick_on_another_thread_or_inside_of_a_runtime() {
    let (proxy, ticks) = channel();
    let guest = Guest::start(Runtime::new().unwrap(), async {}, move |tick| {
        let _ = proxy.send(tick);
    });
    let _guest = guest.unwrap();
    let tick = ticks.recv_timeout(HOUR).unwrap();
    thread::spawn(move || {
        assert_told!("another thread than the host's", tick.run());
    })
    .join()
    .unwrap();
    let tick = ticks.recv_timeout(HOUR).unwrap();
    block_on(async move {
        assert_told!("`Tick::run` was called inside of a runtime", tick.run());
    });
}

#[test]
fn an_interval_without_a_period() {
    block_on(async {
        assert_told!("a period above zero", interval(Duration::ZERO));
        let now = Instant::now();
        assert_told!("a period above zero", interval_at(now, Duration::ZERO));
    });
}

#[test]
fn a_handle_polled_after_its_end() {
    block_on(async {
        let spawned_at = line!() + 1;
        let mut handle = spawn(async {});
        (&mut handle).await.unwrap();
        let mut cx = Context::from_waker(Waker::noop());
        let (words, _) = panic_of(|| Pin::new(&mut handle).poll(&mut cx));
        let place = format!("{}:{spawned_at}:", file!());
        assert!(words.contains(&place), "{words}");
    });
}

#[test]
fn a_blocking_handle_polled_after_its_end() {
    block_on(async {
        let spawned_at = line!() + 1;
        let mut handle = spawn_blocking(|| ());
        (&mut handle).await.unwrap();
        let mut cx = Context::from_waker(Waker::noop());
        let (words, _) = panic_of(|| Pin::new(&mut handle).poll(&mut cx));
        let place = format!("{}:{spawned_at}:", file!());
        assert!(words.contains(&place), "{words}");
    });
}

#[test]
fn no_thread_for_blocking_work() {
    let builder = Runtime::builder();
    assert_told!("allow 1 at least", builder.max_blocking_threads(0));
}

#[test]
fn guards_out_of_order() {
    let (one, two) = (Runtime::new().unwrap(), Runtime::new().unwrap());
    let outer = one.enter();
    let inner = two.enter();
    let (words, _) = panic_of(|| drop(outer));
    assert!(words.contains("in the reverse order"), "{words}");
    drop(inner);
    let (words, _) = panic_of(|| drop(spawn(async {})));
    assert!(
        words.contains("outside of a runtime"),
        "the outer one is not put back: {words}"
    );
}

#[test]
fn a_guard_that_outlives_the_block_on_it_was_made_in() {
    let (one, two) = (Runtime::new().unwrap(), Runtime::new().unwrap());
    let (words, _) = panic_of(|| one.block_on(async { two.enter() }));
    assert!(words.contains("in the reverse order"), "{words}");
}

#[test]
fn a_guard_of_the_middle_may_be_dropped_while_another_panic_passes() {
    let (one, two) = (Runtime::new().unwrap(), Runtime::new().unwrap());
    let (words, _) = panic_of(|| {
        let (outer, inner) = (one.enter(), two.enter());
        let _first_dropped_last = outer;
        let _inner = inner;
        panic!("the user's own");
    });
    assert_eq!(words, "the user's own");
    one.block_on(async {});
}

#[test]
fn a_timer_after_its_runtime() {
    let runtime = Runtime::new().unwrap();
    let (mut unpolled, mut polled) = runtime.block_on(async {
        let mut nap = sleep(HOUR);
        assert!(poll_once(&mut nap).await.is_none());
        (sleep(HOUR), nap)
    });
    drop(runtime);
    for nap in [&mut unpolled, &mut polled] {
        let (words, _) = panic_of(|| block_on(nap));
        assert!(words.contains("keep the `Runtime`"), "{words}");
    }
    polled.reset(Instant::now()); // Harmless, as is dropping it.
}

#[test]
fn a_task_that_waits_for_a_timer_of_a_dropped_runtime_is_woken_and_told() {
    let (one, two) = (Runtime::new().unwrap(), Runtime::new().unwrap());
    let nap = {
        let _guard = one.enter();
        sleep(HOUR)
    };
    let waiting = two.spawn(nap);
    two.block_on(runtime::task::yield_now());
    drop(one);
    let error = two.block_on(waiting).unwrap_err();
    assert!(error.to_string().contains("keep the `Runtime`"), "{error}");
}

#[test]
fn a_handle_after_its_runtime() {
    let runtime = Runtime::new().unwrap();
    let (ended, left) = (runtime.spawn(async { 7 }), runtime.spawn(pending::<u8>()));
    runtime.block_on(runtime::task::yield_now());
    drop(runtime);
    ended.abort();
    left.abort();
    assert_eq!(block_on(ended).unwrap(), 7);
    assert!(block_on(left).unwrap_err().is_cancelled());
}

#[test]
fn a_socket_after_its_runtime() {
    let runtime = Runtime::new().unwrap();
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let socket = runtime.block_on(async { Async::new(socket).unwrap() });
    drop(runtime);
    let error = block_on(socket.readable()).unwrap_err();
    assert!(error.to_string().contains("keep the `Runtime`"), "{error}");
    socket.into_inner().unwrap();
}
