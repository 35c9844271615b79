//! The shortest loop there is, for the examples of this crate: they cannot use the crate `runtime`, which stands on
//! this one. It is no part of the interface.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::task::{Context, Poll};

use executor::{Executor, Step};
use reactor::{DriverKind, Reactor};

use crate::tcp::{TcpListener, TcpStream};

/// Runs a future to its end, as `runtime::block_on` does.
///
/// # Panics
/// If the system has no event queue, or its wait fails.
pub fn run<F: Future>(future: F) -> F::Output {
    let reactor = Reactor::new(DriverKind::Auto).expect("the system has an event queue");
    let executor = Executor::new(reactor.unparker());
    let _context = reactor.context();
    let entered = executor.enter();
    let root = entered.root();
    let mut future = pin!(future);
    loop {
        match entered.step() {
            Step::Root => {
                let polled = future.as_mut().poll(&mut Context::from_waker(root.waker()));
                if let Poll::Ready(output) = polled {
                    return output;
                }
            }
            Step::Ran => {}
            Step::Idle => reactor.turn(None).expect("the wait does not fail"),
        }
    }
}

/// Two ends of one connection.
///
/// # Errors
/// What the system says.
pub async fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    let (server, _) = listener.accept().await?;
    Ok((client, server))
}
