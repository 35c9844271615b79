//! What the tour checks and says, and the descriptors it needs; it takes no part in the tour.

use std::fmt::Debug;
use std::io;

use runtime::Runtime;
use runtime::time::{Duration, sleep};

use crate::CLIENTS;
use crate::clients::{ASKS_DELAY, MESSAGE_BYTES, ROUND_TRIPS, WAKES};

/// An error if something is not as expected; it ends the tour with exit status 1.
pub(crate) fn check<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> io::Result<()> {
    if found == expected {
        return Ok(());
    }
    let words = format!("{what}: found {found:?}, expected {expected:?}");
    Err(io::Error::other(words))
}

/// The servers' tasks end when they have seen their clients' ends, and then no socket is left either.
pub(crate) async fn nothing_is_left(runtime: &Runtime) {
    while runtime.metrics().tasks + runtime.metrics().sources > 0 {
        sleep(Duration::from_millis(1)).await;
    }
}

/// Prints what happened.
pub(crate) fn print(runtime: &Runtime, took: Duration) {
    let metrics = runtime.metrics();
    let messages = CLIENTS * ROUND_TRIPS;
    let rate = messages as f64 / took.as_secs_f64();
    println!("driver        {}", runtime.driver_name());
    println!(
        "connections   {}: {CLIENTS} echo clients, a tenth of which asked for a delay, too",
        CLIENTS + CLIENTS / ASKS_DELAY
    );
    println!("messages      {messages}, each there and back, all as they were sent");
    println!("bytes         {}", 2 * messages * MESSAGE_BYTES);
    println!(
        "round trips   {rate:.0} a second, for {:.2} s",
        took.as_secs_f64()
    );
    println!(
        "tasks         {}, one panicked and one was aborted, on purpose",
        metrics.spawned
    );
    println!("polls         {}", metrics.polls);
    println!("wakes         {}", metrics.wakes);
    println!("second thread {WAKES} messages from it, all heard; it has ended");
    println!(
        "reactor waits {}; the other looks at the world found work to do",
        metrics.waits
    );
    println!("threads       {}", threads());
    println!("all is well");
}

/// How many threads this process has, where the system tells.
fn threads() -> String {
    match std::fs::read_dir("/proc/self/task") {
        Ok(threads) => threads.count().to_string(),
        Err(_) => String::from("not told by this system"),
    }
}
