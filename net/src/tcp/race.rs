//! Connecting to a host that has several addresses, after RFC 8305 ("happy eyeballs").
//!
//! A host may have addresses that do not work from here: IPv6 where there is no route for it, or a machine of several
//! that is down. To try one after the other costs a minute's timeout for each. To try all at once is unfair to the
//! host. So they start a quarter of a second apart, the families taking turns; an attempt that fails lets the next
//! one start at once, and the first that succeeds ends them all.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use std::vec;

use reactor::{Handle, Timer};

use crate::context::while_doing;
use crate::tcp::TcpStream;
use crate::tcp::connecting::Connecting;

/// The "Connection Attempt Delay" that the RFC recommends.
const STAGGER: Duration = Duration::from_millis(250);

/// Connects to the first address that answers.
pub(crate) async fn connect(handle: &Handle, addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    match addresses {
        [only] => Connecting::begin(handle, *only)?.await,
        several => Race::new(handle, several).await,
    }
}

/// A future of the connection that is first. Dropping it closes every socket it has opened.
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
struct Race {
    handle: Handle,
    /// Not tried yet.
    waiting: vec::IntoIter<SocketAddr>,
    running: Vec<Connecting>,
    /// When the next one may start, unless an attempt fails before.
    stagger: Timer,
    may_start: bool,
    /// The most telling error so far.
    error: Option<io::Error>,
    failures: usize,
}

impl Race {
    fn new(handle: &Handle, addresses: &[SocketAddr]) -> Self {
        Race {
            handle: handle.clone(),
            waiting: take_turns(addresses).into_iter(),
            running: Vec::with_capacity(addresses.len()),
            stagger: Timer::new(handle.clone(), handle.now()),
            may_start: true,
            error: None,
            failures: 0,
        }
    }

    fn start_next(&mut self) {
        if let Some(address) = self.waiting.next() {
            match Connecting::begin(&self.handle, address) {
                Ok(attempt) => {
                    self.running.push(attempt);
                    self.stagger.reset(self.handle.now() + STAGGER);
                    self.may_start = false;
                }
                Err(error) => self.note(error),
            }
        }
    }

    /// Polls every attempt. The first success is returned; failures are noted and make the next one start.
    fn poll_running(&mut self, cx: &mut Context<'_>) -> Option<TcpStream> {
        let mut at = 0;
        while at < self.running.len() {
            match self.running[at].poll_connected(cx) {
                Poll::Ready(Ok(stream)) => return Some(stream),
                Poll::Ready(Err(error)) => {
                    drop(self.running.remove(at));
                    self.note(error);
                }
                Poll::Pending => at += 1,
            }
        }
        None
    }

    fn note(&mut self, error: io::Error) {
        self.failures += 1;
        let before = self.error.as_ref();
        if before.is_none_or(|before| tells(&error) >= tells(before)) {
            self.error = Some(error);
        }
        self.may_start = true;
    }

    fn all_failed(&mut self) -> io::Error {
        let others = self.failures.saturating_sub(1);
        match self.error.take() {
            Some(error) => while_doing(
                format_args!("all {} addresses failed; the last to tell why", others + 1),
                error,
            ),
            None => io::Error::new(
                io::ErrorKind::InvalidInput,
                "there is no address to connect to",
            ),
        }
    }
}

impl Future for Race {
    type Output = io::Result<TcpStream>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let race = &mut *self;
        loop {
            if let Some(stream) = race.poll_running(cx) {
                race.running.clear();
                return Poll::Ready(Ok(stream));
            }
            if race.waiting.as_slice().is_empty() {
                if race.running.is_empty() {
                    return Poll::Ready(Err(race.all_failed()));
                }
                return Poll::Pending;
            }
            if !race.may_start && Pin::new(&mut race.stagger).poll(cx).is_pending() {
                return Poll::Pending;
            }
            race.start_next();
        }
    }
}

/// How much an error says of the host: that it refused is more than that there is no way to it from here.
fn tells(error: &io::Error) -> u8 {
    match error.kind() {
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::AddrNotAvailable => 0,
        io::ErrorKind::HostUnreachable => 1,
        _ => 2,
    }
}

/// The families take turns, beginning with the first address's; within a family the order stays.
fn take_turns(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let first_is_v4 = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let of = |v4| {
        addresses
            .iter()
            .filter(move |address| address.is_ipv4() == v4)
    };
    let (mut first, mut second) = (of(first_is_v4), of(!first_is_v4));
    let mut turns = Vec::with_capacity(addresses.len());
    while turns.len() < addresses.len() {
        turns.extend(first.next());
        turns.extend(second.next());
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns_beginning_with_the_first() {
        let [a, b, c, x, y]: [SocketAddr; 5] =
            ["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1", "2.2.2.2:1"]
                .map(|address| address.parse().unwrap());
        assert_eq!(take_turns(&[a, b, c, x, y]), [a, x, b, y, c]);
        assert_eq!(take_turns(&[x, y, a]), [x, a, y]);
        assert_eq!(take_turns(&[a, b]), [a, b]);
        assert!(take_turns(&[]).is_empty());
    }
}
