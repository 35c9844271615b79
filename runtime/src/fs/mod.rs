//! Files and folders: open files, and the standard library's functions on paths.
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
//! | read or write a whole file | [`read`](read()), [`read_to_string`], [`write`](write()), [`copy`] |
//! | read a folder | [`read_dir`](read_dir()), the stream [`ReadDir`] of [`DirEntry`] |
//! | ask | [`metadata`], [`symlink_metadata`], [`try_exists`], [`canonicalize`], [`read_link`] |
//! | make a folder | [`create_dir`], [`create_dir_all`], [`DirBuilder`] |
//! | make a link | [`hard_link`], `symlink` on Unix, `symlink_file` and `symlink_dir` on Windows |
//! | change | [`rename`], [`set_permissions`] |
//! | remove | [`remove_file`], [`remove_dir`], [`remove_dir_all`] |
//!
//! A call that no thread has begun is taken back when its future is dropped. **One that a thread has begun cannot be
//! interrupted**: it goes on to its end, also after the end of `block_on` and of the runtime, but not after that of the
//! process. Await what you write before `main` ends.
//!
//! | dropped when a thread had begun it | afterwards | if the process ends meanwhile |
//! |---|---|---|
//! | what asks, and what reads | nothing has changed | nothing has changed |
//! | one step: `rename`, `remove_file`, `create_dir`, … | it is done, soon | it is done, or not |
//! | many: `write`, `copy`, `create_dir_all`, `remove_dir_all` | it is done, some time | some of it may be done |
//! | what is done to a [`File`] in sequence | as is told there | as is told there |
//!
//! Errors are the system's, with what was to be done and the path in their words ("opening /no/such/file: …"); the kind
//! is kept, and the error that has the system's number is the [`source`](std::error::Error::source). What is done to an
//! open [`File`] gives the system's error as it is. The [table of differences](File#everywhere) from the standard
//! library is there, too; the functions have none but that errors name the path, that `write` copies what it is given,
//! and that the listing of a folder ends after an error.
//!
//! [`AsyncReadExt`]: crate::io::AsyncReadExt
//! [`AsyncWriteExt`]: crate::io::AsyncWriteExt
//! [`AsyncSeekExt`]: crate::io::AsyncSeekExt
//!
//! ```
//! use runtime::fs::{self, File};
//! use runtime::io::AsyncWriteExt;
//!
//! # let folder = std::env::temp_dir().join(format!("runtime-doc-fs-{}", std::process::id()));
//! runtime::block_on(async {
//!     fs::create_dir_all(&folder).await?;
//!     let mut file = File::create(folder.join("file")).await?;
//!     file.write_all(b"hello").await?;
//!     file.flush().await?;
//!
//!     let mut listed = fs::read_dir(&folder).await?;
//!     while let Some(entry) = listed.next_entry().await? {
//!         assert_eq!(fs::read_to_string(entry.path()).await?, "hello");
//!     }
//!     fs::remove_dir_all(&folder).await
//! })?;
//! # std::io::Result::Ok(())
//! ```

mod call;
mod contents;
mod dir_builder;
mod dir_entry;
mod facts;
mod file;
mod job;
mod names;
mod native;
mod open_options;
mod os;
mod read_dir;
mod sequence;
mod transfer;
mod way;

pub use contents::{copy, read, read_to_string, write};
pub use dir_builder::DirBuilder;
pub use dir_entry::DirEntry;
pub use facts::{canonicalize, metadata, read_link, symlink_metadata, try_exists};
pub use file::File;
pub use names::{
    create_dir, create_dir_all, hard_link, remove_dir, remove_dir_all, remove_file, rename,
    set_permissions,
};
pub use open_options::OpenOptions;
#[cfg(unix)]
pub use os::symlink;
#[cfg(windows)]
pub use os::{symlink_dir, symlink_file};
pub use read_dir::{ReadDir, read_dir};
pub use transfer::{Cancel, Transfer};
pub use way::Way;
