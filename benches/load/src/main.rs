//! The load generator: as many clients as one thread can be; it knows of a server nothing but the port.
//!
//! `load PORT echo CONNECTIONS SIZE` keeps its connections and sends over them; `load PORT connect SIZE` makes a new
//! one for each request. It prints `ready`, and then answers each line `run REQUESTS` on standard input with
//! `done WALL_SECONDS OWN_CPU_SECONDS`. Between the commands it sleeps, with its connections open, and it ends when
//! standard input does. It is bound to core 1, or as the variable `LOAD_CORE` says.

mod connects;
mod crowd;
mod exchange;
mod machine;
mod single;

use std::env;
use std::io::{BufRead, Error, Result, stdin};
use std::process::ExitCode;
use std::time::Instant;

use crate::connects::Connects;
use crate::crowd::Crowd;
use crate::single::Single;

/// One way to make requests.
trait Load {
    /// Makes exactly so many requests, and returns when the last one is answered.
    fn run(&mut self, requests: u64) -> Result<()>;
}

fn main() -> ExitCode {
    match serve_commands() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve_commands() -> Result<()> {
    machine::bind_to_core();
    machine::allow_many_descriptors()?;
    let arguments: Vec<String> = env::args().skip(1).collect();
    let mut load = prepare(&arguments)?;
    println!("ready");
    for line in stdin().lock().lines() {
        run(load.as_mut(), &line?)?;
    }
    Ok(())
}

/// Makes the connections, and sees that each of them echoes.
fn prepare(arguments: &[String]) -> Result<Box<dyn Load>> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Ok(match words[..] {
        [port, "echo", "1", size] => Box::new(Single::new(number(port)?, number(size)?)?),
        [port, "echo", connections, size] => Box::new(Crowd::new(
            number(port)?,
            number(connections)?,
            number(size)?,
        )?),
        [port, "connect", size] => Box::new(Connects::new(number(port)?, number(size)?)?),
        _ => return Err(Error::other(USAGE)),
    })
}

const USAGE: &str = "say `load PORT echo CONNECTIONS SIZE` or `load PORT connect SIZE`";

fn run(load: &mut dyn Load, command: &str) -> Result<()> {
    let Some(("run", requests)) = command.split_once(' ') else {
        return Err(Error::other(format!("say `run REQUESTS`, not {command:?}")));
    };
    let requests = number(requests)?;
    let (begin, worked) = (Instant::now(), machine::cpu());
    load.run(requests)?;
    let (wall, cpu) = (begin.elapsed(), machine::cpu() - worked);
    println!("done {:.9} {:.9}", wall.as_secs_f64(), cpu.as_secs_f64());
    Ok(())
}

fn number<N: TryFrom<u64>>(word: &str) -> Result<N> {
    let number = word
        .parse()
        .ok()
        .and_then(|number| N::try_from(number).ok());
    number.ok_or_else(|| Error::other(format!("{word:?} is no number that fits here")))
}
