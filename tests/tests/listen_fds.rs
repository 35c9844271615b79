//! Sockets that a parent passes: each test starts this program anew behind a shell that puts them where systemd would.

#![cfg(all(unix, feature = "web"))]

mod paths;

use std::env;
use std::io::{self, ErrorKind, Read, Write};
use std::net;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net as unix;
use std::panic;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use paths::SocketPath;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{TcpListener, listen_fds};
use rustix::io::{FdFlags, fcntl_getfd};

/// Nobody waits so long in a test that passes.
const PATIENCE: Duration = Duration::from_secs(20);
const ROLE: &str = "RUNTIME_LISTEN_FDS_ROLE";

/// Starts this program as a child that plays `role` and nothing else, with its first socket as descriptor 3 and its
/// second one as 4. The shell keeps its number when it becomes the child.
fn start(role: &str, passed: [Option<OwnedFd>; 2], variables: &str) -> Child {
    let [first, second] = passed.map(|socket| socket.map_or(Stdio::null(), Stdio::from));
    let script = format!("{variables} exec \"$0\" --exact {role} --nocapture 3<&0 4<&2 2>&1");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).arg(env::current_exe().unwrap());
    shell
        .env(ROLE, role)
        .stdin(first)
        .stdout(Stdio::piped())
        .stderr(second);
    shell.spawn().expect("there is a shell")
}

/// The end of a child, which must be a success; its words are shown if not.
#[track_caller]
fn must_succeed(child: Child) {
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}: {said}", ended(output.status));
    assert!(said.contains("1 passed"), "there is no such role: {said}");
}

fn ended(status: ExitStatus) -> String {
    format!("the child ended by {status}")
}

/// What the child of this role does. In the parent, which runs all tests, there is nothing to do.
fn play(role: &str, part: impl AsyncFnOnce() -> io::Result<()>) {
    if env::var(ROLE).is_ok_and(|played| played == role) {
        let played = runtime::block_on(runtime::time::timeout(PATIENCE, part()));
        played.expect("it hangs").unwrap();
    }
}

const ONE: &str = "export LISTEN_FDS=1 LISTEN_PID=$$;";
const TWO: &str = "export LISTEN_FDS=2 LISTEN_PID=$$ LISTEN_FDNAMES=http:admin;";

fn tcp() -> (net::TcpListener, OwnedFd) {
    let listener = net::TcpListener::bind("127.0.0.1:0").unwrap();
    let passed = OwnedFd::from(listener.try_clone().unwrap());
    (listener, passed)
}

#[test]
fn a_tcp_listener_is_passed() {
    let (listener, passed) = tcp();
    let child = start("plays_tcp", [Some(passed), None], ONE);
    let mut stream = net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"hello").unwrap();
    stream.shutdown(net::Shutdown::Write).unwrap();
    let mut words = String::new();
    stream.read_to_string(&mut words).unwrap();
    assert_eq!(words, "HELLO");
    must_succeed(child);
}

#[test]
fn plays_tcp() {
    play("plays_tcp", async || {
        let mut passed = listen_fds()?;
        assert_eq!((passed.len(), passed.is_empty()), (1, false));
        assert_eq!((passed.name(0), passed.index_of("http")), (None, None));
        assert!(passed.take_tcp_listener(1)?.is_none());
        let listener = passed.take_tcp_listener(0)?.expect("it was passed");
        assert!(fcntl_getfd(listener.as_fd())?.contains(FdFlags::CLOEXEC));
        assert!(passed.take_tcp_listener(0)?.is_none(), "it was taken");
        assert_eq!(passed.len(), 1);

        assert!(listen_fds()?.is_empty(), "they were taken");
        assert!(env::var_os("LISTEN_FDS").is_none() && env::var_os("LISTEN_PID").is_none());

        let (mut stream, _) = listener.accept().await?;
        let mut words = String::new();
        stream.read_to_string(&mut words).await?;
        stream.write_all(words.to_uppercase().as_bytes()).await
    });
}

#[test]
fn unix_and_udp_sockets_are_passed_with_names() {
    let path = SocketPath::new();
    let listener = unix::UnixListener::bind(&path).unwrap();
    let udp = net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = udp.local_addr().unwrap();
    let passed = [Some(listener.into()), Some(udp.into())];
    let child = start("plays_unix_and_udp", passed, TWO);

    let mut stream = unix::UnixStream::connect(&path).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"hello").unwrap();
    let mut words = String::new();
    stream.read_to_string(&mut words).unwrap();
    assert_eq!(words, "unix");
    let socket = net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.send_to(b"hello", address).unwrap();
    let mut words = [0; 16];
    let (length, from) = socket.recv_from(&mut words).unwrap();
    assert_eq!((&words[..length], from), (&b"udp"[..], address));
    must_succeed(child);
}

#[test]
fn plays_unix_and_udp() {
    play("plays_unix_and_udp", async || {
        let mut passed = listen_fds()?;
        assert_eq!(passed.len(), 2);
        assert_eq!(
            (passed.name(0), passed.name(1)),
            (Some("http"), Some("admin"))
        );
        assert_eq!((passed.name(2), passed.index_of("other")), (None, None));
        let udp = passed.index_of("admin").expect("it has a name");
        let udp = passed.take_udp_socket(udp)?.expect("it was passed");
        let listener = passed.take_unix_listener(0)?.expect("it was passed");
        let (mut stream, _) = listener.accept().await?;
        stream.read_exact(&mut [0; 5]).await?;
        stream.write_all(b"unix").await?;
        drop(stream);
        let (_, asker) = udp.recv_from(&mut [0; 16]).await?;
        udp.send_to(b"udp", asker).await.map(drop)
    });
}

#[test]
fn a_socket_of_another_type_is_refused_and_stays() {
    let (_here, there) = unix::UnixDatagram::pair().unwrap();
    let (_listener, passed) = tcp();
    let passed = [Some(there.into()), Some(passed)];
    must_succeed(start("plays_other_types", passed, TWO));
}

#[test]
fn plays_other_types() {
    play("plays_other_types", async || {
        let mut passed = listen_fds()?;
        let errors = [
            passed.take_tcp_listener(0).unwrap_err(),
            passed.take_udp_socket(0).unwrap_err(),
            passed.take_unix_listener(0).unwrap_err(),
            passed.take_udp_socket(1).unwrap_err(),
            passed.take_unix_datagram(1).unwrap_err(),
            passed.take_unix_listener(1).unwrap_err(),
        ];
        let words = errors[0].to_string();
        let told = words.starts_with("taking the passed socket 0 (http) as a TCP listener: ");
        assert!(told, "{words}");
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        }
        assert!(passed.take_unix_datagram(0)?.is_some());
        assert!(passed.take_tcp_listener(1)?.is_some());
        Ok(())
    });
}

/// As an older super-server would pass it, one connection for each process; and what is no socket at all.
#[test]
fn a_connection_is_no_listener_and_neither_is_a_file() {
    let (listener, _) = tcp();
    let stream = net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let passed = [Some(stream.into()), None];
    must_succeed(start("plays_no_listener", passed, TWO));
}

#[test]
fn plays_no_listener() {
    play("plays_no_listener", async || {
        let mut passed = listen_fds()?;
        let words = passed.take_tcp_listener(0).unwrap_err().to_string();
        assert!(
            words.contains("it is a connection, and no listener"),
            "{words}"
        );
        assert!(passed.take_tcp_listener(1).is_err());
        Ok(())
    });
}

/// Fewer than were promised: the number is not open.
#[test]
fn what_was_promised_and_is_not_there_is_an_error() {
    let script = "export LISTEN_FDS=3 LISTEN_PID=$$;";
    must_succeed(start("plays_too_few", [None, None], script));
}

#[test]
fn plays_too_few() {
    play("plays_too_few", async || {
        let mut passed = listen_fds()?;
        assert!(passed.take_tcp_listener(2).is_err());
        assert!(passed.take_udp_socket(2).is_err());
        Ok(())
    });
}

/// What is meant for another process, what is said without a number, and what is nonsense.
#[test]
fn variables_are_believed_if_they_are_for_this_process_and_make_sense() {
    let start = |role, variables| {
        let (_listener, passed) = tcp();
        must_succeed(start(role, [Some(passed), None], variables));
    };
    start("plays_nothing_passed", "export LISTEN_FDS=1 LISTEN_PID=1;");
    start(
        "plays_nothing_passed",
        "export LISTEN_FDS=nonsense LISTEN_PID=1;",
    );
    start(
        "plays_nothing_passed",
        "export LISTEN_FDS=1 LISTEN_PID=nonsense;",
    );
    start(
        "plays_nothing_passed",
        "export LISTEN_FDS=0 LISTEN_PID=$$ LISTEN_FDNAMES=a;",
    );
    start(
        "plays_nothing_passed",
        "export LISTEN_PID=$$ LISTEN_FDNAMES=a;",
    );
    start("plays_nothing_passed", "");
    start("plays_one_passed", "export LISTEN_FDS=1;");
    start("plays_one_passed", "export LISTEN_FDS=1 LISTEN_PID=;");
    start(
        "plays_nonsense",
        "export LISTEN_FDS=nonsense LISTEN_PID=$$;",
    );
    start("plays_nonsense", "export LISTEN_FDS=-1 LISTEN_PID=$$;");
    start(
        "plays_nonsense",
        "export LISTEN_FDS=2000000000 LISTEN_PID=$$;",
    );
    start(
        "plays_nonsense",
        "export LISTEN_FDS=1 LISTEN_PID=$$ LISTEN_FDNAMES=a:b;",
    );
}

#[test]
fn plays_nothing_passed() {
    play("plays_nothing_passed", async || {
        let mut passed = listen_fds()?;
        assert!(passed.is_empty());
        assert!(passed.name(0).is_none() && passed.index_of("a").is_none());
        assert!(passed.take_tcp_listener(0)?.is_none());
        assert!(passed.take_unix_listener(0)?.is_none());
        Ok(())
    });
}

#[test]
fn plays_one_passed() {
    play("plays_one_passed", async || {
        let listener: Option<TcpListener> = listen_fds()?.take_tcp_listener(0)?;
        listener.expect("it was passed").local_addr().map(drop)
    });
}

#[test]
fn plays_nonsense() {
    play("plays_nonsense", async || {
        let error = listen_fds().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        assert!(error.to_string().starts_with("LISTEN_FD"), "{error}");
        Ok(())
    });
}

#[test]
fn outside_of_a_runtime_nothing_is_taken() {
    let (_listener, passed) = tcp();
    must_succeed(start("plays_outside", [Some(passed), None], ONE));
}

#[test]
fn plays_outside() {
    let mut passed = listen_fds().unwrap();
    let taking = panic::AssertUnwindSafe(|| passed.take_tcp_listener(0));
    let words: String = *panic::catch_unwind(taking).unwrap_err().downcast().unwrap();
    assert!(words.contains("ListenFds::take_tcp_listener"), "{words}");
    play("plays_outside", async || {
        assert!(passed.take_tcp_listener(0)?.is_some());
        Ok(())
    });
}
