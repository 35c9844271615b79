//! The server of `ws`, by a client of its own library: what comes back, who is let in, and who is shown out.

use std::net::SocketAddr;

use async_tungstenite::tungstenite::Message;
use async_tungstenite::tungstenite::protocol::frame::Frame;
use async_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use async_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use async_tungstenite::{WebSocketStream, client_async_with_config};
use runtime::future::or;
use runtime::io::AsyncReadExt;
use runtime::net::{TcpListener, TcpStream};
use runtime::stream::StreamExt;
use runtime::time::{Duration, timeout};

use super::background::Background;
use super::deaf::Deaf;
use crate::program::{Server, run};

#[path = "../../ws/server.rs"]
pub(super) mod server;

use server::Limits;

/// A test that has to wait for longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server of the example, within these limits.
pub(super) struct OwnServer {
    pub(super) address: SocketAddr,
    _running: Background,
}

impl OwnServer {
    pub(super) fn start(limits: Limits) -> OwnServer {
        let (running, address) = Background::start(async move |address| {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            address.send(listener.local_addr()?).await.unwrap();
            server::serve(listener, limits).await;
            Ok(())
        });
        OwnServer {
            address,
            _running: running,
        }
    }

    async fn client(&self) -> WebSocketStream<TcpStream> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let config = WebSocketConfig::default().max_frame_size(Some(4 << 20));
        let url = format!("ws://{}/", self.address);
        let client = client_async_with_config(url, stream, Some(config));
        timeout(PATIENCE, client).await.unwrap().unwrap().0
    }
}

/// The next message, which has to come.
async fn next(client: &mut WebSocketStream<TcpStream>) -> Message {
    let message = timeout(PATIENCE, client.next()).await.unwrap();
    message.expect("the server goes on").unwrap()
}

/// Says it, and looks at what comes back.
async fn check_echo(client: &mut WebSocketStream<TcpStream>, message: Message) {
    client.send(message.clone()).await.unwrap();
    assert!(next(client).await == message, "it has come back changed");
}

/// The close that comes instead of an echo, and then the end of the connection.
async fn check_farewell(client: &mut WebSocketStream<TcpStream>, expected: CloseCode) {
    let Message::Close(Some(CloseFrame { code, .. })) = next(client).await else {
        panic!("no close");
    };
    assert_eq!(code, expected);
    assert!(timeout(PATIENCE, client.next()).await.unwrap().is_none());
}

#[test]
fn the_client_prints_what_the_server_gives_back() {
    let server = Server::start("ws", &["127.0.0.1:0"]);
    let url = format!("ws://{}", server.address());
    let (stdout, output) = run("ws", &[&url, "hello", "", "ein Gruß"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(stdout, "hello\n\nein Gruß\n");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn what_cannot_be_done_is_said_in_words() {
    let deaf = Deaf::bind();
    let taken = run("ws", &[&deaf.address]).1;
    let silent = run("ws", &[&format!("ws://{}", deaf.address), "hello"]).1;
    let secure = run("ws", &["wss://127.0.0.1:1", "hello"]).1;
    for (output, word) in [
        (taken, "in use"),
        (silent, "refused"),
        (secure, "looks like"),
    ] {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains(word), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
    let (stdout, output) = run("ws", &["--help"]);
    assert!(output.status.success() && stdout.starts_with("Usage: ws "));
    assert!(
        stdout.lines().all(|line| line.chars().count() <= 80),
        "{stdout}"
    );
}

#[test]
fn text_bytes_and_fragments_come_back() {
    let server = OwnServer::start(Limits::default());
    runtime::block_on(async {
        let mut client = server.client().await;
        check_echo(&mut client, Message::text("ein Gruß")).await;
        check_echo(&mut client, Message::text("")).await;
        check_echo(&mut client, Message::binary(vec![0, 159, 146, 150])).await;
        let longest = vec![7; Limits::default().message_bytes];
        check_echo(&mut client, Message::binary(longest)).await;

        // In three pieces, with a ping in between, which is answered first.
        let piece = |text: &'static str, kind, last| {
            Message::Frame(Frame::message(text, OpCode::Data(kind), last))
        };
        for frame in [
            piece("one, ", Data::Text, false),
            piece("two, ", Data::Continue, false),
            Message::Ping("are you there?".into()),
            piece("three", Data::Continue, true),
        ] {
            client.send(frame).await.unwrap();
        }
        assert_eq!(
            next(&mut client).await,
            Message::Pong("are you there?".into())
        );
        assert_eq!(next(&mut client).await, Message::text("one, two, three"));
    });
}

#[test]
fn the_clients_close_is_given_back_and_ends_the_connection() {
    let server = OwnServer::start(Limits::default());
    runtime::block_on(async {
        for code in [CloseCode::Normal, CloseCode::Away, CloseCode::Library(4000)] {
            let mut client = server.client().await;
            let reason = "enough".into();
            let farewell = CloseFrame { code, reason };
            client.close(Some(farewell)).await.unwrap();
            check_farewell(&mut client, code).await;
        }
    });
}

/// Both in one frame, which is refused before it has come, and in many small ones.
#[test]
fn who_says_too_much_hears_why_while_still_talking() {
    let server = OwnServer::start(Limits {
        message_bytes: 1000,
        ..Limits::default()
    });
    runtime::block_on(async {
        let mut client = server.client().await;
        check_echo(&mut client, Message::binary(vec![1; 1000])).await;
        // More than the system's buffers hold: the server has to read on for this to be sent.
        client
            .send(Message::binary(vec![1; 3 << 20]))
            .await
            .unwrap();
        check_farewell(&mut client, CloseCode::Size).await;

        let mut client = server.client().await;
        let piece = |kind| Message::Frame(Frame::message(vec![1; 501], OpCode::Data(kind), false));
        client.send(piece(Data::Binary)).await.unwrap();
        client.send(piece(Data::Continue)).await.unwrap();
        check_farewell(&mut client, CloseCode::Size).await;
    });
}

#[test]
fn the_next_client_waits_until_one_has_left() {
    let server = OwnServer::start(Limits {
        clients: 1,
        ..Limits::default()
    });
    runtime::block_on(async {
        let mut first = server.client().await;
        let mut second = Box::pin(server.client());
        for _ in 0..10 {
            let early = or(async { Some(second.as_mut().await) }, async {
                check_echo(&mut first, Message::text("still here")).await;
                None
            });
            assert!(early.await.is_none(), "two were let in");
        }
        first.close(None).await.unwrap();
        drop(first);
        check_echo(&mut second.await, Message::text("at last")).await;
    });
}

#[test]
fn who_is_silent_is_asked_and_who_answers_may_stay() {
    let server = OwnServer::start(Limits {
        silence: Duration::from_millis(500),
        ..Limits::default()
    });
    runtime::block_on(async {
        let mut client = server.client().await;
        for _ in 0..2 {
            // Its pong is sent with the next read.
            assert_eq!(next(&mut client).await, Message::Ping("".into()));
        }
        check_echo(&mut client, Message::text("yes")).await;
    });
}

/// The connection of a client that has vanished looks like that of one that never reads.
#[test]
fn who_has_vanished_is_let_go() {
    let server = OwnServer::start(Limits {
        clients: 1,
        silence: Duration::from_millis(20),
        patience: Duration::from_secs(3600), // Nobody waits for its farewell.
        ..Limits::default()
    });
    runtime::block_on(async {
        let vanished = server.client().await;
        // There is one place, so whoever gets it does so because the other was let go.
        server.client().await;

        let mut connection = vanished.into_inner();
        let mut heard = Vec::new();
        let reading = connection.read_to_end(&mut heard);
        timeout(PATIENCE, reading).await.unwrap().unwrap();
        assert_eq!(heard, [0x89, 0], "a ping, and the end");
    });
}

#[test]
fn who_speaks_and_never_listens_is_let_go() {
    let server = OwnServer::start(Limits {
        patience: Duration::from_secs(1),
        ..Limits::default()
    });
    runtime::block_on(async {
        let mut client = server.client().await;
        let message = Message::binary(vec![1; 500_000]);
        // The system's buffers fill in both directions, and then nothing moves until the server has had enough.
        while let Ok(()) = timeout(PATIENCE, client.send(message.clone()))
            .await
            .unwrap()
        {}
    });
}

#[test]
fn a_client_that_drops_its_connection_harms_nobody() {
    let server = OwnServer::start(Limits::default());
    runtime::block_on(async {
        let mut other = server.client().await;
        for _ in 0..3 {
            let mut client = server.client().await;
            client
                .send(Message::binary(vec![1; 500_000]))
                .await
                .unwrap();
            drop(client);
        }
        check_echo(&mut other, Message::text("still here")).await;
    });
}
