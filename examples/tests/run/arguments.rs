//! What every example answers to `--help` and to arguments that it does not understand.

use std::process::Output;

use crate::program::run;

/// The names of those that are built here, which understand arguments on this system.
fn examples() -> impl Iterator<Item = &'static str> {
    let manifest = include_str!("../../Cargo.toml");
    let sections = manifest.split("[[example]]\nname = \"").skip(1);
    sections.filter_map(|section| {
        let (name, rest) = section.split_once('"')?;
        let (settings, _) = rest.split_once("\n[").unwrap_or((rest, ""));
        let built = (cfg!(feature = "web") || !settings.contains("\"web\""))
            && (cfg!(feature = "in-tokio") || !settings.contains("\"in-tokio\""));
        // Elsewhere these only say that they are for Unix.
        let here = cfg!(unix) || !["in_poll_loop", "in_tokio", "per_core"].contains(&name);
        (built && here).then_some(name)
    })
}

#[test]
fn help_is_for_who_asks() {
    let mut names = 0;
    for name in examples() {
        let (stdout, output) = run(name, &["--help"]);
        assert!(output.status.success(), "{name}: {output:?}");
        assert!(stdout.contains(&format!("Usage: {name}")), "{stdout}");
        assert!(output.stderr.is_empty(), "{name}: {output:?}");
        names += 1;
    }
    assert!(names >= 10, "the manifest is not understood: {names}");
}

fn is_refused(name: &str, arguments: &[&str], output: &Output) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
    assert!(output.stdout.is_empty(), "{arguments:?}: {output:?}");
    let how = [format!("Usage: {name}"), format!("`{name} --help`")];
    assert!(how.iter().any(|how| stderr.contains(how)), "{stderr}");
}

#[test]
fn what_is_not_understood_is_refused() {
    for name in examples() {
        is_refused(name, &["--nonsense"], &run(name, &["--nonsense"]).1);
        // The jobs may be as many as one likes.
        if name != "jobs" {
            let many = ["1"; 5];
            is_refused(name, &many, &run(name, &many).1);
        }
    }
}

#[test]
fn ports_that_are_none_are_refused() {
    for arguments in [
        &["127.0.0.1", "many"][..],
        &["127.0.0.1", "1", "many"],
        &["127.0.0.1", "0"],
        &["127.0.0.1", "0", "1"],
        &["127.0.0.1", "65536"],
        &["127.0.0.1", "1", "65536"],
        &["127.0.0.1", "2", "1"],
        &["127.0.0.1", "1025"],
        &["127.0.0.1", "-1"],
        &["127.0.0.1", ""],
    ] {
        is_refused("portscan", arguments, &run("portscan", arguments).1);
    }
}

/// On Linux, a name is any bytes.
#[cfg(target_os = "linux")]
#[test]
fn what_is_no_unicode_is_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use crate::program::example;

    let output = example("portscan")
        .arg(OsStr::from_bytes(b"\xff"))
        .output()
        .expect("it starts");
    is_refused("portscan", &["\u{fffd}"], &output);
}
