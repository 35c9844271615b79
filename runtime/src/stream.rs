//! Streams: values that come one after another. They are those of [`futures-lite`](https://docs.rs/futures-lite),
//! but for its `block_on`, which would stop the loop.
//!
//! ```
//! use runtime::stream::{self, StreamExt};
//!
//! runtime::block_on(async {
//!     let squares = stream::iter(1..=3).map(|n| n * n);
//!     assert_eq!(squares.collect::<Vec<_>>().await, [1, 4, 9]);
//! });
//! ```

pub use futures_lite::stream::{
    Boxed, BoxedLocal, Empty, Iter, Once, Pending, PollFn, Race, Repeat, RepeatWith, Stream,
    StreamExt, TryUnfold, Unfold, empty, iter, once, once_future, or, pending, poll_fn, race,
    repeat, repeat_with, stop_after_future, try_unfold, unfold,
};
