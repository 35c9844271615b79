//! `fetch` on good days: what it saves, how many it fetches at once, and what it says.

use std::fs;
use std::process::Output;

use super::site::{BIG, Site, big};
use crate::program::{example, run};

/// Its exit status, what it says of what it has fetched, and of failures.
pub(super) fn fetch(arguments: &[&str]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = run("fetch", arguments).1;
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn what_is_fetched_is_saved_over_http_and_https() {
    let site = Site::open("saved");
    let (ca, output) = (site.ca(), site.path("a/new/folder"));
    let urls = [
        format!("{}/big", site.at.http),
        format!("{}/big", site.at.https),
        format!("{}/small", site.at.https),
        format!("{}/chunked", site.at.https),
        format!("{}/to-the-end", site.at.https),
        format!("{}/", site.at.http),
    ];
    let mut arguments = vec!["--ca", &ca, "--output", &output];
    arguments.extend(urls.iter().map(String::as_str));
    let (status, stdout, stderr) = fetch(&arguments);
    assert_eq!((status, stderr.as_str()), (0, ""), "{stdout}");

    assert_eq!(stdout.lines().count(), 7, "{stdout}");
    for url in &urls {
        let line = format!("{url}: ");
        assert!(
            stdout.lines().any(|printed| printed.starts_with(&line)),
            "{stdout}"
        );
    }
    assert!(stdout.contains("/big: 4.77 MiB in "), "{stdout}");
    let last = stdout.lines().last().unwrap();
    assert!(
        last.starts_with("6 fetched, 0 failed: 9.54 MiB in "),
        "{stdout}"
    );

    let read = |name: &str| fs::read(format!("{output}/{name}")).unwrap();
    assert!(read("big") == big() && read("big.1") == big());
    assert_eq!(read("small"), b"hello, world\n");
    assert_eq!(read("index.html"), b"hello, world\n");
    assert_eq!(read("chunked"), b"hello");
    assert_eq!(read("to-the-end"), b"hello");
    assert_eq!(
        fs::read_dir(&output).unwrap().count(),
        6,
        "nothing else is left"
    );
}

#[test]
fn without_a_folder_it_only_counts() {
    let site = Site::open("counted");
    let url = format!("{}/big", site.at.http);
    let mut command = example("fetch");
    let output = command
        .arg(&url)
        .current_dir(&site.folder)
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{stdout}"
    );
    assert!(
        stdout.contains("1 fetched, 0 failed: 4.77 MiB in "),
        "{stdout}"
    );
    assert_eq!(
        fs::read_dir(&site.folder).unwrap().count(),
        1,
        "only ca.pem"
    );
}

/// What was saved before is there until the new one is, and then is replaced.
#[test]
fn a_file_of_the_same_name_is_replaced() {
    let site = Site::open("replaced");
    let (folder, old) = (site.path(""), site.path("small"));
    fs::write(&old, vec![b'x'; BIG]).unwrap();
    let failing = format!("{}/cut?/small", site.at.http);
    assert_eq!(fetch(&["-o", &folder, &failing]).0, 1);
    assert_eq!(fs::read(&old).unwrap().len(), BIG);
    let url = format!("{}/small", site.at.http);
    assert_eq!(fetch(&["-o", &folder, &url]).0, 0);
    assert_eq!(fs::read(&old).unwrap(), b"hello, world\n");
}

#[test]
fn names_stay_in_the_folder() {
    let site = Site::open("names");
    let folder = site.path("named");
    let names = [
        ("", "index.html"),
        ("..", "index.html.1"),
        (".hidden", "hidden"),
        ("..%2f..%2fetc", "%2f..%2fetc"),
        ("a:b*c|d", "a_b_c_d"),
        ("same", "same"),
        ("other/same", "same.1"),
        ("same.1?query/../..", "same.1.1"),
    ];
    let urls = names.map(|(path, _)| format!("{}/names/{path}", site.at.http));
    let mut arguments = vec!["-o", &folder];
    arguments.extend(urls.iter().map(String::as_str));
    let (status, _, stderr) = fetch(&arguments);
    assert_eq!((status, stderr.as_str()), (0, ""));
    for (path, name) in names {
        let saved = fs::read_to_string(format!("{folder}/{name}")).unwrap();
        assert_eq!(saved, format!("/names/{path}"));
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), names.len());
}

#[test]
fn redirects_are_followed() {
    let site = Site::open("redirects");
    let (ca, folder) = (site.ca(), site.path("redirected"));
    for page in ["/five", "/there", "/query", "/secure"] {
        let url = format!("{}{page}", site.at.http);
        let (status, stdout, stderr) = fetch(&["--ca", &ca, "-o", &folder, &url]);
        assert_eq!((status, stderr.as_str()), (0, ""), "{stdout}");
        let saved = fs::read(format!("{folder}{page}")).unwrap();
        assert_eq!(saved, b"hello, world\n", "{page}");
    }
}

#[test]
fn the_request_is_one_that_servers_know() {
    let site = Site::open("request");
    let folder = site.path("requests");
    let named = site.at.http.replace("127.0.0.1", "me:secret@localhost");
    let url = format!("{named}/request");
    assert_eq!(fetch(&["-o", &folder, &url]).0, 0);
    let request = fs::read_to_string(format!("{folder}/request")).unwrap();
    assert!(
        request.starts_with("GET /request HTTP/1.1\r\n"),
        "{request}"
    );
    let host = site.at.http.replace("http://127.0.0.1", "host: localhost");
    assert!(request.contains(&format!("\r\n{host}\r\n")), "{request}");
    assert!(!request.contains("secret"), "{request}");
}

#[test]
fn so_many_are_fetched_at_once_and_no_more() {
    let site = Site::open("jobs");
    // None of the three is answered before all have asked.
    let url = format!("{}/meeting", site.at.http);
    let (status, stdout, _) = fetch(&["--jobs", "3", &url, &url, &url]);
    assert_eq!(status, 0, "{stdout}");
    let (url, folder) = (format!("{}/crowd", site.at.http), site.path("crowd"));
    let (status, stdout, _) = fetch(&["-j2", &url, &url, &url, &url, &url, &url]);
    assert_eq!(status, 0, "{stdout}");
    let most = format!("{}/most", site.at.http);
    fetch(&["-o", &folder, &most]);
    let most = fs::read_to_string(format!("{folder}/most")).unwrap();
    assert!(["1", "2"].contains(&most.as_str()), "{most} at once");
}

/// All of it takes longer than the time limit, which is for each piece.
#[test]
fn what_comes_slowly_is_waited_for() {
    let site = Site::open("slow");
    let url = format!("{}/trickle", site.at.https);
    let (status, stdout, stderr) = fetch(&["--ca", &site.ca(), "--timeout", "1.5", &url]);
    assert_eq!((status, stderr.as_str()), (0, ""), "{stdout}");
    assert!(stdout.contains("/trickle: 12 B in "), "{stdout}");
}

#[test]
fn help_is_for_who_asks() {
    let (status, stdout, stderr) = fetch(&["--help"]);
    assert_eq!((status, stderr.as_str()), (0, ""));
    for option in [
        "--output DIR",
        "--jobs N",
        "--timeout SECONDS",
        "--ca FILE",
        "--help",
    ] {
        assert!(stdout.contains(option), "{option}: {stdout}");
    }
    assert!(
        stdout.lines().all(|line| line.chars().count() <= 80),
        "{stdout}"
    );
}
