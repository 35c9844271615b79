//! Files, read and written in sequence, or at places by operations that own their buffer.
//!
//! A regular file is always ready, as far as the system's queues tell, and yet a read may have to wait for the disk. So
//! whatever is done to a file is done by a thread of the pool for blocking work, and the loop goes on meanwhile. The
//! threads start on demand, [as many as the runtime allows](crate::Builder::max_blocking_threads), and end when they
//! were idle for long or the runtime is dropped. On io_uring (feature `uring`) the system carries out by itself what is
//! read and written at places, [`File::open`], [`File::create`] and the syncing.
//!
//! | to | use |
//! |---|---|
//! | open a file | [`File::open`], [`File::create`], [`File::create_new`], [`OpenOptions`] |
//! | read and write it in sequence | [`AsyncReadExt`], [`AsyncWriteExt`], [`AsyncSeekExt`] |
//! | go back, and ask where it stands | [`rewind`](File::rewind), [`stream_position`](File::stream_position) |
//! | read at a place, into a buffer that it has | [`read_at`](File::read_at), [`read_exact_at`](File::read_exact_at) |
//! | write at a place, likewise | [`write_at`](File::write_at), [`write_all_at`](File::write_all_at) |
//! | end such an operation and have its buffer back | [`Transfer::cancel`] |
//! | be sure that what was written in sequence is written | `flush`: see [`File`] |
//! | be sure that it is on the disk | [`sync_all`](File::sync_all), [`sync_data`](File::sync_data) |
//!
//! A call that no thread has begun is taken back when its future is dropped. **One that a thread has begun cannot be
//! interrupted**: it goes on to its end, also after the end of `block_on` and of the runtime, but not after that of the
//! process. Await what you write before `main` ends.
//!
//! [`AsyncReadExt`]: crate::io::AsyncReadExt
//! [`AsyncWriteExt`]: crate::io::AsyncWriteExt
//! [`AsyncSeekExt`]: crate::io::AsyncSeekExt
//!
//! ```
//! use runtime::fs::File;
//! use runtime::io::{AsyncReadExt, AsyncWriteExt};
//!
//! # let path = std::env::temp_dir().join(format!("runtime-doc-fs-{}", std::process::id()));
//! runtime::block_on(async {
//!     let mut file = File::create(&path).await?;
//!     file.write_all(b"hello").await?;
//!     file.flush().await?;
//!
//!     let mut words = String::new();
//!     File::open(&path).await?.read_to_string(&mut words).await?;
//!     assert_eq!(words, "hello");
//!     # std::fs::remove_file(&path)?;
//!     std::io::Result::Ok(())
//! })?;
//! # std::io::Result::Ok(())
//! ```

mod call;
mod file;
mod job;
mod native;
mod open_options;
mod os;
mod sequence;
mod transfer;
mod way;

pub use file::File;
pub use open_options::OpenOptions;
pub use transfer::{Cancel, Transfer};
pub use way::Way;
