//! What a request costs a server: two servers are run, one that is asked and one that is not; it prints nothing.

use std::env;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Stdio};

use crate::counter::{Counter, Counts};
use crate::load;

/// A server that is run in one way on one driver.
#[derive(Clone, Copy)]
pub(crate) struct Server<'a> {
    pub(crate) driver: &'a str,
    pub(crate) way: &'a str,
    pub(crate) connections: u64,
}

/// The calls of one request: the name of each and how often it is made, the most frequent first.
pub(crate) type Calls = Vec<(String, f64)>;

impl Server<'_> {
    /// Both servers start, take their connections and end alike. What the second one did more, it did for its requests.
    pub(crate) fn calls(self, counter: Counter, requests: u64) -> io::Result<Calls> {
        let each = (requests / self.connections).max(1);
        let requests = each * self.connections;
        let unasked = self.run(counter, 0)?;
        let mut counts = self.run(counter, each)?;
        for (name, count) in unasked {
            *counts.entry(name).or_default() -= count;
        }
        if counter == Counter::Nobody && !(self.driver == "io_uring" && self.way == "completion") {
            for name in ["receive", "send"] {
                counts.insert(name.to_owned(), requests as i64);
            }
        }
        let counts = counts.into_iter();
        let mut calls: Calls = counts
            .map(|(name, count)| (name, count as f64 / requests as f64))
            .collect();
        calls.sort_by(|one, other| other.1.total_cmp(&one.1));
        Ok(calls)
    }

    /// Starts a server, asks it `each` times on every connection, and gives what was counted from its start to its end.
    fn run(self, counter: Counter, each: u64) -> io::Result<Counts> {
        let connections = self.connections.to_string();
        let mut command = counter.start(&env::current_exe()?);
        command.args(["serve", self.driver, self.way, &connections]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = Process(command.spawn()?);
        let (stdout, stderr) = (process.0.stdout.take(), process.0.stderr.take());
        let mut stdout = BufReader::new(stdout.ok_or(io::ErrorKind::BrokenPipe)?);
        let mut stderr = stderr.ok_or(io::ErrorKind::BrokenPipe)?;

        let (mut address, mut waits, mut written) = Default::default();
        stdout.read_line(&mut address)?;
        let asked = match address.trim().parse() {
            Ok(address) => load::ask(address, self.connections, each),
            Err(_) => Ok(()), // It has failed, and says why.
        };
        stdout.read_to_string(&mut waits)?;
        stderr.read_to_string(&mut written)?;
        asked?;
        match waits.trim().parse() {
            Ok(waits) if process.0.wait()?.success() => {
                let mut counts = counter.read(&written);
                if counter == Counter::Nobody {
                    counts.insert("wait".to_owned(), waits);
                }
                Ok(counts)
            }
            _ => Err(io::Error::other(written)),
        }
    }
}

/// A process that does not outlive its handle.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended already, unless something went wrong; then there is nobody to tell.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
