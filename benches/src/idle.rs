//! What thousands of connections cost a server that hold still: allocations to accept one, and bytes to keep it.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::server::{Load, Server};

/// The buffer of each connection, which is the program's own.
const BUFFER: u64 = 512;
/// The connections that stand before the first look, so that the server's lists have grown and its code is in memory.
const FIRST: u64 = 500;
const MORE: u64 = 4_000;

/// What each of 4,000 more connections cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// When there were never so many before.
    pub(crate) first_allocations: f64,
    /// In place of one that has ended.
    pub(crate) allocations: f64,
    pub(crate) bytes: f64,
}

/// Nothing if the peer cannot serve.
pub(crate) fn measure(program: &Path, load: &Path) -> Result<Option<Cost>> {
    let Some(mut server) = Server::start(program, BUFFER)? else {
        return Ok(None);
    };
    let first = connect(&server, load, FIRST)?;
    let before = look(&mut server)?;
    let more = connect(&server, load, MORE)?;
    let after = look(&mut server)?;
    more.end()?;
    thread::sleep(Duration::from_millis(100)); // Till the server has seen it.
    let again_before = look(&mut server)?;
    let again = connect(&server, load, MORE)?;
    let again_after = look(&mut server)?;
    again.end()?;
    first.end()?;
    server.end()?;
    let each = |before: f64, after: f64| (after - before) / MORE as f64;
    Ok(Some(Cost {
        first_allocations: each(before.0, after.0),
        allocations: each(again_before.0, again_after.0),
        bytes: each(before.1, after.1),
    }))
}

/// Opens as many connections, each of which echoes once and is idle from then on.
fn connect(server: &Server, load: &Path, connections: u64) -> Result<Load> {
    let mut load = Load::start(load, server, &format!("echo {connections} 64"))?;
    load.run(connections)?;
    Ok(load)
}

fn look(server: &mut Server) -> Result<(f64, f64)> {
    // The server may still be at work after the last answer has come.
    thread::sleep(Duration::from_millis(20));
    Ok((server.allocations()?, server.resident()?))
}
