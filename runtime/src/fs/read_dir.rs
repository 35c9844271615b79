//! What is in a folder, read by a thread, many at a time; it knows nothing of what they are.

use std::collections::VecDeque;
use std::fmt;
use std::fs;
use std::future::poll_fn;
use std::io;
use std::mem;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use net::while_doing;
use reactor::{Handle, budget};

use super::DirEntry;
use super::call::on_path;
use super::job::Job;

/// As many entries as a thread reads at once: a big folder need not be a way there and back for each, and whoever reads
/// one slowly has no more than these in memory.
const AT_ONCE: usize = 128;

/// Reads a folder: the stream of what is in it, in no order, but for `.` and `..`.
///
/// # Errors
/// What the system says, with the path in its words; [`NotADirectory`](io::ErrorKind::NotADirectory) for example.
///
/// # Cancel safety
/// Nothing is lost with a dropped future.
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-read-dir-{}", std::process::id()));
/// runtime::block_on(async {
///     # std::fs::create_dir(&path)?;
///     std::fs::write(path.join("file"), b"hello")?;
///     let mut folder = fs::read_dir(&path).await?;
///     while let Some(entry) = folder.next_entry().await? {
///         assert_eq!(entry.file_name(), "file");
///     }
///     # std::fs::remove_dir_all(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn read_dir(path: impl AsRef<Path>) -> impl Future<Output = io::Result<ReadDir>> {
    let read = on_path(
        "fs::read_dir",
        "reading the folder",
        path.as_ref(),
        |path| {
            let mut batch = Batch {
                path: path.into(),
                entries: VecDeque::new(),
                rest: Some(fs::read_dir(path)?),
            };
            batch.fetch();
            Ok(batch)
        },
    );
    async {
        let stage = Stage::Here(read.await?);
        Ok(ReadDir { stage })
    }
}

/// The [`Stream`] of what is in a folder: [`read_dir`].
///
/// A thread reads up to 128 entries at once, and the next ones when these were taken. What is made or removed meanwhile
/// may be among them or not. The stream ends after an error, as the standard library's does on Linux.
///
/// # Cancel safety
/// No entry is lost when a future of the next one is dropped. The folder is closed when the stream and all entries were
/// dropped, and no thread reads it any more.
///
/// # Panics
/// Outside of a runtime, when a thread has to read the next ones.
///
/// ```
/// use runtime::fs::{self, ReadDir};
/// use runtime::stream::StreamExt;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-dir-stream-{}", std::process::id()));
/// runtime::block_on(async {
///     # std::fs::create_dir(&path)?;
///     std::fs::write(path.join("a"), b"hello")?;
///     std::fs::write(path.join("b"), b"world")?;
///     let folder: ReadDir = fs::read_dir(&path).await?;
///     let mut names: Vec<_> = folder.map(|entry| entry.unwrap().file_name()).collect().await;
///     names.sort();
///     assert_eq!(names, ["a", "b"]);
///     # std::fs::remove_dir_all(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[must_use = "streams do nothing unless polled"]
pub struct ReadDir {
    stage: Stage,
}

enum Stage {
    Here(Batch),
    OnPool(Job<Batch, ()>),
}

/// What was read and not taken yet, and what is left to be read, or nothing.
struct Batch {
    path: Box<Path>,
    entries: VecDeque<io::Result<DirEntry>>,
    rest: Option<fs::ReadDir>,
}

impl Batch {
    /// By a thread, which may wait.
    fn fetch(&mut self) {
        while self.entries.len() < AT_ONCE {
            let Some(entry) = next(&mut self.rest) else {
                return;
            };
            let folder = self.path.display();
            self.entries.push_back(match entry {
                Ok(entry) => Ok(DirEntry::new(entry)),
                Err(error) => Err(while_doing(
                    format_args!("reading the folder {folder}"),
                    error,
                )),
            });
        }
    }
}

/// The next one, if there is one. Whatever says that it cannot be had, or that there is none, is not asked again: it
/// might say so for ever.
fn next<T>(rest: &mut Option<impl Iterator<Item = io::Result<T>>>) -> Option<io::Result<T>> {
    let next = rest.as_mut()?.next();
    if !matches!(next, Some(Ok(_))) {
        *rest = None;
    }
    next
}

impl ReadDir {
    /// The next entry, or `None` if there is no other.
    ///
    /// # Errors
    /// What the system says, with the path of the folder in its words. There is no other entry after an error.
    ///
    /// # Cancel safety
    /// No entry is lost with a dropped future.
    ///
    /// # Panics
    /// Outside of a runtime, when a thread has to read the next ones.
    ///
    /// ```
    /// use runtime::fs;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-next-entry-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     # std::fs::create_dir(&path)?;
    ///     let mut folder = fs::read_dir(&path).await?;
    ///     assert!(folder.next_entry().await?.is_none());
    ///     # std::fs::remove_dir(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub async fn next_entry(&mut self) -> io::Result<Option<DirEntry>> {
        poll_fn(|cx| self.poll_entry(cx)).await.transpose()
    }

    fn poll_entry(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<DirEntry>>> {
        ready!(budget::poll_left(cx));
        let entry = loop {
            match &mut self.stage {
                Stage::Here(batch) => match batch.entries.pop_front() {
                    Some(entry) => break Some(entry),
                    None if batch.rest.is_none() => break None,
                    None => self.stage = Stage::OnPool(next_batch(batch)),
                },
                Stage::OnPool(job) => {
                    let (result, mut batch) = ready!(job.poll(cx));
                    if let Err(error) = result {
                        batch.entries.push_back(Err(error));
                        batch.rest = None;
                    }
                    self.stage = Stage::Here(batch);
                }
            }
        };
        budget::spend();
        Poll::Ready(entry)
    }
}

fn next_batch(batch: &mut Batch) -> Job<Batch, ()> {
    drop(Handle::current("ReadDir::next_entry"));
    let batch = Batch {
        path: mem::replace(&mut batch.path, Path::new("").into()),
        entries: mem::take(&mut batch.entries),
        rest: batch.rest.take(),
    };
    Job::start(batch, |batch| {
        batch.fetch();
        Ok(())
    })
}

impl Stream for ReadDir {
    type Item = io::Result<DirEntry>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_entry(cx)
    }
}

impl fmt::Debug for ReadDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("ReadDir");
        if let Stage::Here(batch) = &self.stage {
            debug.field("path", &batch.path);
        }
        debug.finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_comes_behind_an_error_or_the_end() {
        let error = || Err(io::ErrorKind::PermissionDenied.into());
        let script = [Some(Ok(1)), Some(Ok(2)), Some(error()), Some(Ok(3))];
        let mut script = script.into_iter();
        let mut rest = Some(std::iter::from_fn(|| script.next().flatten()));
        let told = std::iter::from_fn(|| next(&mut rest));
        let told: Vec<_> = told.take(9).map(Result::ok).collect();
        assert_eq!(told, [Some(1), Some(2), None]);
        assert!(rest.is_none(), "the folder is closed");

        let mut ends = Some([Ok(1)].into_iter());
        assert!(next(&mut ends).is_some() && next(&mut ends).is_none());
        assert!(ends.is_none(), "the folder is closed");
    }
}
