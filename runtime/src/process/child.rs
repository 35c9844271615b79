//! A child process that runs or has run: waited for, killed, or left to itself; how its end is seen is `os`'s affair.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::marker::PhantomData;
use std::process::{ExitStatus, Output};
use std::rc::Rc;

use futures_io::AsyncRead;
use futures_lite::io::AsyncReadExt;
use reactor::budget;

use super::os::Process;
use super::stdio::{ChildStderr, ChildStdin, ChildStdout};

/// A child process. [`Command::spawn`](super::Command::spawn) starts one.
///
/// Dropping it leaves the child to itself, unless [`kill_on_drop`](super::Command::kill_on_drop) was set: it goes on,
/// and is reaped when it ends (see [the module](super)).
///
/// ```
/// use runtime::process::{Child, Command};
///
/// # if cfg!(windows) { return Ok(()); }
/// runtime::block_on(async {
///     let mut child: Child = Command::new("sh").args(["-c", "exit 3"]).spawn()?;
///     assert_eq!(child.wait().await?.code(), Some(3));
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
pub struct Child {
    /// What the child reads, if it was piped. `take` it, so that it can be closed.
    pub stdin: Option<ChildStdin>,
    /// What the child writes to its standard output, if that was piped.
    pub stdout: Option<ChildStdout>,
    /// What the child writes to its standard error, if that was piped.
    pub stderr: Option<ChildStderr>,
    /// Behind the pipes: a child that is left to itself finds them closed.
    process: Process,
    /// On some systems a child is tied to its runtime, which is bound to its thread. So it is on all.
    stays: PhantomData<Rc<()>>,
}

impl Child {
    pub(super) fn new(process: Process) -> Child {
        Child {
            stdin: None,
            stdout: None,
            stderr: None,
            process,
            stays: PhantomData,
        }
    }

    /// The system's number for it. `None` when it has ended and was waited for: the number may be another one's, then.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let mut child = Command::new("true").spawn()?;
    ///     assert!(child.id().is_some());
    ///     child.wait().await?;
    ///     assert!(child.id().is_none());
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Waits until the child has ended, and says how. Drops [`stdin`](Self::stdin) first: a child that reads it to its
    /// end would never end, else.
    ///
    /// It does not read what the child writes. If that is piped, read it at the same time, or use
    /// [`wait_with_output`](Self::wait_with_output): a child that cannot write stops.
    ///
    /// Every further call gives the same status, at once.
    ///
    /// # Errors
    /// If somebody else has reaped the child (see [the module](super)), each time. If a thread is needed to wait for it
    /// and the system starts none; the next call tries again.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing but `stdin`: the next call waits on.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let mut child = Command::new("sh").args(["-c", "exit 3"]).spawn()?;
    ///     assert_eq!(child.wait().await?.code(), Some(3));
    ///     assert_eq!(child.wait().await?.code(), Some(3));
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        drop(self.stdin.take());
        poll_fn(budget::poll_left).await;
        let status = loop {
            if let Some(status) = self.process.try_wait()? {
                break status;
            }
            self.process.exited().await?;
        };
        budget::spend();
        Ok(status)
    }

    /// How the child has ended, or `None` if it still runs. It does not wait, and leaves [`stdin`](Self::stdin) open.
    ///
    /// # Errors
    /// If somebody else has reaped the child (see [the module](super)).
    ///
    /// ```
    /// use runtime::process::{Command, Stdio};
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let mut child = Command::new("cat").stdin(Stdio::piped()).spawn()?;
    ///     assert!(child.try_wait()?.is_none()); // It reads.
    ///     child.wait().await?;
    ///     assert!(child.try_wait()?.is_some_and(|status| status.success()));
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        self.process.try_wait()
    }

    /// Sends the child what ends it at once (on Unix, `SIGKILL`), and does not wait. It has still to be waited for.
    ///
    /// A child that has ended, waited for or not, is no error, as in the standard library. (tokio says `InvalidInput`
    /// once it was waited for.) What the child has started goes on.
    ///
    /// # Errors
    /// What the system says: [`PermissionDenied`](io::ErrorKind::PermissionDenied) if the child became another user.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let mut child = Command::new("sleep").arg("3600").spawn()?;
    ///     child.start_kill()?;
    ///     assert!(!child.wait().await?.success());
    ///     child.start_kill()?; // There is nobody to kill.
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn start_kill(&mut self) -> io::Result<()> {
        self.process.kill()
    }

    /// Kills the child, and waits until it has ended.
    ///
    /// # Errors
    /// Those of [`start_kill`](Self::start_kill) and of [`wait`](Self::wait).
    ///
    /// # Cancel safety
    /// Once it was polled, the child is killed; the next call waits on.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let mut child = Command::new("sleep").arg("3600").spawn()?;
    ///     child.kill().await?;
    ///     assert!(!child.wait().await?.success());
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub async fn kill(&mut self) -> io::Result<()> {
        self.start_kill()?;
        self.wait().await?;
        Ok(())
    }

    /// Drops [`stdin`](Self::stdin), reads what the child writes, both kinds at once, and waits until it has ended.
    ///
    /// What is not piped, or was taken, is empty in the [`Output`]. The pipes end when everybody has closed them, as in
    /// the standard library: a grandchild that the child leaves behind with its pipes keeps this waiting.
    ///
    /// # Errors
    /// Those of reading and of [`wait`](Self::wait).
    ///
    /// # Cancel safety
    /// What was read is lost with a dropped future, and the child is dropped.
    ///
    /// ```
    /// use runtime::process::{Command, Stdio};
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let mut command = Command::new("sh");
    ///     command.args(["-c", "echo hello; echo oh no >&2"]);
    ///     let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    ///     let output = child.wait_with_output().await?;
    ///     assert_eq!((&output.stdout[..], &output.stderr[..]), (&b"hello\n"[..], &b"oh no\n"[..]));
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub async fn wait_with_output(mut self) -> io::Result<Output> {
        let stdout = read_all(self.stdout.take());
        let stderr = read_all(self.stderr.take());
        let (status, stdout, stderr) = crate::try_join!(self.wait(), stdout, stderr)?;
        Ok(Output {
            status,
            stdout,
            stderr,
        })
    }
}

async fn read_all(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        pipe.read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

impl fmt::Debug for Child {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Child")
            .field("id", &self.id())
            .field("stdin", &self.stdin)
            .field("stdout", &self.stdout)
            .field("stderr", &self.stderr)
            .finish_non_exhaustive()
    }
}
