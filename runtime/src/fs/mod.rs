//! Files, read and written by operations that own their buffer.
//!
//! A regular file is always ready, as far as the system's queues tell, and yet a read may have to wait for the disk. So
//! whatever is done to a file is done by a thread of the pool for blocking work, and the loop goes on meanwhile. The
//! threads start on demand, at most 128 of them, and end when they were idle for long or the runtime is dropped. On
//! io_uring (feature `uring`) the system does it by itself, and no thread is needed but for the metadata and `set_len`.
//!
//! | to | use |
//! |---|---|
//! | open a file | [`File::open`], [`File::create`]; [`std::fs::OpenOptions`] and [`File::from_std`] |
//! | read | [`read_at`](File::read_at), [`read_exact_at`](File::read_exact_at) |
//! | write | [`write_at`](File::write_at), [`write_all_at`](File::write_all_at) |
//! | end an operation and have its buffer back | [`Transfer::cancel`] |
//! | be sure that it is on the disk | [`sync_all`](File::sync_all), [`sync_data`](File::sync_data) |
//!
//! An operation that a thread has begun cannot be interrupted. When its future is dropped it goes on to its end, also
//! after the end of `block_on` and of the runtime, but not after that of the process: await writes before `main` ends.
//!
//! ```
//! use runtime::fs::File;
//!
//! # let path = std::env::temp_dir().join(format!("runtime-doc-fs-{}", std::process::id()));
//! runtime::block_on(async {
//!     File::create(&path).await?.write_all_at("hello", 0).await.0?;
//!
//!     let (length, buffer) = File::open(&path).await?.read_at(Vec::with_capacity(64), 0).await;
//!     assert_eq!((length?, buffer), (5, b"hello".to_vec()));
//!     # std::fs::remove_file(&path)?;
//!     std::io::Result::Ok(())
//! })?;
//! # std::io::Result::Ok(())
//! ```

mod call;
mod file;
mod job;
mod native;
mod os;
mod transfer;
mod way;

pub use file::File;
pub use transfer::{Cancel, Transfer};
pub use way::Way;
