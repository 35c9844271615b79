//! An echo server with a runtime on each core, and how much more it serves than one runtime alone.
//!
//! All runtimes listen on the same port (`SO_REUSEPORT`), so the system spreads the connections over them, and nothing
//! is shared but the sign to stop. The load comes from threads of the same program, over the loopback, and takes cores,
//! too: the figures tell what is gained here, not what a server can do.
//!
//! Run it with `cargo run --release --example per_core [RUNTIMES [CLIENTS [MILLISECONDS]]]`.

#[cfg(unix)]
#[path = "per_core/load.rs"]
mod load;
#[cfg(unix)]
#[path = "per_core/report.rs"]
mod report;
#[cfg(unix)]
#[path = "per_core/server.rs"]
mod server;

#[cfg(unix)]
fn main() -> std::io::Result<()> {
    per_core::main()
}

#[cfg(not(unix))]
fn main() {
    println!("several sockets cannot listen on one port here");
}

#[cfg(unix)]
mod per_core {
    use std::io;
    use std::net::{Ipv4Addr, SocketAddr};
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Instant;

    use crate::load::Load;
    use crate::report::Report;
    use crate::server::{beside_others, serve};

    pub(crate) fn main() -> io::Result<()> {
        let (runtimes, load) = Load::from_arguments();
        measure(1, load)?;
        measure(runtimes, load)
    }

    fn measure(runtimes: u64, load: Load) -> io::Result<()> {
        // Bound and not listening, it holds the port for the others.
        let place = beside_others(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let address = place.local_addr()?;
        let (stop, stopped) = async_channel::bounded::<()>(1);
        let (tell, listening) = channel();

        let asking = thread::spawn(move || {
            let begun = Instant::now();
            let all = (0..runtimes).all(|_| listening.recv() == Ok(true));
            let asked = if all { load.ask(address) } else { Ok(()) };
            drop(stop); // All who serve hear that.
            asked.map(|()| begun.elapsed())
        });
        let served = runtime::per_core(runtimes as usize, || async {
            let listener = beside_others(address).and_then(|socket| socket.listen(1024));
            let _ = tell.send(listener.is_ok()); // It fails if another one has not got there.
            serve(listener?, &stopped).await
        });
        drop(tell); // If there were no runtimes at all, there is nobody to ask.
        let time = asking.join().expect("it does not panic")?;
        let served: Vec<u64> = served?.into_iter().collect::<io::Result<_>>()?;
        println!("{}", Report(&served, time));
        Ok(())
    }
}
