//! The servers of the tour are those of other examples; their `main`s are not called here.
#![allow(dead_code, reason = "each has a `main` of its own")]

#[path = "../delay_client.rs"]
pub(crate) mod delay_client;
#[path = "../delayserver.rs"]
pub(crate) mod delayserver;
#[path = "../echo.rs"]
pub(crate) mod echo;
