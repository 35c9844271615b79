//! A new connection for each request, from an address that no earlier one still holds.
//!
//! The side that closes first, and that is this one, keeps the pair of addresses for a minute. From one address a fast
//! server would be out of ports in a second or two, so the clients live on the many addresses that the loopback has.

use std::io::{Error, Result};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::process;

use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{bind, connect};

use crate::Load;
use crate::exchange::{Exchange, server, tcp_socket};

pub(crate) struct Connects {
    port: u16,
    sources: Sources,
    exchange: Exchange,
}

impl Connects {
    pub(crate) fn new(port: u16, size: usize) -> Result<Connects> {
        let mut connects = Connects {
            port,
            sources: Sources::new(),
            exchange: Exchange::new(size)?,
        };
        let socket = connects.connection()?;
        connects.exchange.verify(&socket, 0)?;
        Ok(connects)
    }

    /// A connection from the first source that is free.
    fn connection(&mut self) -> Result<OwnedFd> {
        const TRIES: usize = 100_000;
        for _ in 0..TRIES {
            let socket = tcp_socket()?;
            let result = bind(&socket, &self.sources.next())
                .and_then(|()| connect(&socket, &server(self.port)));
            match result {
                Ok(()) => return Ok(socket),
                // Another program's, or an earlier run's.
                Err(Errno::ADDRINUSE | Errno::ADDRNOTAVAIL) => {}
                Err(error) => {
                    let complaint = format!("cannot connect to port {}: {error}", self.port);
                    return Err(Error::other(complaint));
                }
            }
        }
        Err(Error::other("no address of the loopback has a free port"))
    }
}

impl Load for Connects {
    fn run(&mut self, requests: u64) -> Result<()> {
        for _ in 0..requests {
            let socket = self.connection()?;
            // Everything that was sent to this side has been read, so that closing it sends an ordinary FIN.
            self.exchange.round_trip(&socket)?;
        }
        Ok(())
    }
}

/// Five million pairs of an address and a port, one after another.
///
/// The pair is chosen here because the system would search for a port at each connection, and the longer the more
/// closed connections there are. And it chooses from ports that the system does not: a port that someone has bound is
/// one that no unbound socket gets, on any address, until its last connection is forgotten.
struct Sources {
    next: u32,
}

const PORTS: u32 = 20_000;
const ADDRESSES: u32 = 250;

impl Sources {
    /// Begins where the last few processes most likely did not, as their closed connections may still be kept.
    fn new() -> Sources {
        Sources {
            next: process::id().wrapping_mul(2_654_435_761) % (PORTS * ADDRESSES),
        }
    }

    /// The ports change fastest: the system keeps a list for each port.
    fn next(&mut self) -> SocketAddrV4 {
        let (address, port) = (self.next / PORTS, self.next % PORTS);
        self.next = (self.next + 1) % (PORTS * ADDRESSES);
        // 127.0.0.2 to 127.0.0.251, and ports that need no privilege and lie below those the system gives.
        let address = Ipv4Addr::new(127, 0, 0, 2 + address as u8);
        SocketAddrV4::new(address, 10_000 + port as u16)
    }
}
