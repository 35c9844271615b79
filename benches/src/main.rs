//! The conductor.

mod results;

fn main() {}
