//! Streams: values that come one after another. This is [`futures-lite`'s](https://docs.rs/futures-lite) module.
//!
//! ```
//! use runtime::stream::{self, StreamExt};
//!
//! runtime::block_on(async {
//!     let squares = stream::iter(1..=3).map(|n| n * n);
//!     assert_eq!(squares.collect::<Vec<_>>().await, [1, 4, 9]);
//! });
//! ```

pub use futures_lite::stream::*;
