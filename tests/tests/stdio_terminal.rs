//! The standard input is a terminal: its end is none, and programs in the background may not read from it.
#![cfg(target_os = "linux")]

mod again;

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use again::{Program, again, line, play, role};
use runtime::block_on;
use runtime::future::poll_once;
use runtime::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, stdin, stdout};
use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, WaitOptions, kill_process, setsid, waitpid};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

/// Both sides of a terminal that does not echo, and the name of the one that programs use.
fn terminal() -> (File, File, String) {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let keyboard = openpt(flags).unwrap();
    grantpt(&keyboard).unwrap();
    unlockpt(&keyboard).unwrap();
    let name = ptsname(&keyboard, Vec::new()).unwrap();
    let name = name.into_string().unwrap();
    let terminal = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(OFlags::NOCTTY.bits() as i32)
        .open(&name)
        .unwrap();
    let mut modes = tcgetattr(&terminal).unwrap();
    modes.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&terminal, OptionalActions::Now, &modes).unwrap();
    (File::from(keyboard), terminal, name)
}

#[test]
fn reading_goes_on_after_the_end_of_a_terminal() {
    const NAME: &str = "reading_goes_on_after_the_end_of_a_terminal";
    if role().is_some() {
        play(|| {
            block_on(async {
                let mut stdin = stdin();
                // Control-D is the end of what there is.
                for said in ["one\n", "", "two\n"] {
                    let mut line = String::new();
                    stdin.read_line(&mut line).await?;
                    assert_eq!(line, said);
                }
                // Nobody types this, and nobody waits for it.
                assert!(poll_once(stdin.read(&mut [0])).await.is_none());
                stdout().write_all(b"done\n").await
            })
        });
    }
    let (mut keyboard, terminal, _) = terminal();
    let program = Program::start(again(NAME, "reads").stdin(terminal.try_clone().unwrap()));
    let mut stdout = program.stdout();
    keyboard.write_all(b"one\n\x04two\n").unwrap();
    assert_eq!(line(&mut stdout), "done");
    program.finish(stdout);
    let flags = rustix::fs::fcntl_getfl(&terminal).unwrap();
    assert!(!flags.contains(OFlags::NONBLOCK));
}

/// As a shell does: the leader of a session has the terminal, and starts programs in the background.
#[test]
fn a_program_in_the_background_is_stopped_or_told() {
    const NAME: &str = "a_program_in_the_background_is_stopped_or_told";
    match role().as_deref() {
        None => {
            let (mut keyboard, _terminal, name) = terminal();
            let mut command = again(NAME, "leader");
            command.env("RUNTIME_TEST_TERMINAL", name);
            let program = Program::start(&mut command);
            let mut stdout = program.stdout();
            assert_eq!(line(&mut stdout), "stopped");
            keyboard.write_all(b"hello\n").unwrap();
            assert_eq!(program.finish(stdout), "told\n");
        }
        Some("leader") => play(lead),
        Some("stopped") => play(|| {
            let mut line = String::new();
            block_on(stdin().read_line(&mut line)).map(drop)
        }),
        // Nobody can stop this one.
        Some(_) => play(|| {
            let error = block_on(stdin().read(&mut [0])).unwrap_err();
            assert!(error.to_string().contains("standard input"), "{error}");
            Ok(())
        }),
    }

    fn lead() -> io::Result<()> {
        setsid()?;
        let name = std::env::var("RUNTIME_TEST_TERMINAL").unwrap();
        // The first terminal that the leader of a session opens is the session's.
        let terminal = OpenOptions::new().read(true).write(true).open(name)?;

        let mut command = again(NAME, "stopped");
        command.stdin(terminal.try_clone()?).stdout(Stdio::null());
        let stopped = command.process_group(0).spawn()?;
        let pid = Pid::from_child(&stopped);
        let (_, status) = waitpid(Some(pid), WaitOptions::UNTRACED)?.unwrap();
        assert!(status.stopped(), "{status:?}");
        kill_process(pid, Signal::KILL)?;
        waitpid(Some(pid), WaitOptions::empty())?;
        println!("stopped");

        let told = again(NAME, "told");
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' TTIN; exec \"$0\" \"$@\""]);
        shell.arg(told.get_program()).args(told.get_args());
        let envs = told.get_envs();
        shell.envs(envs.filter_map(|(name, value)| Some((name, value?))));
        shell.stdin(terminal).stdout(Stdio::null());
        assert!(shell.process_group(0).status()?.success());
        println!("told");
        Ok(())
    }
}
