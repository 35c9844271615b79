//! What a command says to the child, what of it is kept for the next one, and what is said when it cannot be started.
#![cfg(unix)]

mod alone;
mod children;
mod each_driver;
mod scratch;

use std::error::Error;
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use children::sh;
use each_driver::on_each_driver;
use runtime::process::{Command, Stdio};
use rustix::io::Errno;
use rustix::process::{WaitOptions, waitpid};
use scratch::Scratch;

/// The system's own number is somewhere behind the words.
fn has_a_number(error: &io::Error) -> bool {
    let source = error.source();
    let source = source.and_then(|source| source.source());
    let source = source.and_then(|source| source.downcast_ref::<io::Error>());
    let of_the_first = error.get_ref().and_then(|inner| inner.source());
    let of_the_first = of_the_first.and_then(|inner| inner.downcast_ref::<io::Error>());
    source
        .or(of_the_first)
        .is_some_and(|error| error.raw_os_error().is_some())
}

#[test]
fn a_program_that_does_not_exist_is_named() {
    on_each_driver(async || {
        let error = Command::new("no-such-program").spawn().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        let words = error.to_string();
        assert!(words.starts_with("starting no-such-program: "), "{words}");
        assert!(has_a_number(&error), "{error:?}");
        let error = Command::new("no-such-program").status().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        let error = Command::new("no-such-program").output().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        Ok(())
    });
}

#[test]
fn a_file_that_is_no_program_is_named() {
    on_each_driver(async || {
        let file = Scratch::with("hello");
        let error = Command::new(file.as_ref()).spawn().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        let named = format!("starting {}: ", file.as_ref().display());
        assert!(error.to_string().starts_with(&named), "{error}");

        // It may be run, and the system knows no way to.
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755))?;
        let error = Command::new(file.as_ref()).spawn().unwrap_err();
        assert!(error.to_string().starts_with(&named), "{error}");
        Ok(())
    });
}

/// The system does not say which of the two it is that does not exist, so both are named.
#[test]
fn a_folder_that_does_not_exist_is_named() {
    on_each_driver(async || {
        let mut command = Command::new("true");
        let error = command.current_dir("/no/such/folder").spawn().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        let words = error.to_string();
        assert!(
            words.starts_with("starting true in /no/such/folder: "),
            "{words}"
        );
        // The command can be set right and used again.
        assert!(command.current_dir("/").status().await?.success());
        Ok(())
    });
}

#[test]
fn outside_of_a_runtime_nothing_is_started() {
    if !alone::is_alone() {
        let mut child = alone::start("outside_of_a_runtime_nothing_is_started", "true");
        assert!(child.wait().unwrap().success());
        return;
    }
    type Start = fn(&mut Command);
    let calls: [(&str, Start); 3] = [
        ("spawn", |command| drop(command.spawn())),
        ("status", |command| drop(command.status())),
        ("output", |command| drop(command.output())),
    ];
    for (name, start) in calls {
        let called = AssertUnwindSafe(|| start(&mut Command::new("true")));
        let words = *catch_unwind(called)
            .unwrap_err()
            .downcast::<String>()
            .unwrap();
        let expected = format!("`Command::{name}` was called outside of a runtime: ");
        assert!(words.starts_with(&expected), "{words}");
        // There is no child, not even one that has ended.
        let any = waitpid(None, WaitOptions::NOHANG);
        assert_eq!(any.map(|_| ()), Err(Errno::CHILD));
    }
}

/// A terminal, say: a child that nobody talks to must not take what is typed.
#[test]
fn output_gives_an_empty_input() {
    if !alone::is_alone() {
        let mut child = alone::start("output_gives_an_empty_input", "exec </etc/passwd");
        assert!(child.wait().unwrap().success());
        return;
    }
    runtime::block_on(async {
        let mut cat = Command::new("cat");
        assert_eq!(cat.output().await.unwrap().stdout, b"");
        // It is not so for the next one, which is only waited for.
        let pipe = cat.stdout(Stdio::piped()).spawn().unwrap();
        assert_ne!(pipe.wait_with_output().await.unwrap().stdout, b"");
    });
}

#[test]
fn environment_arguments_and_folder_reach_the_child() {
    on_each_driver(async || {
        let mut command = sh("pwd; echo $1 $WORD $OTHER $HOME; echo $0");
        command.arg("name").args(["one two", "three"]);
        command
            .current_dir("/")
            .env("WORD", "word")
            .envs([("OTHER", "other")]);
        let output = command.env_remove("HOME").output().await?;
        assert_eq!(output.stdout, b"/\none two word other\nname\n");

        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", "echo $WORD$HOME"])
            .env("WORD", "word")
            .env_clear();
        assert_eq!(command.output().await?.stdout, b"\n");
        assert_eq!(
            command.env("WORD", "again").output().await?.stdout,
            b"again\n"
        );

        let output = sh("echo $0").arg0("name").output().await?;
        assert_eq!(output.stdout, b"name\n");
        Ok(())
    });
}

#[test]
fn a_group_of_its_own() {
    on_each_driver(async || {
        let mut grouped = sh("ps -o pgid= -p $$ 2>/dev/null || cut -d' ' -f5 /proc/$$/stat");
        let mut child = grouped.process_group(0).stdout(Stdio::piped()).spawn()?;
        let pid = child.id().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let mut group = String::new();
        runtime::io::AsyncReadExt::read_to_string(&mut stdout, &mut group).await?;
        assert_eq!(group.trim(), pid.to_string());
        assert!(child.wait().await?.success());
        Ok(())
    });
}

/// With empty input, and with both outputs in pipes.
#[test]
fn output_pipes_what_is_not_set() {
    on_each_driver(async || {
        let mut command = sh("cat; echo out; echo err >&2");
        for _ in 0..2 {
            let output = command.output().await?;
            assert_eq!(
                (&output.stdout[..], &output.stderr[..]),
                (&b"out\n"[..], &b"err\n"[..])
            );
        }
        // What was piped for `output` is not piped afterwards.
        let mut child = command.stdin(Stdio::null()).spawn()?;
        assert!(child.stdout.is_none() && child.stderr.is_none());
        assert!(child.wait().await?.success());

        let output = command.stdout(Stdio::null()).output().await?;
        assert_eq!(
            (&output.stdout[..], &output.stderr[..]),
            (&b""[..], &b"err\n"[..])
        );
        let output = command.stderr(Stdio::null()).output().await?;
        assert_eq!(
            (&output.stdout[..], &output.stderr[..]),
            (&b""[..], &b""[..])
        );
        Ok(())
    });
}

#[test]
fn output_leaves_an_input_alone_that_was_set() {
    on_each_driver(async || {
        let input = || {
            let file = Scratch::with("hello");
            std::fs::File::open(&file)
        };
        let output = Command::new("cat").stdin(input()?).output().await?;
        assert_eq!(output.stdout, b"hello");

        let mut elsewhere = std::process::Command::new("cat");
        elsewhere.stdin(input()?);
        assert_eq!(Command::from(elsewhere).output().await?.stdout, b"hello");

        let mut command = Command::new("cat");
        command.as_std_mut().stdin(input()?);
        assert_eq!(command.output().await?.stdout, b"hello");
        Ok(())
    });
}

/// What is piped is closed, so that nobody waits for anybody.
#[test]
fn status_closes_what_is_piped() {
    on_each_driver(async || {
        let mut command = sh("cat; head -c 1000000 /dev/zero; exit 3");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        assert_eq!(command.status().await?.code(), Some(3));
        Ok(())
    });
}
