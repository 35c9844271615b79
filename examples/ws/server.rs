//! The server of `ws`: who is let in, what is given back, and how a conversation ends. Its limits are the caller's.

use std::io;

use async_tungstenite::tungstenite::error::ProtocolError;
use async_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use async_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use async_tungstenite::tungstenite::{Error, Message, Result};
use async_tungstenite::{WebSocketStream, accept_async_with_config};
use runtime::io::{AsyncWriteExt, copy, sink};
use runtime::net::{TcpListener, TcpStream};
use runtime::stream::StreamExt;
use runtime::task::JoinSet;
use runtime::time::{Duration, timeout};

/// It borrows the connection, which outlives it by a farewell.
type Socket<'a> = WebSocketStream<&'a TcpStream>;

/// What a client may cost.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// So many at once; the next one waits in the listener's queue.
    pub(crate) clients: usize,
    /// A longer message ends the conversation.
    pub(crate) message_bytes: usize,
    /// A client that says nothing for so long is asked by a ping whether it is there, and has as long to say so.
    pub(crate) silence: Duration,
    /// A handshake, and a message on its way to the client, may take so long.
    pub(crate) patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            clients: 1000,
            message_bytes: 1024 * 1024,
            silence: Duration::from_secs(30),
            patience: Duration::from_secs(10),
        }
    }
}

/// Takes clients for ever, each a task.
pub(crate) async fn serve(listener: TcpListener, limits: Limits) {
    let mut clients = JoinSet::new();
    loop {
        if clients.len() == limits.clients {
            clients.join_next().await; // Until one has left.
        }
        match listener.accept().await {
            Ok((stream, peer)) => drop(clients.spawn(async move {
                if let Err(error) = attend(stream, limits).await {
                    eprintln!("{peer}: {error}");
                }
            })),
            Err(error) => eprintln!("{error}"),
        }
    }
}

/// One client, from its handshake to the end of the connection.
async fn attend(mut stream: TcpStream, limits: Limits) -> Result<()> {
    let ended = converse(&stream, limits).await;
    if let Err(Error::Io(_)) = ended {
        return ended; // It has vanished, or reads nothing.
    }
    // What we said last may still be under way. To close while there are bytes that nobody has read would send a
    // reset, which overtakes it: so we end our direction, and read until the client has ended its own.
    stream.close().await?;
    let _ = timeout(limits.patience, copy(&stream, sink())).await;
    ended
}

/// What is said, up to the farewell.
async fn converse(stream: &TcpStream, limits: Limits) -> Result<()> {
    let mut socket = within(limits.patience, welcome(stream, limits)).await?;
    let ended = echo(&mut socket, limits).await;
    if let Some(farewell) = ended.as_ref().err().and_then(farewell) {
        within(limits.patience, socket.close(Some(farewell))).await?;
    }
    ended
}

/// Answers the handshake. Who asks for anything else is refused in HTTP, which the library leaves to us.
async fn welcome(mut stream: &TcpStream, limits: Limits) -> Result<Socket<'_>> {
    let config = WebSocketConfig::default()
        .read_buffer_size(8 * 1024) // Each client has one; the default is for few of them.
        .max_frame_size(Some(limits.message_bytes))
        .max_message_size(Some(limits.message_bytes))
        // Room for an echo; pongs to a client that asks and does not read fill the rest.
        .max_write_buffer_size(2 * limits.message_bytes + 256 * 1024);
    let error = match accept_async_with_config(stream, Some(config)).await {
        Ok(socket) => return Ok(socket),
        Err(error) => error,
    };
    let status = match &error {
        Error::Io(_) | Error::Protocol(ProtocolError::HandshakeIncomplete) => return Err(error),
        Error::Protocol(
            ProtocolError::MissingConnectionUpgradeHeader
            | ProtocolError::MissingUpgradeWebSocketHeader
            | ProtocolError::MissingSecWebSocketVersionHeader,
        ) => "426 Upgrade Required\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13",
        _ => "400 Bad Request",
    };
    let body = format!("This is a WebSocket server. {error}\n");
    let length = body.len();
    let response =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(response.as_bytes()).await?;
    Err(error)
}

/// Gives back text and bytes until the client has closed. To pings and to its close the library answers by itself.
async fn echo(socket: &mut Socket<'_>, limits: Limits) -> Result<()> {
    let mut asked = false;
    loop {
        match timeout(limits.silence, socket.next()).await {
            Ok(None) => return Ok(()),
            Ok(Some(message)) => {
                asked = false;
                let message = message?;
                if message.is_text() || message.is_binary() {
                    within(limits.patience, socket.send(message)).await?;
                }
            }
            Err(_) if !asked => {
                asked = true;
                within(limits.patience, socket.send(Message::Ping("".into()))).await?;
            }
            Err(elapsed) => return Err(io::Error::from(elapsed).into()),
        }
    }
}

/// What a client is told that broke a rule. Who has vanished is told nothing.
fn farewell(error: &Error) -> Option<CloseFrame> {
    let (code, reason) = match error {
        Error::Capacity(_) => (CloseCode::Size, "the message is too long"),
        Error::Utf8(_) => (CloseCode::Invalid, "the text is not UTF-8"),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => return None,
        Error::Protocol(_) => (CloseCode::Protocol, "a frame is not as it should be"),
        _ => return None,
    };
    let reason = reason.into();
    Some(CloseFrame { code, reason })
}

/// The future's value, or an error when it took too long.
async fn within<T>(limit: Duration, future: impl Future<Output = Result<T>>) -> Result<T> {
    timeout(limit, future).await.map_err(io::Error::from)?
}
