//! TCP, UDP and Unix sockets and name resolution.

pub use ::net::*;
