//! Many connections on one epoll, each with one request under way.

use std::io::{Error, Result};

use rustix::buffer::spare_capacity;
use rustix::event::epoll;
use rustix::fd::OwnedFd;
use rustix::io::{Errno, retry_on_intr};
use rustix::net::{RecvFlags, recv};

use crate::Load;
use crate::exchange::{Exchange, connection, some};

pub(crate) struct Crowd {
    epoll: OwnedFd,
    connections: Vec<Connection>,
    events: Vec<epoll::Event>,
    exchange: Exchange,
    /// One byte more than an answer, so that no receive fills it. A receive that comes short has emptied the socket,
    /// and whatever comes later is a new edge: no second receive has to look for the end.
    scratch: Vec<u8>,
    size: usize,
    to_start: u64,
    to_finish: u64,
}

struct Connection {
    socket: OwnedFd,
    /// How much of the answer has come.
    received: usize,
}

impl Crowd {
    pub(crate) fn new(port: u16, connections: usize, size: usize) -> Result<Crowd> {
        let mut exchange = Exchange::new(size)?;
        if connections == 0 {
            return Err(Error::other("requests need at least one connection"));
        }
        let connections: Vec<Connection> = (0..connections)
            .map(|_| Connection::new(port))
            .collect::<Result<_>>()?;
        for (index, connection) in connections.iter().enumerate() {
            exchange.verify(&connection.socket, index)?;
        }
        Ok(Crowd {
            epoll: watch(&connections)?,
            events: Vec::with_capacity(connections.len().clamp(1, 1_024)),
            connections,
            exchange,
            scratch: vec![0; size + 1],
            size,
            to_start: 0,
            to_finish: 0,
        })
    }

    fn start(&mut self, index: usize) -> Result<()> {
        self.to_start -= 1;
        self.exchange.send(&self.connections[index].socket)
    }

    /// Waits once, and goes on with each connection that has something.
    fn turn(&mut self) -> Result<()> {
        self.events.clear();
        retry_on_intr(|| epoll::wait(&self.epoll, spare_capacity(&mut self.events), None))?;
        for position in 0..self.events.len() {
            let index = self.events[position].data.u64() as usize;
            self.receive(index)?;
        }
        Ok(())
    }

    fn receive(&mut self, index: usize) -> Result<()> {
        let Connection { socket, received } = &mut self.connections[index];
        let result = retry_on_intr(|| recv(&*socket, &mut self.scratch[..], RecvFlags::DONTWAIT));
        *received += match result {
            Ok((count, _)) => some(count)?,
            // The edge was of bytes that the last receive has already taken.
            Err(Errno::AGAIN) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        if *received > self.size {
            return Err(Error::other("the server sent more than it had been sent"));
        }
        if *received == self.size {
            *received = 0;
            self.finish(index)?;
        }
        Ok(())
    }

    fn finish(&mut self, index: usize) -> Result<()> {
        self.to_finish -= 1;
        match self.to_start {
            0 => Ok(()),
            _ => self.start(index),
        }
    }
}

impl Load for Crowd {
    fn run(&mut self, requests: u64) -> Result<()> {
        (self.to_start, self.to_finish) = (requests, requests);
        let at_once = requests.min(self.connections.len() as u64);
        for index in 0..at_once as usize {
            self.start(index)?;
        }
        while self.to_finish > 0 {
            self.turn()?;
        }
        Ok(())
    }
}

impl Connection {
    fn new(port: u16) -> Result<Connection> {
        Ok(Connection {
            socket: connection(port)?,
            received: 0,
        })
    }
}

/// Watches them for what comes only: with an interest in room to write, each edge that a receive has overtaken would
/// be told.
fn watch(connections: &[Connection]) -> Result<OwnedFd> {
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    for (index, connection) in connections.iter().enumerate() {
        epoll::add(
            &epoll,
            &connection.socket,
            epoll::EventData::new_u64(index as u64),
            epoll::EventFlags::IN | epoll::EventFlags::ET,
        )?;
    }
    Ok(epoll)
}
