//! The echo loop by hand: one level-triggered epoll, and no future anywhere.
//!
//! This is what every peer's server is compared with. For each event there is one receive and one send.

use std::io;
use std::net::TcpListener;
use std::ops::Range;

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::fd::{AsFd, AsRawFd, OwnedFd};
use rustix::io::{Errno, retry_on_intr};
use rustix::net::{RecvFlags, SendFlags, SocketFlags, accept_with, recv, send};

/// Accepts and echoes until the listener fails.
pub(crate) fn serve(listener: &TcpListener, buffer: usize) -> io::Result<()> {
    let mut server = Server {
        epoll: epoll::create(CreateFlags::CLOEXEC)?,
        connections: Vec::new(),
        buffer,
    };
    server.watch(listener)?;
    let mut events = Vec::with_capacity(1_024);
    loop {
        events.clear();
        retry_on_intr(|| epoll::wait(&server.epoll, spare_capacity(&mut events), None))?;
        for event in &events {
            match event.data.u64() as usize {
                ready if ready == place(listener) => server.accept(listener)?,
                ready => server.turn(ready)?,
            }
        }
    }
}

struct Server {
    epoll: OwnedFd,
    /// Each at the number of its descriptor, which the system gives out densely and epoll hands back.
    connections: Vec<Option<Box<Connection>>>,
    buffer: usize,
}

struct Connection {
    socket: OwnedFd,
    buffer: Box<[u8]>,
    /// What was received and the socket had no room for. While there is any, the epoll waits for room.
    unsent: Range<usize>,
}

impl Server {
    /// One connection for each event; if there are more, the level tells.
    fn accept(&mut self, listener: &TcpListener) -> io::Result<()> {
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let socket = match accept_with(listener, flags) {
            Ok(socket) => socket,
            // The client has gone meanwhile.
            Err(Errno::AGAIN | Errno::CONNABORTED | Errno::INTR) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        self.watch(&socket)?;
        let place = place(&socket);
        if self.connections.len() <= place {
            self.connections.resize_with(place + 1, || None);
        }
        self.connections[place] = Some(Box::new(Connection {
            socket,
            buffer: vec![0; self.buffer].into_boxed_slice(),
            unsent: 0..0,
        }));
        Ok(())
    }

    fn watch(&self, source: impl AsFd) -> io::Result<()> {
        let place = EventData::new_u64(place(&source) as u64);
        Ok(epoll::add(&self.epoll, source, place, EventFlags::IN)?)
    }

    fn turn(&mut self, place: usize) -> io::Result<()> {
        // No event of an earlier connection can name this place: a wait tells of a descriptor once, and closing takes
        // it out of the epoll.
        let Some(connection) = &mut self.connections[place] else {
            return Ok(());
        };
        let waited = !connection.unsent.is_empty();
        match connection.echo() {
            Ok(true) => {}
            // Its client has ended it, in this way or that.
            Ok(false) | Err(_) => {
                self.connections[place] = None;
                return Ok(());
            }
        }
        let waits = !connection.unsent.is_empty();
        if waits != waited {
            self.wait_for_room(place, waits)?;
        }
        Ok(())
    }

    #[cold]
    fn wait_for_room(&self, place: usize, wait: bool) -> io::Result<()> {
        let flags = if wait {
            EventFlags::OUT
        } else {
            EventFlags::IN
        };
        if let Some(connection) = &self.connections[place] {
            let place = EventData::new_u64(place as u64);
            epoll::modify(&self.epoll, &connection.socket, place, flags)?;
        }
        Ok(())
    }
}

impl Connection {
    /// Receives once if everything is sent, and sends once. False at the end of the stream.
    fn echo(&mut self) -> Result<bool, Errno> {
        if self.unsent.is_empty() {
            match recv(&self.socket, &mut self.buffer[..], RecvFlags::empty()) {
                Ok((0, _)) => return Ok(false),
                Ok((count, _)) => self.unsent = 0..count,
                Err(Errno::AGAIN | Errno::INTR) => return Ok(true),
                Err(error) => return Err(error),
            }
        }
        let bytes = &self.buffer[self.unsent.clone()];
        match send(&self.socket, bytes, SendFlags::NOSIGNAL) {
            Ok(count) => self.unsent.start += count,
            Err(Errno::AGAIN | Errno::INTR) => {}
            Err(error) => return Err(error),
        }
        Ok(true)
    }
}

fn place(source: impl AsFd) -> usize {
    source.as_fd().as_raw_fd() as usize
}
