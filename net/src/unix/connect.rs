//! Connecting a Unix stream without blocking the thread, not even when the listener's backlog is full.

use std::io;
use std::os::unix::net;

use reactor::{Direction, Handle, Sharing};
use rustix::io::Errno;
use rustix::net::SocketAddrUnix;

use super::pauses::Pauses;
use super::stream::UnixStream;
use crate::os;

/// Connects, and tries again after a pause for as long as the backlog is full.
///
/// A TCP connect that would block is under way, and announces its end. A Unix connect is done or refused at once; only
/// if the listener's backlog is full does Linux say `EAGAIN`, and that means that nothing was begun and nothing will
/// be announced. The kernel has a blocking caller sleep until there is room; for us there are pauses. Other systems
/// refuse the connection then.
pub(super) async fn connect(handle: Handle, address: &SocketAddrUnix) -> io::Result<UnixStream> {
    let socket = os::open_unix_stream()?;
    let mut pauses = Pauses::new();
    loop {
        match rustix::net::connect(&socket, address) {
            Ok(()) => return UnixStream::register(handle, socket, Sharing::Sole),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => pauses.pause(&handle).await?,
            Err(Errno::INPROGRESS) => return finish(handle, socket).await,
            Err(error) => return Err(error.into()),
        }
    }
}

/// Where a Unix connect can be under way after all: waits for its end, which is that the stream can be written.
async fn finish(handle: Handle, socket: net::UnixStream) -> io::Result<UnixStream> {
    let stream = UnixStream::register(handle, socket, Sharing::Sole)?;
    stream.registration.forget_ready(Direction::Write);
    stream.writable().await?;
    match stream.take_error()? {
        Some(error) => Err(error),
        None => Ok(stream),
    }
}
