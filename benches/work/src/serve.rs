//! The echo server of a peer, and the thread by which the conductor asks it for its counts.

use std::io::{BufRead, Write, stdin, stdout};
use std::net::TcpListener;
use std::process;
use std::thread;

use crate::allocations::Count;
use crate::figures::tell;
use crate::peer::Peer;

/// Serves until standard input ends. It prints `port N` first.
///
/// Each line on standard input is answered by the counts since the program began: `allocations`, `bytes`, and `end`.
/// The thread that reads it sleeps in a system call while the server is measured.
pub(crate) fn serve<P: Peer>(buffer: usize) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback has a free port");
    let port = listener.local_addr().expect("it is bound").port();
    // The standard library listens with room for 128; five hundred clients come at once.
    rustix::net::listen(&listener, 4_096).expect("a listener listens again");
    listener
        .set_nonblocking(true)
        .expect("a socket can be made nonblocking");
    tell("port", f64::from(port));
    thread::spawn(answer);
    let served = P::block_on(P::serve(listener, buffer));
    panic!("the server ended: {served:?}");
}

fn answer() {
    for line in stdin().lock().lines() {
        let count = Count::now();
        line.expect("standard input is text");
        tell("allocations", count.allocations as f64);
        tell("bytes", count.bytes as f64);
        println!("end");
        stdout().flush().expect("the conductor reads");
    }
    process::exit(0);
}
