//! The conductor.

#[allow(dead_code)]
mod bytes;
#[allow(dead_code)]
mod charts;
#[allow(dead_code)]
mod clients;
#[allow(dead_code)]
mod results;

fn main() {}
