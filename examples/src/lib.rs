//! How an example takes its arguments, answers `--help`, and refuses what it does not understand.
//!
//! Each file beside this folder is a short program that people copy; whoever copies one takes `std::env::args`, or a
//! crate that reads arguments, in place of this.

use std::env;
use std::process;
use std::str::FromStr;

/// How a program is called: its name, its arguments, and what they are unless they are said.
#[derive(Clone, Copy, Debug)]
pub struct Usage(pub &'static str);

impl Usage {
    /// The arguments by their places, and `None` where there is none. More of them than places are refused, and so is
    /// what looks like an option.
    pub fn arguments<const N: usize>(self) -> [Option<String>; N] {
        let all = self.all();
        if all.len() > N || all.iter().any(|argument| argument.starts_with('-')) {
            self.refuse();
        }
        let mut all = all.into_iter();
        [(); N].map(|()| all.next())
    }

    /// The arguments, however many there are. Who asks for help has it, and the program ends.
    pub fn all(self) -> Vec<String> {
        let all = env::args_os().skip(1).map(|word| word.into_string().ok());
        let all: Option<Vec<_>> = all.collect();
        let all = all.unwrap_or_else(|| self.refuse()); // What is no Unicode is no address and no number.
        if matches!(all.first().map(String::as_str), Some("-h" | "--help")) {
            println!("Usage: {}", self.0);
            process::exit(0);
        }
        all
    }

    /// What an argument means, or `otherwise` if it was left out. It is refused if it means nothing.
    pub fn value<T: FromStr>(self, argument: Option<String>, otherwise: T) -> T {
        match argument.map(|word| word.parse()) {
            Some(Ok(value)) => value,
            Some(Err(_)) => self.refuse(),
            None => otherwise,
        }
    }

    /// Says on standard error how the program is called, and ends it with the status 2, as shells do for such a case.
    pub fn refuse(self) -> ! {
        eprintln!("Usage: {}", self.0);
        process::exit(2)
    }
}
