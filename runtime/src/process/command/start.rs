//! Starting what a command says; it knows nothing of how the command was put together.

use std::fmt;
use std::io;
use std::path::Path;
use std::process::{self, ExitStatus, Output, Stdio};

use net::while_doing;
use reactor::Handle;

use super::Command;
use crate::process::child::Child;
use crate::process::os::{Process, StderrPipe, StdinPipe, StdoutPipe};
use crate::process::stdio::{ChildStderr, ChildStdin, ChildStdout};

impl Command {
    /// Starts it. What is not set otherwise, of input, output and error, is this process's own.
    ///
    /// It returns when the program runs or cannot be run. The loop stands still meanwhile, for a millisecond or so.
    ///
    /// # Errors
    /// What the system says, [`NotFound`](io::ErrorKind::NotFound) if there is no such program or folder,
    /// [`PermissionDenied`](io::ErrorKind::PermissionDenied) if it may not be run, with the program's name (and the
    /// folder's, if one was set) in its words. No child is left then.
    ///
    /// # Panics
    /// Outside of a runtime.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// runtime::block_on(async {
    ///     let error = Command::new("no-such-program").spawn().unwrap_err();
    ///     assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    ///     assert!(error.to_string().starts_with("starting no-such-program: "));
    /// });
    /// ```
    #[track_caller]
    pub fn spawn(&mut self) -> io::Result<Child> {
        self.start(&Handle::current("Command::spawn"))
    }

    /// Starts it, and waits until it has ended. What is piped is closed at once: the child reads nothing, and cannot
    /// write.
    ///
    /// It is started here and now, and not when the future is polled.
    ///
    /// # Errors
    /// Those of [`spawn`](Self::spawn) and of [`Child::wait`], from the future.
    ///
    /// # Cancel safety
    /// Dropping the future drops the [`Child`], which goes on, unless [`kill_on_drop`](Self::kill_on_drop) says
    /// otherwise.
    ///
    /// # Panics
    /// Outside of a runtime.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     assert!(Command::new("true").status().await?.success());
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn status(&mut self) -> impl Future<Output = io::Result<ExitStatus>> + use<> {
        let child = self.start(&Handle::current("Command::status"));
        async {
            let mut child = child?;
            drop((child.stdin.take(), child.stdout.take(), child.stderr.take()));
            child.wait().await
        }
    }

    /// Starts it, and waits for its end and for all that it writes. Output and error are piped, unless they are set
    /// otherwise here (what is set by way of [`as_std_mut`](Self::as_std_mut) is piped), and the input is empty unless
    /// it is set.
    ///
    /// It is started here and now, and not when the future is polled.
    ///
    /// # Errors
    /// Those of [`spawn`](Self::spawn) and of [`Child::wait_with_output`], from the future.
    ///
    /// # Cancel safety
    /// As [`status`](Self::status); what was read is lost.
    ///
    /// # Panics
    /// Outside of a runtime.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let output = Command::new("echo").arg("hello").output().await?;
    ///     assert!(output.status.success());
    ///     assert_eq!(output.stdout, b"hello\n");
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn output(&mut self) -> impl Future<Output = io::Result<Output>> + use<> {
        let handle = Handle::current("Command::output");
        let set = self.set;
        if !set.stdin {
            self.std.stdin(Stdio::null());
        }
        if !set.stdout {
            self.std.stdout(Stdio::piped());
        }
        if !set.stderr {
            self.std.stderr(Stdio::piped());
        }
        let child = self.start(&handle);
        // For whoever uses the command again, it is as it was.
        if !set.stdin {
            self.std.stdin(Stdio::inherit());
        }
        if !set.stdout {
            self.std.stdout(Stdio::inherit());
        }
        if !set.stderr {
            self.std.stderr(Stdio::inherit());
        }
        async { child?.wait_with_output().await }
    }

    fn start(&mut self, handle: &Handle) -> io::Result<Child> {
        let started = self.std.spawn();
        let mut child = started.map_err(|error| while_doing(Starting(&self.std), error))?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let mut child = Child::new(Process::new(handle, child, self.kill_on_drop)?);
        let (stdin, stdout, stderr) = pipes;
        child.stdin = stdin.map(|pipe| ChildStdin::new(StdinPipe::new(handle, pipe)));
        child.stdout = stdout.map(|pipe| ChildStdout::new(StdoutPipe::new(handle, pipe)));
        child.stderr = stderr.map(|pipe| ChildStderr::new(StderrPipe::new(handle, pipe)));
        Ok(child)
    }
}

/// What was being done when the system refused. Which of the two does not exist it does not say.
struct Starting<'a>(&'a process::Command);

impl fmt::Display for Starting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = Path::new(self.0.get_program());
        write!(f, "starting {}", program.display())?;
        match self.0.get_current_dir() {
            Some(folder) => write!(f, " in {}", folder.display()),
            None => Ok(()),
        }
    }
}
