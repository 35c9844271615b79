//! Signals of the system: Ctrl-C everywhere, and all that can be caught on Unix.
//!
//! It comes with the feature `signal`, which is off by default.
//!
//! ```
//! use runtime::signal::ctrl_c;
//! use runtime::time::{Duration, timeout};
//!
//! runtime::block_on(async {
//!     // A server would wait for ever.
//!     match timeout(Duration::from_millis(1), ctrl_c()).await {
//!         Ok(pressed) => pressed?,
//!         Err(_) => println!("nobody wants us to end"),
//!     }
//!     std::io::Result::Ok(())
//! })?;
//! # std::io::Result::Ok(())
//! ```

mod ctrl_c;
mod os;
#[cfg(unix)]
pub mod unix;

pub use ctrl_c::{CtrlC, ctrl_c};
