//! The runtime as the guest of a GUI's loop, on any system: a helper thread waits for the world, and tells the loop
//! by an event, as other threads do with every such loop (winit's `EventLoopProxy`, GLib's `idle_add`, Qt's
//! `postEvent`).
//!
//! The loop here is a plain one of the same shape, with frames instead of a window. Its tasks run on the thread of the
//! window, so they change what it shows without a lock.
//!
//! Run it with `cargo run --release --example in_gui_loop`.

#[path = "in_gui_loop/event_loop.rs"]
mod event_loop;
#[path = "in_gui_loop/server.rs"]
mod server;

use std::cell::Cell;
use std::io;
use std::rc::Rc;

use runtime::Runtime;
use runtime::guest::Guest;
use runtime::net::{TcpListener, TcpStream};

use event_loop::{Event, EventLoop};

fn main() -> io::Result<()> {
    let [] = examples::Usage("in_gui_loop").arguments();
    let event_loop = EventLoop::new();
    let proxy = event_loop.create_proxy();
    let progress = Rc::new(Cell::new(0));
    let mut frames = 0_u32;

    let download = download(progress.clone());
    let mut guest = Guest::start(Runtime::new()?, download, move |tick| {
        let _ = proxy.send(tick); // It fails when the window was closed: then there is nobody to tick for.
    })?;
    event_loop.run(|event| {
        match event {
            Event::User(tick) => tick.run()?,
            Event::Redraw => {
                frames += 1;
                println!(
                    "frame {frames}: {:3} %",
                    progress.get() * 100 / server::BYTES
                );
            }
        }
        match guest.take_result() {
            Some(ended) => ended?.map(|()| true),
            None => Ok(false),
        }
    })?;
    println!("{} bytes in {frames} frames", progress.get());
    Ok(())
}

/// Reads from a server that takes its time, and says how far it is.
async fn download(progress: Rc<Cell<usize>>) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    drop(runtime::spawn(server::serve(listener)));
    let stream = TcpStream::connect(address).await?;
    let mut buffer = vec![0; 16 * 1024];
    while progress.get() < server::BYTES {
        let (count, back) = stream.read_owned(buffer).await;
        let count = count?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        progress.set(progress.get() + count);
        buffer = back;
    }
    Ok(())
}
