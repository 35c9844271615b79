//! What the system knows of an open file, and what of it can be set; it knows nothing of the bytes in it.

use std::fs::{self, FileTimes, Metadata, Permissions};
use std::io;
use std::panic::Location;

use reactor::Handle;

use super::{File, written};
use crate::fs::call::call;

impl File {
    /// What the system knows of the file: its length, its kind, its times.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// # Cancel safety
    /// Nothing is lost with a dropped future.
    ///
    /// # Panics
    /// The future, outside of a runtime.
    ///
    /// ```
    /// # use runtime::fs::File;
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-metadata-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let file = File::create(&path).await?;
    ///     file.write_all_at("hello", 0).await.0?;
    ///     assert_eq!(file.metadata().await?.len(), 5);
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn metadata(&self) -> impl Future<Output = io::Result<Metadata>> + use<> {
        self.after_writes("File::metadata", |file| file.metadata())
    }

    /// Makes the file so many bytes long: cuts it, or fills it up with zeros.
    ///
    /// # Errors
    /// What the system says, for example if the file was not opened for writing.
    ///
    /// # Cancel safety
    /// As [`sync_all`](Self::sync_all).
    ///
    /// # Panics
    /// The future, outside of a runtime.
    ///
    /// ```
    /// # use runtime::fs::File;
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-set-len-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let file = File::create(&path).await?;
    ///     file.set_len(2).await?;
    ///     assert_eq!(std::fs::read(&path)?, [0, 0]);
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn set_len(&self, length: u64) -> impl Future<Output = io::Result<()>> + use<> {
        self.after_writes("File::set_len", move |file| file.set_len(length))
    }

    /// Says who may do what with the file.
    ///
    /// # Errors
    /// What the system says, for example if the file is somebody else's.
    ///
    /// # Cancel safety
    /// As [`sync_all`](Self::sync_all).
    ///
    /// # Panics
    /// The future, outside of a runtime.
    ///
    /// ```
    /// # use runtime::fs::File;
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-set-permissions-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let file = File::create(&path).await?;
    ///     let mut permissions = file.metadata().await?.permissions();
    ///     permissions.set_readonly(true);
    ///     file.set_permissions(permissions.clone()).await?;
    ///     assert!(std::fs::metadata(&path)?.permissions().readonly());
    ///     # #[allow(clippy::permissions_set_readonly_false)]
    ///     # permissions.set_readonly(false);
    ///     # file.set_permissions(permissions).await?;
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn set_permissions(
        &self,
        permissions: Permissions,
    ) -> impl Future<Output = io::Result<()>> + use<> {
        self.after_writes("File::set_permissions", move |file| {
            file.set_permissions(permissions.clone())
        })
    }

    /// Sets when the file was last read and changed.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// # Cancel safety
    /// As [`sync_all`](Self::sync_all).
    ///
    /// # Panics
    /// The future, outside of a runtime.
    ///
    /// ```
    /// use std::fs::FileTimes;
    /// use std::time::{Duration, SystemTime};
    /// # use runtime::fs::File;
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-set-times-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let file = File::create(&path).await?;
    ///     let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    ///     file.set_times(FileTimes::new().set_modified(then)).await?;
    ///     assert_eq!(file.metadata().await?.modified()?, then);
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn set_times(&self, times: FileTimes) -> impl Future<Output = io::Result<()>> + use<> {
        self.after_writes("File::set_times", move |file| file.set_times(times))
    }

    /// Another file that is the same for the system: both have one position, and each moves it for the other. Each
    /// waits for its own writes only, and has its own errors.
    ///
    /// This is how one task reads and another one writes, in a terminal, say. To read at two places at once, open the
    /// file twice, or use [`read_at`](Self::read_at).
    ///
    /// # Errors
    /// What the system says, for example if the process has too many files.
    ///
    /// # Cancel safety
    /// Nothing is lost with a dropped future.
    ///
    /// # Panics
    /// The future, outside of a runtime.
    ///
    /// ```
    /// # use runtime::fs::File;
    /// use runtime::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-try-clone-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let mut file = File::create(&path).await?;
    ///     let mut clone = file.try_clone().await?;
    ///     file.write_all(b"hello ").await?;
    ///     file.flush().await?;
    ///     clone.write_all(b"world").await?;
    ///     clone.flush().await?;
    ///     assert_eq!(std::fs::read(&path)?, b"hello world");
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn try_clone(&self) -> impl Future<Output = io::Result<File>> + use<> {
        let (sequence, turns) = (self.sequence.clone(), self.turns.clone());
        let clone = self.after_writes("File::try_clone", {
            let turns = turns.clone();
            move |file| {
                // What a dropped read has left is the clone's to read, too.
                sequence.put_back(file, &turns);
                file.try_clone()
            }
        });
        async move { Ok(File::with_turns(clone.await?, turns)) }
    }

    /// Makes a call when the writes in sequence that were begun are over, whatever has come of them.
    #[track_caller]
    fn after_writes<T, F>(
        &self,
        what: &'static str,
        mut std_call: F,
    ) -> impl Future<Output = io::Result<T>> + use<T, F>
    where
        T: Send + 'static,
        F: FnMut(&fs::File) -> io::Result<T> + Send + 'static,
    {
        let (file, sequence, caller) = (
            self.shared.clone(),
            self.sequence.clone(),
            Location::caller(),
        );
        async move {
            drop(Handle::current_for(what, caller));
            written(&sequence).await;
            call(what, caller, move || std_call(&file)).await
        }
    }
}
