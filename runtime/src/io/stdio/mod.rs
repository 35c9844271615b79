//! The standard streams of the process; what carries them out are threads, of which the public types know nothing.

mod desk;
mod input;
mod os;
mod output;
mod stderr;
mod stdin;
mod stdout;
mod writer;

pub use stderr::{Stderr, stderr};
pub use stdin::{Stdin, stdin};
pub use stdout::{Stdout, stdout};
