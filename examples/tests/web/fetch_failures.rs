//! `fetch` on bad days: each has its words, spoils nothing for the others, and leaves nothing behind.

use std::fs;
use std::io::{Read, Write};
use std::process::Stdio;
use std::thread;

use super::deaf::Deaf;
use super::fetch::fetch;
use super::site::Site;
use crate::program::example;

/// Fetches it into the site's folder, sees that this fails in one line, and returns what the line says of the URL.
fn failure(site: &Site, url: &str, arguments: &[&str]) -> String {
    let folder = site.path("failures");
    let mut all = vec!["--output", &folder];
    all.extend(arguments);
    all.push(url);
    let (status, stdout, stderr) = fetch(&all);
    assert_eq!(status, 1, "{url}: {stdout}{stderr}");
    assert!(
        stdout.starts_with("0 fetched, 1 failed: "),
        "{url}: {stdout}"
    );
    assert_eq!(
        fs::read_dir(&folder).unwrap().count(),
        0,
        "{url} leaves something"
    );
    let words = stderr.strip_prefix(&format!("fetch: {url}: "));
    let words = words.and_then(|words| words.strip_suffix('\n'));
    let words = words.unwrap_or_else(|| panic!("{url}: {stderr}"));
    assert!(!words.contains('\n'), "{words}");
    words.to_owned()
}

#[test]
fn each_bad_day_has_its_words() {
    let site = Site::open("words");
    let ca = site.ca();
    for (page, words) in [
        ("/missing", "404 Not Found"),
        ("/broken", "503 Service Unavailable"),
        ("/six", "redirected more than 5 times"),
        ("/round", "redirected more than 5 times"),
        (
            "/nowhere",
            "redirected to \"not a URL\", which is no address",
        ),
        ("/ftp", "is of neither http nor https"),
        ("/cut", "cut short after 5 B of 4.88 KiB: "),
        ("/cut-chunk", "cut short after 5 B: "),
        ("/gone", "connection closed before message completed"),
        ("/rubbish", "invalid HTTP version"),
    ] {
        let found = failure(&site, &format!("{}{page}", site.at.http), &[]);
        assert!(found.contains(words), "{page}: {found}");
        if page != "/ftp" {
            let found = failure(&site, &format!("{}{page}", site.at.https), &["--ca", &ca]);
            assert!(found.contains(words), "{page} over TLS: {found}");
        }
    }
}

#[test]
fn who_cannot_be_reached_is_named() {
    let site = Site::open("unreached");
    let deaf = Deaf::bind();
    let found = failure(&site, &format!("http://{}/", deaf.address), &[]);
    assert!(found.contains("refused"), "{found}");
    // No name is so long, so nobody is asked for it.
    let name = "x".repeat(64);
    let found = failure(&site, &format!("http://{name}/"), &[]);
    assert!(found.contains(&format!("resolving `{name}`: ")), "{found}");
}

#[test]
fn a_certificate_that_does_not_hold_is_refused() {
    let site = Site::open("certificates");
    let ca = site.ca();
    let small = |address: &str| format!("{address}/small");
    let found = failure(&site, &small(&site.at.https), &[]);
    assert!(found.contains("from nobody whom we trust"), "{found}");
    let found = failure(&site, &small(&site.at.expired), &["--ca", &ca]);
    assert!(
        found.starts_with("TLS: ") && found.contains("expired"),
        "{found}"
    );
    let found = failure(&site, &small(&site.at.other_name), &["--ca", &ca]);
    assert!(found.contains("not valid for name"), "{found}");
    // A server that speaks no TLS.
    let plain = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", plain.local_addr().unwrap());
    let answering = thread::spawn(move || {
        let (mut stream, _) = plain.accept().unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let found = failure(&site, &url, &[]);
    assert!(found.contains("TLS: received corrupt message"), "{found}");
    answering.join().unwrap();
}

#[test]
fn no_redirect_leads_out_of_tls() {
    let site = Site::open("insecure");
    let url = format!("{}/insecure", site.at.https);
    let found = failure(&site, &url, &["--ca", &site.ca()]);
    assert!(found.ends_with("/small, which is not https"), "{found}");
}

#[test]
fn who_says_nothing_is_given_up() {
    let site = Site::open("silence");
    // It accepts in the system's queue, and speaks no TLS.
    let mute = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mute = format!("https://{}/", mute.local_addr().unwrap());
    let (http, https) = (&site.at.http, &site.at.https);
    let stalled = "cut short after 3 B of 4.88 KiB: no byte within 1s";
    let expected = [
        (format!("{http}/silent"), "no answer within 1s"),
        (format!("{https}/silent"), "no answer within 1s"),
        (format!("{http}/stalled"), stalled),
        (format!("{https}/stalled"), stalled),
        (mute, "no TLS handshake within 1s"),
    ];
    let (ca, folder) = (site.ca(), site.path("silence"));
    let mut arguments = vec!["--ca", &ca, "-o", &folder, "-t1", "-j9"];
    arguments.extend(expected.iter().map(|(url, _)| url.as_str()));
    let (status, stdout, stderr) = fetch(&arguments);
    assert_eq!(status, 1, "{stderr}");
    assert!(
        stdout.starts_with("0 fetched, 5 failed: 6 B in "),
        "{stdout}"
    );
    for (url, words) in expected {
        let line = format!("fetch: {url}: {words}");
        assert!(
            stderr.lines().any(|printed| printed == line),
            "{line}\n{stderr}"
        );
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "nothing is left");
}

#[test]
fn one_that_fails_spoils_nothing_for_the_others() {
    let site = Site::open("others");
    let http = &site.at.http;
    let (bad, good) = (format!("{http}/missing"), format!("{http}/big"));
    let (status, stdout, stderr) = fetch(&["-j1", &bad, &good, &bad, &good]);
    assert_eq!(status, 1);
    assert!(
        stdout.contains("\n2 fetched, 2 failed: 9.54 MiB in "),
        "{stdout}"
    );
    assert_eq!(
        stderr.matches("/missing: 404 Not Found\n").count(),
        2,
        "{stderr}"
    );
}

#[test]
fn what_cannot_be_saved_is_a_failure() {
    let site = Site::open("unsaved");
    let (url, folder) = (format!("{}/small", site.at.http), site.path("folder"));
    fs::create_dir_all(format!("{folder}/small")).unwrap();
    let (status, _, stderr) = fetch(&["-o", &folder, &url]);
    assert_eq!(status, 1);
    assert!(
        stderr.starts_with(&format!("fetch: {url}: saving to ")),
        "{stderr}"
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    let (status, stdout, stderr) = fetch(&["-o", &site.ca(), &url]);
    assert_eq!((status, stdout.as_str()), (1, ""));
    assert!(
        stderr.starts_with(&format!("fetch: saving to {}: ", site.ca())),
        "{stderr}"
    );
}

#[test]
fn what_cannot_be_understood_is_said_before_anything_is_done() {
    for (arguments, words) in [
        (&[][..], "there is no URL to fetch"),
        (&["example.com"], "a URL begins with http:// or https://"),
        (
            &["ftp://127.0.0.1/"],
            "a URL begins with http:// or https://",
        ),
        (&["http://"], "http://"),
        (&["--jobs", "0", "http://127.0.0.1:1/"], "--jobs 0"),
        (&["--jobs", "many", "http://127.0.0.1:1/"], "many"),
        (&["--timeout", "0", "http://127.0.0.1:1/"], "no time at all"),
        (&["--timeout", "-1", "http://127.0.0.1:1/"], "-1"),
        (&["--fast"], "--fast"),
        (&["--output"], "--output"),
    ] {
        let (status, stdout, stderr) = fetch(arguments);
        assert_eq!(
            (status, stdout.as_str()),
            (2, ""),
            "{arguments:?}: {stderr}"
        );
        assert!(stderr.contains(words), "{arguments:?}: {stderr}");
        assert!(stderr.ends_with("`fetch --help` says more\n"), "{stderr}");
    }
}

#[test]
fn a_file_of_certificates_has_some() {
    let site = Site::open("ca");
    for (file, words) in [("none.pem", "none.pem"), ("empty.pem", "no certificate")] {
        fs::write(site.path("empty.pem"), "no PEM\n").unwrap();
        let (status, stdout, stderr) = fetch(&["--ca", &site.path(file), "http://127.0.0.1:1/"]);
        assert_eq!((status, stdout.as_str()), (1, ""));
        assert!(stderr.contains(words), "{stderr}");
    }
}

/// As `fetch … | head -0` does: nobody is there to be told, so it ends, and does not panic.
#[test]
fn it_ends_when_nobody_reads_what_it_says() {
    let site = Site::open("unread");
    let small = format!("{}/small", site.at.http);
    let silent = format!("{}/silent", site.at.http);
    let mut command = example("fetch");
    command.args([&small, &silent]).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("Broken pipe"), "{stderr}");
}

/// What was under way leaves nothing behind.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_and_what_was_not_complete_goes() {
    use rustix::process::{Pid, Signal, kill_process};
    use std::net::TcpListener;
    use std::time::{Duration, Instant};

    let site = Site::open("interrupted");
    let folder = site.path("interrupted");
    let endless = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/endless", endless.local_addr().unwrap());
    let mut command = example("fetch");
    command.args(["--output", &folder, &url]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = child.spawn().unwrap();
    let (mut stream, _) = endless.accept().unwrap();
    // An answer before the question would be no answer.
    let mut asked = Vec::new();
    while !asked.ends_with(b"\r\n\r\n") {
        let mut room = [0; 1024];
        let read = stream.read(&mut room).unwrap();
        assert!(read > 0, "it goes before it has asked");
        asked.extend_from_slice(&room[..read]);
    }
    let begun = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegun";
    stream.write_all(begun).unwrap();

    let given_up = Instant::now() + Duration::from_secs(20);
    while fs::read_dir(&folder).map_or(0, Iterator::count) == 0 {
        assert!(Instant::now() < given_up, "nothing is saved");
        thread::sleep(Duration::from_millis(5));
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let words = "fetch: interrupted; what was not complete is gone\n";
    assert_eq!(String::from_utf8(output.stderr).unwrap(), words);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}
