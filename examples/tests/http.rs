//! Runs the example `http` and asks it as people do, with curl, and as nobody should, with too little.

#![cfg(feature = "web")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// Nobody waits so long in a test that passes.
const PATIENCE: Duration = Duration::from_secs(20);

/// The example's binary, which cargo has built next to this test's folder.
fn path() -> PathBuf {
    let mut path = std::env::current_exe().expect("a test knows its path");
    path.pop();
    path.pop();
    path.push("examples");
    path.join(format!("http{}", std::env::consts::EXE_SUFFIX))
}

/// A server that runs until it is dropped, and where it listens.
struct Server {
    child: Child,
    address: String,
    _stdout: BufReader<ChildStdout>,
}

impl Server {
    fn start(arguments: &[&str]) -> Server {
        let mut command = Command::new(path());
        command.args(arguments);
        Server::of(command)
    }

    fn of(mut command: Command) -> Server {
        command.stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a first line");
        let address = line
            .strip_prefix("http://")
            .and_then(|rest| rest.split('/').next());
        Server {
            child,
            address: address.expect("the line tells the address").to_owned(),
            _stdout: stdout,
        }
    }

    /// What curl makes of it, with the version that was spoken; `None` where there is no curl.
    fn curl(&self, path: &str, arguments: &[&str]) -> Option<String> {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--fail", "--max-time", "20"]);
        curl.args(["--noproxy", "*", "--write-out", "HTTP/%{http_version}"]);
        curl.args(arguments)
            .arg(format!("http://{}{path}", self.address));
        match curl.stdin(Stdio::null()).output() {
            Ok(output) => {
                let error = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{path}: {error}");
                Some(String::from_utf8(output.stdout).expect("text"))
            }
            Err(error) => {
                eprintln!("skipped: curl cannot be run: {error}");
                None
            }
        }
    }

    /// Without curl: one request, and all that comes until the connection ends.
    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn every_route_answers_over_both_versions() {
    let server = Server::start(&["127.0.0.1:0"]);
    let versions = [
        ("--http1.1", "HTTP/1.1"),
        ("--http2-prior-knowledge", "HTTP/2"),
    ];
    for (visitor, (option, version)) in (1..).zip(versions) {
        let get = |path: &str| server.curl(path, &[option]);
        let Some(hello) = get("/") else {
            return;
        };
        assert_eq!(hello, format!("hello, visitor {visitor}\n{version}"));
        let greeting = get("/greet?name=you%21").unwrap();
        assert_eq!(greeting, format!("hello, you!\n{version}"));
        assert_eq!(get("/greet").unwrap(), format!("hello, nobody\n{version}"));
        assert_eq!(
            get("/slow").unwrap(),
            format!("that took a while\n{version}")
        );
        assert_eq!(get("/count").unwrap(), format!("1\n2\n3\n4\n5\n{version}"));
        let sent = "x".repeat(1_000_000);
        let file =
            std::env::temp_dir().join(format!("runtime-http-{}-{visitor}", std::process::id()));
        std::fs::write(&file, &sent).unwrap();
        let data = format!("@{}", file.display());
        let echoed = server.curl("/echo", &[option, "--data-binary", &data]);
        std::fs::remove_file(&file).unwrap();
        assert!(echoed.unwrap() == format!("{sent}{version}"));
    }
}

/// Two requests on one connection.
#[test]
fn a_connection_is_kept() {
    let server = Server::start(&["127.0.0.1:0"]);
    let again = format!("http://{}/greet", server.address);
    if let Some(both) = server.curl("/", &[&again, "--write-out", " by %{num_connects}\n"]) {
        assert_eq!(both, "hello, nobody\n by 1\nhello, visitor 1\n by 0\n");
    }
}

#[test]
fn what_is_wrong_is_refused_and_others_are_served() {
    let server = Server::start(&["127.0.0.1:0"]);
    let ask = |line: &str, body: &str| {
        let length = body.len();
        let head = format!("{line} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n");
        server.ask(&format!("{head}content-length: {length}\r\n\r\n{body}"))
    };
    assert!(ask("GET /nowhere", "").starts_with("HTTP/1.1 404 "));
    assert!(ask("POST /greet", "").starts_with("HTTP/1.1 405 "));
    assert!(server.ask("nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
    drop(TcpStream::connect(&server.address).unwrap());
    assert!(ask("GET /greet?name=a+b", "").ends_with("\r\n\r\nhello, a b\n"));
    assert!(ask("POST /echo", "again").ends_with("\r\n\r\nagain"));
}

#[test]
fn a_wrong_argument_is_told() {
    for arguments in [&["nowhere at all"][..], &["127.0.0.1:0", "soon"]] {
        let output = Command::new(path())
            .args(arguments)
            .output()
            .expect("it starts");
        assert!(!output.status.success());
        assert!(!output.stderr.is_empty() && output.stdout.is_empty());
    }
}

/// As systemd does it: the listener is there before the server, and whoever connects then is answered. When nobody
/// comes any more the server ends.
#[cfg(unix)]
#[test]
fn a_passed_listener_is_served_until_nobody_comes() {
    use std::net::TcpListener;
    use std::os::fd::OwnedFd;
    use std::thread;
    use std::time::Instant;

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mut early = TcpStream::connect(&address).unwrap();
    early.set_read_timeout(Some(PATIENCE)).unwrap();
    early
        .write_all(b"GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n")
        .unwrap();

    let mut shell = Command::new("sh");
    shell.args([
        "-c",
        "export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$0\" 127.0.0.1:0 1 3<&0",
    ]);
    shell.arg(path()).stdin(OwnedFd::from(listener));
    let mut server = Server::of(shell);
    assert_eq!(server.address, address);
    let mut answer = String::new();
    early.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("hello, visitor 1\n"), "{answer}");
    let given_up = Instant::now() + PATIENCE;
    let status = loop {
        match server.child.try_wait().unwrap() {
            Some(status) => break status,
            None => assert!(Instant::now() < given_up, "it does not end"),
        }
        thread::sleep(Duration::from_millis(20));
    };
    assert!(status.success(), "{status}");
}

/// Whoever has an answer under way gets all of it.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_when_all_are_answered() {
    use rustix::process::{Pid, Signal, kill_process};

    let mut server = Server::start(&["127.0.0.1:0"]);
    let mut stream = TcpStream::connect(&server.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
        .write_all(b"GET /count HTTP/1.1\r\nhost: here\r\n\r\n")
        .unwrap();
    let mut answer = BufReader::new(stream);
    let mut line = String::new();
    while line.trim_end() != "1" {
        line.clear();
        assert!(answer.read_line(&mut line).unwrap() > 0);
    }
    kill_process(Pid::from_child(&server.child), Signal::INT).unwrap();
    let mut rest = String::new();
    answer.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("5\n\r\n0\r\n\r\n"), "{rest:?}");
    assert!(server.child.wait().unwrap().success());
    assert!(TcpStream::connect(&server.address).is_err());
}
