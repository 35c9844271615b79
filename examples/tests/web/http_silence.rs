//! Who connects to the server of `http` and does not ask: nobody is waited for without an end.

use hyper_util::server::graceful::GracefulShutdown;
use runtime::future::or;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{TcpListener, TcpStream};
use runtime::time::{Duration, timeout};

#[path = "../../http/routes.rs"]
mod routes;
#[path = "../../http/serve.rs"]
mod serve;

use serve::Limits;

/// What the server answers to these bytes, up to the end of the connection. They are there before it looks.
async fn answer(said: &str, patience: Duration) -> Vec<u8> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(said.as_bytes()).await.unwrap();
    let limits = Limits {
        idle: Duration::MAX,
        patience,
    };
    let connections = GracefulShutdown::new();
    let serving = async {
        serve::serve(&listener, routes::router(), limits, &connections).await;
        unreachable!("somebody is there");
    };
    let mut answer = Vec::new();
    let asking = async {
        stream.read_to_end(&mut answer).await.unwrap();
    };
    let asking = timeout(Duration::from_secs(30), asking);
    let in_time = or(asking, serving).await;
    assert!(in_time.is_ok(), "the server still waits after {said:?}");
    answer
}

#[test]
fn who_does_not_ask_is_let_go() {
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let settings = "\0\0\0\u{4}\0\0\0\0\0"; // An empty frame of them.
    for said in [
        "",
        "P",
        "PRI * HTTP/2.0\r\n",
        preface,
        &format!("{preface}{settings}"),
        "GET / HTTP/1.1\r\n",
    ] {
        let answer = runtime::block_on(answer(said, Duration::from_millis(20)));
        // Over HTTP/2 the server begins with its own settings.
        assert!(!answer.starts_with(b"HTTP/1.1 200 "), "{said:?}");
    }
}

/// The answer takes longer than the patience.
#[test]
fn who_has_asked_may_stay() {
    let said = "GET /slow HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n";
    let answer = runtime::block_on(answer(said, Duration::from_millis(100)));
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.ends_with("\r\n\r\nthat took a while\n"), "{answer}");
}
