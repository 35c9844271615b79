//! Files as a whole: read, written and copied by one call; it knows nothing of open files.

use std::fs;
use std::io;
use std::path::Path;

use super::call::{on_path, on_paths};

/// Reads a whole file.
///
/// # Errors
/// What the system says, [`NotFound`](io::ErrorKind::NotFound) for example, with the path in its words.
///
/// # Cancel safety
/// Nothing is lost with a dropped future. One that a thread has begun goes on to its end there, for nobody.
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-read-{}", std::process::id()));
/// runtime::block_on(async {
///     std::fs::write(&path, b"hello")?;
///     assert_eq!(fs::read(&path).await?, b"hello");
///     # std::fs::remove_file(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn read(path: impl AsRef<Path>) -> impl Future<Output = io::Result<Vec<u8>>> {
    on_path("fs::read", "reading", path.as_ref(), |path| fs::read(path))
}

/// Reads a whole file, which has to be UTF-8.
///
/// # Errors
/// As [`read`], and [`InvalidData`](io::ErrorKind::InvalidData) if it is not UTF-8.
///
/// # Cancel safety
/// As [`read`].
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-read-to-string-{}", std::process::id()));
/// runtime::block_on(async {
///     std::fs::write(&path, b"hello")?;
///     assert_eq!(fs::read_to_string(&path).await?, "hello");
///     # std::fs::remove_file(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn read_to_string(path: impl AsRef<Path>) -> impl Future<Output = io::Result<String>> {
    on_path("fs::read_to_string", "reading", path.as_ref(), |path| {
        fs::read_to_string(path)
    })
}

/// Makes these bytes, which are copied, all that is in a file. It is made if it is not there.
///
/// It is not made by one step: whoever reads it meanwhile, or after the machine has stopped, may find it empty or in
/// part. For all or nothing, write another file, [`sync_all`](super::File::sync_all) it and [`rename`](super::rename)
/// it.
///
/// # Errors
/// What the system says, [`StorageFull`](io::ErrorKind::StorageFull) for example, with the path in its words. The file
/// may be there then, empty or in part.
///
/// # Cancel safety
/// Dropping the future takes the call back, if no thread has begun it: the file is as it was. One that was begun **goes
/// on to its end**, also after the end of the runtime, and may undo what is written to the file after the drop. The end
/// of the process cuts it.
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-write-{}", std::process::id()));
/// runtime::block_on(async {
///     fs::write(&path, "hello").await?;
///     assert_eq!(std::fs::read(&path)?, b"hello");
///     # std::fs::remove_file(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn write(
    path: impl AsRef<Path>,
    contents: impl AsRef<[u8]>,
) -> impl Future<Output = io::Result<()>> {
    let contents: Box<[u8]> = contents.as_ref().into();
    on_path("fs::write", "writing", path.as_ref(), move |path| {
        fs::write(path, &contents)
    })
}

/// Makes one file's bytes and permissions those of another, which is made if it is not there. The result is how many
/// bytes.
///
/// # Errors
/// What the system says, with both paths in its words. The other file may be there then, empty or in part.
///
/// # Cancel safety
/// As [`write()`].
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-copy-{}", std::process::id()));
/// runtime::block_on(async {
///     std::fs::write(&path, b"hello")?;
///     let other = path.with_extension("copy");
///     assert_eq!(fs::copy(&path, &other).await?, 5);
///     assert_eq!(std::fs::read(&other)?, b"hello");
///     # std::fs::remove_file(&path)?;
///     # std::fs::remove_file(&other)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) -> impl Future<Output = io::Result<u64>> {
    on_paths(
        "fs::copy",
        "copying",
        from.as_ref(),
        to.as_ref(),
        |from, to| fs::copy(from, to),
    )
}
