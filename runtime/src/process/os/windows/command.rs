//! What a command and the pipes of a child have on Windows only.

use std::ffi::OsStr;
use std::os::windows::process::CommandExt;

use crate::process::Command;

/// On Windows only.
impl Command {
    /// Flags of `CreateProcess`.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// const CREATE_NO_WINDOW: u32 = 0x0800_0000;
    /// let mut command = Command::new("cmd");
    /// command.creation_flags(CREATE_NO_WINDOW);
    /// ```
    pub fn creation_flags(&mut self, flags: u32) -> &mut Command {
        self.std.creation_flags(flags);
        self
    }

    /// Adds to the command line as it is, without quotes.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// let mut command = Command::new("cmd");
    /// command.raw_arg("/C echo hello");
    /// ```
    pub fn raw_arg(&mut self, text: impl AsRef<OsStr>) -> &mut Command {
        self.std.raw_arg(text);
        self
    }
}
