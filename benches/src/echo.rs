//! One echo sample: a fresh server, a fresh load generator, and what a request costs the server.

use std::path::Path;

use anyhow::Result;

use crate::calls::{self, Calls};
use crate::server::{Load, Server};
use crate::works::Echo;

/// What a request cost.
#[derive(Debug)]
pub(crate) struct Cost {
    /// The server's processor time in microseconds.
    pub(crate) micros: f64,
    /// The load generator's own, in percent of the time that passed.
    pub(crate) busy: f64,
    /// If they were asked for.
    pub(crate) calls: Option<Result<Calls>>,
}

/// Measures `requests` of them; nothing if the peer cannot serve. System calls are counted in a run of their own, since
/// counting costs the server time.
pub(crate) fn measure(
    program: &Path,
    load: &Path,
    echo: &Echo,
    requests: u64,
    with_calls: bool,
) -> Result<Option<Cost>> {
    let Some(server) = Server::start(program, echo.buffer)? else {
        return Ok(None);
    };
    let mut load = Load::start(load, &server, echo.load)?;
    // Lists grow and caches fill before the measurement.
    load.run(requests.div_ceil(10))?;
    let before = server.cpu()?;
    let run = load.run(requests)?;
    let after = server.cpu()?;
    let count = || calls::count(server.id(), requests, || load.run(requests));
    let calls = with_calls.then(count);
    load.end()?;
    server.end()?;
    Ok(Some(Cost {
        micros: (after - before) as f64 / requests as f64 / 1e3,
        busy: 100.0 * run.own_seconds / run.wall_seconds,
        calls,
    }))
}
