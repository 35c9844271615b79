//! What only Unix has: the permissions of a file that is made, and flags of the system.

use std::os::unix::fs::OpenOptionsExt;

use crate::fs::OpenOptions;

impl OpenOptions {
    /// The permissions of a file that is made, less what the process's mask takes away.
    ///
    /// ```
    /// use std::os::unix::fs::PermissionsExt;
    /// use runtime::fs::OpenOptions;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-options-mode-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let secret = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).await?;
    ///     assert_eq!(secret.metadata().await?.permissions().mode() & 0o777, 0o600);
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn mode(&mut self, mode: u32) -> &mut Self {
        self.0.mode(mode);
        self
    }

    /// More flags for the system's `open`.
    ///
    /// ```
    /// use runtime::fs::OpenOptions;
    ///
    /// const NOTHING_MORE: i32 = 0; // From a crate that knows the system's numbers, as `libc` does.
    /// runtime::block_on(async {
    ///     let this = std::env::current_exe()?;
    ///     OpenOptions::new().read(true).custom_flags(NOTHING_MORE).open(this).await?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn custom_flags(&mut self, flags: i32) -> &mut Self {
        self.0.custom_flags(flags);
        self
    }
}
