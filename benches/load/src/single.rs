//! One connection: a blocking receive is one system call, where epoll would be two.

use std::io::Result;

use rustix::fd::OwnedFd;

use crate::Load;
use crate::exchange::{Exchange, connection};

pub(crate) struct Single {
    socket: OwnedFd,
    exchange: Exchange,
}

impl Single {
    pub(crate) fn new(port: u16, size: usize) -> Result<Single> {
        let mut exchange = Exchange::new(size)?;
        let socket = connection(port)?;
        exchange.verify(&socket, 0)?;
        Ok(Single { socket, exchange })
    }
}

impl Load for Single {
    fn run(&mut self, requests: u64) -> Result<()> {
        for _ in 0..requests {
            self.exchange.round_trip(&self.socket)?;
        }
        Ok(())
    }
}
