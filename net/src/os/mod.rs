//! Everything in this crate that differs between operating systems.
