//! The runtime inside a program that runs on tokio: tokio sleeps for both, for it watches the runtime's descriptor and
//! its next deadline. All on one thread. Here a server of the runtime and a client of tokio talk to each other.
//!
//! Run it with `cargo run --release --example in_tokio --features in-tokio`.

#[cfg(unix)]
fn main() -> std::io::Result<()> {
    in_tokio::main()
}

#[cfg(not(unix))]
fn main() {
    println!("tokio watches descriptors on Unix only; see the example `in_gui_loop`");
}

#[cfg(unix)]
mod in_tokio {
    #[path = "../in_tokio/server.rs"]
    mod server;

    use std::io;

    use runtime::Runtime;
    use runtime::net::TcpListener;
    use runtime::time::{Duration, Instant};
    use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest, unix::AsyncFd};

    pub(crate) fn main() -> io::Result<()> {
        let [] = examples::Usage("in_tokio").arguments();
        let tokio = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let guest = Runtime::new()?;
        if let Err(error) = guest.as_fd() {
            println!("{error}"); // On a Linux older than 5.11.
            return Ok(());
        }
        tokio.block_on(async {
            tokio::select! {
                driven = drive(&guest) => driven,
                done = converse(&guest) => done,
            }
        })
    }

    /// Lets tokio drive the runtime, for as long as this is polled.
    async fn drive(guest: &Runtime) -> io::Result<()> {
        // Borrowed, so it stays open for as long as it is watched.
        #[allow(deprecated, reason = "its heir is unsafe")]
        let watched = AsyncFd::with_interest(guest.as_fd()?, Interest::READABLE)?;
        loop {
            let next = guest.next_deadline();
            let next = next.map(|next| next.duration_since(Instant::now()));
            tokio::select! {
                // tokio watches by edges: what it knows is forgotten before the turn, which may bring the next one.
                ready = watched.readable() => ready?.clear_ready(),
                () = tokio::time::sleep(next.unwrap_or_default()), if next.is_some() => {}
            }
            guest.turn(Some(Duration::ZERO))?;
            tokio::task::yield_now().await; // A task that is always ready must not starve tokio's.
        }
    }

    async fn converse(guest: &Runtime) -> io::Result<()> {
        // The handle of a task can be awaited anywhere on this thread.
        let listener = guest.spawn(TcpListener::bind("127.0.0.1:0")).await??;
        let address = listener.local_addr()?;
        drop(guest.spawn(server::serve(listener)));

        let mut stream = tokio::net::TcpStream::connect(address).await?;
        for _ in 0..5 {
            stream.write_all(b"hello").await?;
            let mut answer = [0; 5];
            stream.read_exact(&mut answer).await?;
            println!("tokio heard {}", String::from_utf8_lossy(&answer));
        }
        Ok(())
    }
}
