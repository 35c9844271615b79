//! What a command and the pipes of a child have on Unix only.

use std::ffi::OsStr;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;

use crate::process::{ChildStderr, ChildStdin, ChildStdout, Command};

/// On Unix only. For `pre_exec`, which is unsafe, see [`as_std_mut`](Self::as_std_mut).
impl Command {
    /// The user that the child becomes, by number. Starting it fails if this process may not do that.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// let mut command = Command::new("id");
    /// command.uid(1000).gid(1000);
    /// # assert_eq!(command.as_std().get_program(), "id");
    /// ```
    pub fn uid(&mut self, id: u32) -> &mut Command {
        self.std.uid(id);
        self
    }

    /// The group that the child becomes a member of, by number. Starting it fails if this process may not do that.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// let mut command = Command::new("id");
    /// command.uid(1000).gid(1000);
    /// # assert_eq!(command.as_std().get_program(), "id");
    /// ```
    pub fn gid(&mut self, id: u32) -> &mut Command {
        self.std.gid(id);
        self
    }

    /// What the child is told its own name is, which is otherwise what was given to [`new`](Self::new).
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// runtime::block_on(async {
    ///     let mut command = Command::new("sh");
    ///     let output = command.arg0("shell").args(["-c", "echo $0"]).output().await?;
    ///     assert_eq!(output.stdout, b"shell\n");
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn arg0(&mut self, name: impl AsRef<OsStr>) -> &mut Command {
        self.std.arg0(name);
        self
    }

    /// The process group that the child becomes a member of; 0 is a new one, whose number is the child's. A Ctrl-C in
    /// the terminal reaches the foreground group only, and a signal to a group reaches all that the child has started.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// runtime::block_on(async {
    ///     let status = Command::new("true").process_group(0).status().await?;
    ///     assert!(status.success());
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn process_group(&mut self, group: i32) -> &mut Command {
        self.std.process_group(group);
        self
    }
}

macro_rules! into_owned_fd {
    ($pipe:ident, $method:literal, $set:literal) => {
        impl $pipe {
            /// The descriptor of the pipe, in blocking mode. On Unix only.
            ///
            /// # Errors
            #[doc = concat!("What the system says when it is to deregister the pipe", $set, ".")]
            ///
            /// ```
            /// use runtime::process::{Command, Stdio};
            ///
            /// runtime::block_on(async {
            #[doc = concat!("    let mut child = Command::new(\"cat\").", $method, "(Stdio::piped())")]
            ///         # .stdin(Stdio::piped())
            ///         .spawn()?;
            #[doc = concat!("    let pipe = child.", $method, ".take().expect(\"it was piped\");")]
            ///     let descriptor = pipe.into_owned_fd()?;
            ///     drop(descriptor);
            ///     assert!(child.wait().await?.success());
            ///     std::io::Result::Ok(())
            /// })?;
            /// # std::io::Result::Ok(())
            /// ```
            pub fn into_owned_fd(self) -> io::Result<OwnedFd> {
                self.into_pipe()?.into_owned()
            }
        }
    };
}

into_owned_fd!(ChildStdin, "stdin", ", and if it was closed");
into_owned_fd!(ChildStdout, "stdout", "");
into_owned_fd!(ChildStderr, "stderr", "");
