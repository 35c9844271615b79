//! The echo loop by hand on io_uring: each completion asks for the next step of its connection.

use std::io;
use std::mem::ManuallyDrop;
use std::net::TcpListener;
use std::ops::Range;
use std::os::fd::{AsRawFd, RawFd};
use std::ptr;

use io_uring::cqueue;
use io_uring::opcode::{Accept, Close, Recv, Send};
use io_uring::squeue::Entry;
use io_uring::types::Fd;

use crate::ring::Ring;

pub(crate) struct Server {
    ring: Ring,
    /// Each at the number of its descriptor. If the server ends by an error, they are leaked: the system may still write
    /// to their buffers.
    connections: ManuallyDrop<Vec<Option<Box<Connection>>>>,
    buffer: usize,
}

/// It has one submission under way, whose step is in the completion's data beside the descriptor.
struct Connection {
    buffer: Box<[u8]>,
    unsent: Range<usize>,
}

const ACCEPT: u64 = 0;
const RECEIVE: u64 = 1;
const SEND: u64 = 2;
const CLOSE: u64 = 3;

impl Server {
    pub(crate) fn new(ring: Ring, buffer: usize) -> Server {
        Server {
            ring,
            connections: ManuallyDrop::new(Vec::new()),
            buffer,
        }
    }

    /// Accepts and echoes until the listener or the ring fails.
    pub(crate) fn run(mut self, listener: &TcpListener) -> io::Result<()> {
        // The ring would answer at once that there is nobody yet, if the listener asked for that.
        listener.set_nonblocking(false)?;
        self.accept(listener.as_raw_fd())?;
        loop {
            self.ring.turn()?;
            while let Some(completion) = self.ring.completion() {
                self.go_on(&completion)?;
            }
        }
    }

    fn go_on(&mut self, completion: &cqueue::Entry) -> io::Result<()> {
        let (fd, step) = (
            (completion.user_data() >> 2) as RawFd,
            completion.user_data() & 3,
        );
        let result = completion.result();
        match step {
            ACCEPT => {
                self.begin(result)?;
                self.accept(fd)
            }
            RECEIVE if result > 0 => {
                self.connection(fd).unsent = 0..result as usize;
                self.send(fd)
            }
            SEND if result > 0 => {
                let Connection { unsent, .. } = self.connection(fd);
                unsent.start += result as usize;
                match unsent.len() {
                    0 => self.receive(fd),
                    _ => self.send(fd),
                }
            }
            CLOSE => Ok(()),
            // Its client has ended it, in this way or that.
            _ => self.close(fd),
        }
    }

    fn begin(&mut self, accepted: i32) -> io::Result<()> {
        if accepted < 0 {
            let error = io::Error::from_raw_os_error(-accepted);
            // The client has gone meanwhile, or a signal came.
            let passing = [io::ErrorKind::ConnectionAborted, io::ErrorKind::Interrupted];
            return match passing.contains(&error.kind()) {
                true => Ok(()),
                false => Err(error),
            };
        }
        let place = accepted as usize;
        if self.connections.len() <= place {
            self.connections.resize_with(place + 1, || None);
        }
        self.connections[place] = Some(Box::new(Connection {
            buffer: vec![0; self.buffer].into_boxed_slice(),
            unsent: 0..0,
        }));
        self.receive(accepted)
    }

    fn connection(&mut self, fd: RawFd) -> &mut Connection {
        self.connections[fd as usize]
            .as_mut()
            .expect("a connection lives until its last completion")
    }

    fn accept(&mut self, listener: RawFd) -> io::Result<()> {
        let entry = Accept::new(Fd(listener), ptr::null_mut(), ptr::null_mut()).build();
        // SAFETY: it names no memory.
        unsafe { self.push(entry, listener, ACCEPT) }
    }

    fn receive(&mut self, fd: RawFd) -> io::Result<()> {
        let buffer = &mut self.connection(fd).buffer;
        let entry = Recv::new(Fd(fd), buffer.as_mut_ptr(), buffer.len() as u32).build();
        // SAFETY: the buffer is on the heap and is dropped when a completion has led to `close`. Nothing looks into it
        // until this submission's, as the connection has no other under way.
        unsafe { self.push(entry, fd, RECEIVE) }
    }

    fn send(&mut self, fd: RawFd) -> io::Result<()> {
        let connection = self.connection(fd);
        let bytes = &connection.buffer[connection.unsent.clone()];
        let entry = Send::new(Fd(fd), bytes.as_ptr(), bytes.len() as u32).build();
        // SAFETY: as in `receive`.
        unsafe { self.push(entry, fd, SEND) }
    }

    fn close(&mut self, fd: RawFd) -> io::Result<()> {
        // Only a completion of the connection's one submission leads here.
        self.connections[fd as usize] = None;
        let entry = Close::new(Fd(fd)).build();
        // SAFETY: it names no memory.
        unsafe { self.push(entry, fd, CLOSE) }
    }

    /// # Safety
    ///
    /// As of `Ring::push`.
    unsafe fn push(&mut self, entry: Entry, fd: RawFd, step: u64) -> io::Result<()> {
        let entry = entry.user_data((fd as u64) << 2 | step);
        // SAFETY: the caller's obligation is the same.
        unsafe { self.ring.push(&entry) }
    }
}
