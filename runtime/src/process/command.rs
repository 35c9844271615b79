//! What to start, and how: a command is put together as with the standard library, which does the work.

mod start;

use std::ffi::OsStr;
use std::path::Path;
use std::process::{self, Stdio};

/// A program to start, with its arguments, its environment and its pipes.
///
/// It is [`std::process::Command`], whose children are waited for asynchronously. It can be used again and again.
///
/// ```
/// use runtime::process::Command;
///
/// # if cfg!(windows) { return Ok(()); }
/// runtime::block_on(async {
///     let mut echo = Command::new("echo");
///     echo.arg("-n");
///     let output = echo.arg("hello").output().await?;
///     assert_eq!(output.stdout, b"hello");
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct Command {
    pub(super) std: process::Command,
    set: Set,
    kill_on_drop: bool,
}

/// Which of the three were set, so that [`Command::output`] leaves them alone.
#[derive(Clone, Copy, Debug, Default)]
struct Set {
    stdin: bool,
    stdout: bool,
    stderr: bool,
}

impl Command {
    /// A command that starts this program, which is looked for in `PATH` if it is a name without a folder. On Windows,
    /// see [`std::process::Command::new`].
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
    pub fn new(program: impl AsRef<OsStr>) -> Command {
        Command {
            std: process::Command::new(program),
            set: Set::default(),
            kill_on_drop: false,
        }
    }

    /// The standard library's command in it, for what can be asked there.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// let command = Command::new("echo");
    /// assert_eq!(command.as_std().get_program(), "echo");
    /// ```
    #[must_use]
    pub fn as_std(&self) -> &process::Command {
        &self.std
    }

    /// The standard library's command in it, for what can be set only there.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// let mut command = Command::new("echo");
    /// command.as_std_mut().arg("hello");
    /// assert_eq!(command.as_std().get_args().count(), 1);
    /// ```
    pub fn as_std_mut(&mut self) -> &mut process::Command {
        self.set.stdin = true; // It may be.
        &mut self.std
    }

    /// Adds an argument. No shell sees it: spaces and stars in it are what they are.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// let mut command = Command::new("echo");
    /// command.arg("*.rs").arg("two words");
    /// assert_eq!(command.as_std().get_args().count(), 2);
    /// ```
    pub fn arg(&mut self, argument: impl AsRef<OsStr>) -> &mut Command {
        self.std.arg(argument);
        self
    }

    /// Adds arguments.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// let mut command = Command::new("sh");
    /// command.args(["-c", "exit 3"]);
    /// assert_eq!(command.as_std().get_args().count(), 2);
    /// ```
    pub fn args<I, S>(&mut self, arguments: I) -> &mut Command
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        self.std.args(arguments);
        self
    }

    /// Sets a variable of the child's environment, which is this process's own otherwise.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let mut command = Command::new("sh");
    ///     let output = command.args(["-c", "echo $WORD"]).env("WORD", "hello").output().await?;
    ///     assert_eq!(output.stdout, b"hello\n");
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn env(&mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> &mut Command {
        self.std.env(key, value);
        self
    }

    /// Sets variables of the child's environment.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// let mut command = Command::new("sh");
    /// command.envs([("WORD", "hello"), ("LANG", "C")]);
    /// assert_eq!(command.as_std().get_envs().count(), 2);
    /// ```
    pub fn envs<I, K, V>(&mut self, variables: I) -> &mut Command
    where
        I: IntoIterator<Item = (K, V)>,
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        self.std.envs(variables);
        self
    }

    /// Takes a variable out of the child's environment.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let mut command = Command::new("sh");
    ///     let output = command.args(["-c", "echo $HOME"]).env_remove("HOME").output().await?;
    ///     assert_eq!(output.stdout, b"\n");
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn env_remove(&mut self, key: impl AsRef<OsStr>) -> &mut Command {
        self.std.env_remove(key);
        self
    }

    /// Takes all variables out of the child's environment: it has those that are set afterwards. `PATH` is gone, too,
    /// which the child may need.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let mut command = Command::new("/bin/sh");
    ///     command.args(["-c", "echo $HOME$WORD"]).env_clear().env("WORD", "hello");
    ///     assert_eq!(command.output().await?.stdout, b"hello\n");
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn env_clear(&mut self) -> &mut Command {
        self.std.env_clear();
        self
    }

    /// Where the child works. If that is no folder, starting it fails.
    ///
    /// Make a relative path of the program absolute before: from which folder it starts depends on the system.
    ///
    /// ```
    /// use runtime::process::Command;
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let output = Command::new("pwd").current_dir("/").output().await?;
    ///     assert_eq!(output.stdout, b"/\n");
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn current_dir(&mut self, folder: impl AsRef<Path>) -> &mut Command {
        self.std.current_dir(folder);
        self
    }

    /// What the child reads: [`Stdio::piped`] for [`Child::stdin`](super::Child::stdin), [`Stdio::null`], a file,
    /// another child's output. Unless it is set, what this process reads, and with [`output`](Self::output) nothing.
    ///
    /// ```
    /// use runtime::process::{Command, Stdio};
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let status = Command::new("cat").stdin(Stdio::null()).status().await?;
    ///     assert!(status.success());
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn stdin(&mut self, stdin: impl Into<Stdio>) -> &mut Command {
        self.set.stdin = true;
        self.std.stdin(stdin);
        self
    }

    /// Where the child's output goes: [`Stdio::piped`] for [`Child::stdout`](super::Child::stdout), [`Stdio::null`], a
    /// file. Unless it is set, where this process's goes, and with [`output`](Self::output) a pipe.
    ///
    /// ```
    /// use runtime::process::{Command, Stdio};
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let status = Command::new("echo").arg("unheard").stdout(Stdio::null()).status().await?;
    ///     assert!(status.success());
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn stdout(&mut self, stdout: impl Into<Stdio>) -> &mut Command {
        self.set.stdout = true;
        self.std.stdout(stdout);
        self
    }

    /// Where the child's complaints go; as [`stdout`](Self::stdout).
    ///
    /// ```
    /// use runtime::process::{Command, Stdio};
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let mut command = Command::new("sh");
    ///     let status = command.args(["-c", "echo unheard >&2"]).stderr(Stdio::null()).status();
    ///     assert!(status.await?.success());
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn stderr(&mut self, stderr: impl Into<Stdio>) -> &mut Command {
        self.set.stderr = true;
        self.std.stderr(stderr);
        self
    }

    /// Whether a child that runs is killed when its [`Child`](super::Child) is dropped, or the future of
    /// [`status`](Self::status), [`output`](Self::output) or
    /// [`wait_with_output`](super::Child::wait_with_output). False unless it is said: it goes on.
    ///
    /// It is reaped either way. What the child has started goes on either way.
    ///
    /// ```
    /// use runtime::process::Command;
    /// use runtime::time::{Duration, timeout};
    ///
    /// # if cfg!(windows) { return; }
    /// runtime::block_on(async {
    ///     let sleeping = Command::new("sleep").arg("3600").kill_on_drop(true).status();
    ///     let elapsed = timeout(Duration::from_millis(1), sleeping).await;
    ///     assert!(elapsed.is_err()); // And nobody sleeps.
    /// });
    /// ```
    pub fn kill_on_drop(&mut self, kill: bool) -> &mut Command {
        self.kill_on_drop = kill;
        self
    }
}

/// Takes a command that was put together elsewhere. Its output and its errors are piped by [`Command::output`]; its
/// input is as it is.
///
/// ```
/// let mut command = std::process::Command::new("echo");
/// command.arg("hello");
/// let command = runtime::process::Command::from(command);
/// assert_eq!(command.as_std().get_args().count(), 1);
/// ```
impl From<process::Command> for Command {
    fn from(std: process::Command) -> Command {
        let mut command = Command {
            std,
            set: Set::default(),
            kill_on_drop: false,
        };
        command.set.stdin = true; // It may be.
        command
    }
}
