//! What is no handshake or no frame, sent to the server of `ws` byte by byte.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use super::ws::OwnServer;
use super::ws::server::Limits;

const HANDSHAKE: &str = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive, Upgrade\r\n\
     Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
     Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

fn connect(server: &OwnServer) -> TcpStream {
    let stream = TcpStream::connect(server.address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    stream
}

/// All that the server says to this request, up to its end.
fn answer(server: &OwnServer, request: &str) -> String {
    let mut stream = connect(server);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn what_is_no_handshake_is_refused_in_http() {
    let server = OwnServer::start(Limits::default());
    let plain = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".to_owned();
    let old = HANDSHAKE.replace("Version: 13", "Version: 8");
    for request in [plain, old] {
        let answer = answer(&server, &request);
        let head =
            "HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
        assert!(answer.starts_with(head), "{request:?}: {answer:?}");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("\r\nContent-Length: {}\r\n", body.len())));
        assert!(head.contains("Connection: close"), "{answer:?}");
    }
    let long = format!("GET /{} HTTP/1.1\r\n", "x".repeat(100_000));
    for request in [
        HANDSHAKE.replace("dGhlIHNhbXBsZSBub25jZQ==", "short"),
        HANDSHAKE.replace("GET", "POST"),
        HANDSHAKE.replace("HTTP/1.1", "HTTP/1.0"),
        HANDSHAKE.to_owned() + "and more than that",
        "\u{16}\u{3}\u{1}\u{2}".to_owned(), // So begins TLS.
        long,
    ] {
        let answer = answer(&server, &request);
        assert!(
            answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
            "{request:?}: {answer:?}"
        );
    }
}

#[test]
fn half_a_handshake_is_waited_for_but_not_for_ever() {
    let server = OwnServer::start(Limits {
        clients: 1,
        patience: Duration::from_millis(20),
        ..Limits::default()
    });
    // One place: each is only let go because the one before it was.
    let waiting: Vec<_> = (0..3).map(|_| connect(&server)).collect();
    for mut stream in waiting {
        let _ = stream.write_all(&HANDSHAKE.as_bytes()[..40]);
        let mut answer = String::new();
        match stream.read_to_string(&mut answer) {
            Ok(_) => assert_eq!(answer, ""),
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}"),
        }
    }
}

/// What the server says to these bytes after a handshake, up to its end. The client sends on meanwhile.
fn after_handshake(server: &OwnServer, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(server);
    stream.write_all(HANDSHAKE.as_bytes()).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap();
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    let accept = "sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n";
    assert!(head.to_lowercase().contains(accept), "{head}");

    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    assert!(read.is_ok(), "{read:?} after {answer:?}");
    answer
}

#[test]
fn frames_that_break_the_rules_are_answered_by_their_code() {
    let server = OwnServer::start(Limits::default());
    let mask = [0, 0, 0, 0];
    let masked = |first: u8, payload: &[u8]| {
        let mut frame = vec![first, 0x80 | payload.len() as u8];
        frame.extend(mask);
        frame.extend(payload);
        frame
    };
    for (what, bytes, code) in [
        ("text that is not UTF-8", masked(0x81, b"\xff\xfe"), 1007),
        ("a frame without a mask", b"\x81\x01x".to_vec(), 1002),
        ("reserved bits", masked(0xf1, b"x"), 1002),
        ("an unknown kind", masked(0x83, b"x"), 1002),
        ("a continuation of nothing", masked(0x80, b"x"), 1002),
        ("a ping in pieces", masked(0x09, b"x"), 1002),
        (
            "a frame of 2^63 bytes",
            [&[0x82, 0xff, 0x7f][..], &[0xff; 7], &mask].concat(),
            1009,
        ),
    ] {
        let answer = after_handshake(&server, &bytes);
        let length = answer.len();
        assert!(length >= 4, "{what}: {answer:?}");
        assert_eq!(answer[0], 0x88, "{what}: {answer:?}");
        assert_eq!(usize::from(answer[1]), length - 2, "{what}: {answer:?}");
        let found = u16::from_be_bytes([answer[2], answer[3]]);
        assert_eq!(found, code, "{what}: {answer:?}");
    }
}

#[test]
fn a_connection_that_ends_without_a_word_is_ended() {
    let server = OwnServer::start(Limits::default());
    let mut stream = connect(&server);
    stream.write_all(HANDSHAKE.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.ends_with("\r\n\r\n"),
        "only the handshake: {answer:?}"
    );
}
