//! A peer's program: it does the work that its arguments name and prints the figures.

use std::env;
use std::time::Instant;

use rustix::thread::{CpuSet, sched_setaffinity};

use crate::figures::tell;
use crate::peer::Peer;
use crate::{clock, memory, parallel, serve, tasks, timers};

/// Reads `WORK [COUNT]` from the arguments, does it, prints the figures.
///
/// The process is bound to core 0, or as the variable `BENCH_CORE` says.
pub fn main<P: Peer>() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let name = arguments.first().map_or("", String::as_str);
    let count = arguments.get(1).and_then(|count| count.parse().ok());
    let core = env::var("BENCH_CORE")
        .ok()
        .and_then(|core| core.parse().ok());
    pin(core.unwrap_or(0));
    if !P::can(name) {
        println!("cannot {name}");
        return;
    }
    work::<P>(name, count.unwrap_or(1_000_000));
}

fn work<P: Peer>(name: &str, count: u64) {
    match name {
        "spawn" => in_task::<P>(count, tasks::spawn::<P>),
        "yield" => in_task::<P>(count, tasks::switch::<P>),
        "slot" => in_task::<P>(count, tasks::ping_pong::<P>),
        "mpsc" => in_task::<P>(count, tasks::ping_pong_mpsc::<P>),
        "block-on" => block_on::<P>(count),
        "sleeps" => sleeps::<P>(count),
        "timeout-ready" => in_task::<P>(count, timers::timeout_ready::<P>),
        "timeout-pending" => in_task::<P>(count, timers::timeout_pending::<P>),
        "timeout-crowd" => in_crowd::<P>(count),
        "timeout-root" => P::block_on(timed(count, timers::timeout_pending::<P>)),
        "thread-wake" => tell("ns", parallel::wake_from_a_thread::<P>(count)),
        "spawn-memory" => P::block_on(memory::spawns::<P>()),
        "parked-memory" => P::block_on(memory::parked::<P>(count)),
        "serve" => serve::serve::<P>(count as usize),
        _ => panic!("there is no work of the name {name:?}"),
    }
}

/// The work in a task of its own: a tenth of it first, then all of it by the clock.
fn in_task<P: Peer>(count: u64, work: impl AsyncFn(u64) + 'static) {
    P::block_on(async move { P::spawn(timed(count, work)).await });
}

async fn timed(count: u64, work: impl AsyncFn(u64)) {
    work(count / 10).await;
    let begin = Instant::now();
    work(count).await;
    tell("ns", clock::each(begin.elapsed(), count));
}

fn in_crowd<P: Peer>(count: u64) {
    P::block_on(async move {
        timers::crowd::<P>().await;
        P::spawn(timed(count, timers::timeout_pending::<P>)).await;
    });
}

fn block_on<P: Peer>(count: u64) {
    let all = |count| {
        for number in 0..count {
            std::hint::black_box(P::block_on(async move { number }));
        }
    };
    all(count / 10);
    tell("ns", clock::each(clock::wall(|| all(count)), count));
}

fn sleeps<P: Peer>(count: u64) {
    let before = clock::cpu();
    P::block_on(timers::sleeps::<P>(count));
    tell("cpu_ns", clock::each(clock::cpu() - before, count));
}

/// Binds the calling thread, and those that it starts, to one core.
pub(crate) fn pin(core: usize) {
    let mut set = CpuSet::new();
    set.set(core);
    if sched_setaffinity(None, &set).is_err() {
        eprintln!("this machine has no core {core}: not bound to it");
    }
}
