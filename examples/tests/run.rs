//! Runs every example as a user would and looks at what it says; what they are made of is tested elsewhere.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Stdio};
use std::thread;
use std::time::{Duration, Instant};

#[path = "run/arguments.rs"]
mod arguments;
mod program;

use program::{Server, example, run};

impl Server {
    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address()).expect("the server listens")
    }
}

#[test]
fn tour_finds_all_well() {
    let (stdout, output) = run("tour", &[]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}\n{stderr}");
    assert!(stdout.contains("connections   1100:"), "{stdout}");
    assert!(stdout.ends_with("all is well\n"), "{stdout}");
    if cfg!(target_os = "linux") {
        assert!(stdout.contains("threads       1\n"), "{stdout}");
    }
}

#[test]
fn echo_gives_back_what_it_reads() {
    let server = Server::start("echo", &["127.0.0.1:0"]);
    let mut stream = server.connect();
    stream.write_all(b"hello").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut echoed = String::new();
    stream.read_to_string(&mut echoed).unwrap();
    assert_eq!(echoed, "hello");
}

/// As many as the system lets one process open, with an end in each of the two processes.
#[cfg(target_os = "linux")]
#[test]
fn echo_holds_thousands_of_idle_connections_on_one_thread() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let limit = maximum.unwrap_or(5_200).min(5_200);
    let raised = Rlimit {
        current: Some(limit),
        maximum,
    };
    setrlimit(Resource::Nofile, raised).unwrap();
    let count = (limit - 200).min(5_000);

    let server = Server::start("echo", &["127.0.0.1:0"]);
    let mut connections: Vec<_> = (0..count).map(|_| server.connect()).collect();
    // Each is answered, so each is held.
    for connection in &mut connections {
        let mut echoed = [0];
        connection.write_all(b"x").unwrap();
        connection.read_exact(&mut echoed).unwrap();
    }
    let process = format!("/proc/{}", server.child.id());
    let count_of = |folder| {
        std::fs::read_dir(format!("{process}/{folder}"))
            .unwrap()
            .count()
    };
    assert_eq!(count_of("task"), 1);
    assert!(count_of("fd") as u64 > count);
}

#[test]
fn delay_client_is_answered_in_the_order_of_the_delays() {
    let server = Server::start("delayserver", &["127.0.0.1:0"]);
    let (stdout, output) = run("delay_client", &[&server.address()]);
    assert!(output.status.success(), "{stdout}");
    for number in 1..=5 {
        assert!(stdout.contains(&format!("message-{number}")), "{stdout}");
    }
}

#[test]
fn delayserver_refuses_what_it_does_not_understand() {
    let server = Server::start("delayserver", &["127.0.0.1:0"]);
    for request in [
        "GET /soon/hello HTTP/1.1\r\n\r\n",
        "POST /1/x HTTP/1.1\r\n\r\n",
        "\r\n\r\n",
    ] {
        let mut stream = server.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 400 "),
            "{request:?}: {answer:?}"
        );
    }
}

/// The end of the client's writing reaches the target, and the target's answer still comes back.
#[test]
fn proxy_respects_a_half_close() {
    let target = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = target.local_addr().unwrap().to_string();
    let answering = thread::spawn(move || {
        let (mut stream, _) = target.accept().unwrap();
        let mut request = String::new();
        stream.read_to_string(&mut request).unwrap();
        stream.write_all(request.to_uppercase().as_bytes()).unwrap();
    });
    let server = Server::start("proxy", &["127.0.0.1:0", &address]);
    let mut stream = server.connect();
    stream.write_all(b"quietly").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "QUIETLY");
    answering.join().unwrap();
}

/// A client of the chat, which has said its name and been announced.
struct Guest {
    lines: BufReader<TcpStream>,
}

impl Guest {
    fn join(server: &Server, name: &str) -> Guest {
        let mut guest = Guest {
            lines: BufReader::new(server.connect()),
        };
        assert_eq!(guest.hear(), "your name?");
        guest.say(name);
        guest
    }

    fn say(&mut self, line: &str) {
        writeln!(self.lines.get_mut(), "{line}").unwrap();
    }

    fn hear(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

#[test]
fn chat_tells_everybody_else_and_drops_who_does_not_read() {
    let server = Server::start("chat", &["127.0.0.1:0"]);
    let mut ann = Guest::join(&server, "ann");
    let deaf = Guest::join(&server, "deaf");
    assert_eq!(ann.hear(), "* deaf has come");
    let mut ben = Guest::join(&server, "ben");
    assert_eq!(ann.hear(), "* ben has come");

    ben.say("hello");
    assert_eq!(ann.hear(), "ben: hello");
    // The deaf one reads nothing: the system's buffers fill, then its 64 lines, then it is shown the door.
    let long = "x".repeat(60 * 1024);
    let mut gone = false;
    for _ in 0..2000 {
        ben.say(&long);
        let heard = ann.hear();
        if heard == "* deaf has left" {
            gone = true;
            break;
        }
        assert_eq!(heard, format!("ben: {long}"));
    }
    assert!(gone, "a slow reader must not be waited for");
    drop(deaf);
}

#[test]
fn portscan_finds_a_port_that_is_open() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let (stdout, output) = run("portscan", &["127.0.0.1", &port, &port]);
    assert!(output.status.success(), "{stdout}");
    assert!(stdout.contains(&format!(": [{port}]")), "{stdout}");
    assert!(!run("portscan", &["127.0.0.1", "many"]).1.status.success());
}

#[test]
fn udp_time_tells_the_time_five_times() {
    let (stdout, output) = run("udp_time", &[]);
    assert!(output.status.success(), "{stdout}");
    assert_eq!(stdout.matches("ms since 1970").count(), 5, "{stdout}");
}

/// In a pipe there is no bar, and what each job prints is in one piece.
#[cfg(unix)]
#[test]
fn jobs_says_how_each_has_ended() {
    let lines = [
        "echo one; sleep 0.05; echo two",
        "echo oh no >&2; exit 3",
        "kill -9 $$",
    ];
    let (stdout, output) = run("jobs", &["-j", "1", lines[0], lines[1], lines[2]]);
    let ends = [
        "exit status: 0\n  one\n  two",
        "exit status: 3\n  oh no",
        "signal: 9 (SIGKILL)",
    ];
    let told = lines
        .iter()
        .zip(ends)
        .map(|(line, end)| format!("{line}: {end}\n"));
    assert_eq!(stdout, told.collect::<String>());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "failed: 2\n");
    assert_eq!(output.status.code(), Some(1));

    let (stdout, output) = run("jobs", &["true", "true", "true", "true", "true", "true"]);
    assert_eq!(stdout, "true: exit status: 0\n".repeat(6));
    assert!(output.status.success());

    for refused in [
        &[][..],
        &["-j", "0", "true"],
        &["-j", "many", "true"],
        &["-j", "2"],
        &["-x", "true"],
    ] {
        let (_, output) = run("jobs", refused);
        assert!(output.stderr.starts_with(b"Usage: jobs "), "{refused:?}");
        assert_eq!(output.status.code(), Some(2));
    }
}

/// Where the calls are counted by whatever the machine has, and where nobody can be found who counts them.
#[test]
fn readiness_and_completion_are_compared_on_every_driver() {
    let mut unaided = example("readiness_and_completion");
    unaided.env("PATH", "");
    for mut command in [example("readiness_and_completion"), unaided] {
        let output = command.arg("100").output().expect("it starts");
        let stdout = String::from_utf8_lossy(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stdout}\n{stderr}");
        for driver in ["io_uring", "epoll", "polling"] {
            let rows = stdout.matches(&format!("  {driver} ")).count();
            let absent = stdout.contains(&format!("Without {driver}: "));
            assert_eq!(rows, if absent { 0 } else { 4 }, "{driver}: {stdout}");
            assert!(!(absent && driver == "polling"), "{stdout}");
        }
        assert!(stdout.contains("What is to be seen: "), "{stdout}");
    }
}

/// The program that numbers lines, with its input open, and what it has answered to the first one.
fn numbering_lines() -> (Child, BufReader<ChildStdout>) {
    let mut child = example("lines")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let stdin = child.stdin.as_mut().expect("a pipe");
    stdin.write_all(b"one\n").unwrap();
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    assert_eq!(line.trim_end(), "1: one");
    (child, stdout)
}

/// The rest of what it says, and that it ends well.
fn ends((mut child, mut stdout): (Child, BufReader<ChildStdout>)) -> String {
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    let stdin = child.stdin.take(); // It stays open: `wait` would close it.
    assert!(child.wait().unwrap().success(), "{rest}");
    drop(stdin);
    rest
}

#[test]
fn lines_are_numbered_until_they_end_or_somebody_quits() {
    let mut program = numbering_lines();
    let stdin = program.0.stdin.as_mut().unwrap();
    stdin.write_all(b"two\n\nwithout an end").unwrap();
    drop(program.0.stdin.take());
    let rest = "2: two\n3: \n4: without an end\ngood-bye: that was all\n";
    assert_eq!(ends(program), rest);

    let mut program = numbering_lines();
    let stdin = program.0.stdin.as_mut().unwrap();
    stdin.write_all(b"quit\nand more\n").unwrap();
    assert_eq!(ends(program), "good-bye: as you wish\n");
}

/// It waits for a line that never comes, and ends all the same.
#[cfg(unix)]
#[test]
fn lines_end_with_a_good_bye_at_ctrl_c() {
    use rustix::process::{Pid, Signal, kill_process};

    let program = numbering_lines();
    kill_process(Pid::from_child(&program.0), Signal::INT).unwrap();
    assert_eq!(ends(program), "good-bye: interrupted\n");
}

/// Has something happen again and again until the program ends, which must be well, and by itself.
fn ends_after_enough_of(mut child: Child, mut event: impl FnMut(&mut Child)) {
    let end = Instant::now() + Duration::from_secs(20);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > end {
            child.kill().unwrap();
        }
        event(&mut child);
        thread::sleep(Duration::from_millis(1));
    };
    assert!(status.success(), "{status}");
}

/// Its last words wait for somebody who reads what is before them.
#[cfg(unix)]
#[test]
fn lines_that_nobody_reads_end_when_ctrl_c_is_pressed_again() {
    use rustix::process::{Pid, Signal, kill_process};

    let (mut child, mut stdout) = numbering_lines();
    let stdin = child.stdin.as_mut().unwrap();
    // More than a pipe takes: its number comes, and the rest of it waits.
    stdin.write_all(&[b'x'; 1 << 21]).unwrap();
    stdin.write_all(b"\n").unwrap();
    stdout.read_exact(&mut [0; 3]).unwrap();
    ends_after_enough_of(child, |child| {
        kill_process(Pid::from_child(child), Signal::INT).unwrap();
    });
}

/// A child of another test has the other end, too, until it runs its program: one line may still be taken.
#[test]
fn lines_that_nobody_hears_end_quietly() {
    for line in ["two\n", "quit\n"] {
        let (child, stdout) = numbering_lines();
        drop(stdout);
        ends_after_enough_of(child, |child| {
            let _ = child.stdin.as_mut().unwrap().write_all(line.as_bytes());
        });
    }
}

#[test]
fn in_poll_loop_serves_its_device_and_the_network() {
    let (stdout, output) = run("in_poll_loop", &[]);
    assert!(output.status.success(), "{stdout}");
    if cfg!(unix) {
        assert_eq!(stdout.matches("the device said ").count(), 3, "{stdout}");
        assert!(stdout.ends_with("the network said 15\n"), "{stdout}");
    }
}

#[test]
fn in_gui_loop_draws_while_it_downloads() {
    let (stdout, output) = run("in_gui_loop", &[]);
    assert!(output.status.success(), "{stdout}");
    assert!(stdout.starts_with("frame 1:   0 %\n"), "{stdout}");
    assert!(stdout.contains("1048576 bytes in "), "{stdout}");
}

/// Run with `--features in-tokio`.
#[cfg(feature = "in-tokio")]
#[test]
fn in_tokio_both_talk_to_each_other() {
    let (stdout, output) = run("in_tokio", &[]);
    assert!(output.status.success(), "{stdout}");
    if cfg!(unix) && !stdout.contains("runtime::guest") {
        assert_eq!(stdout.matches("tokio heard HELLO\n").count(), 5, "{stdout}");
    }
}

#[test]
fn per_core_serves_with_one_runtime_and_with_two() {
    let (stdout, output) = run("per_core", &["2", "4", "50"]);
    assert!(output.status.success(), "{stdout}");
    if cfg!(unix) {
        let lines: Vec<_> = stdout.lines().collect();
        assert_eq!(lines.len(), 2, "{stdout}");
        assert!(lines[0].starts_with("1 runtime: "), "{stdout}");
        assert!(lines[0].ends_with("shared out as 100 %"), "{stdout}");
        assert!(lines[1].starts_with("2 runtimes: "), "{stdout}");
        assert_eq!(lines[1].matches('%').count(), 2, "{stdout}");
    }
}
