//! The client of `ws`: it says one text after another and prints what the server gives back.

use std::error::Error;
use std::io;

use async_tungstenite::tungstenite::protocol::CloseFrame;
use async_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use async_tungstenite::tungstenite::{Message, http::Uri};
use async_tungstenite::{WebSocketStream, client_async};
use runtime::net::TcpStream;
use runtime::stream::StreamExt;
use runtime::time::{Duration, timeout};

/// Whatever the server has to do may take so long.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn say(
    url: &str,
    texts: impl Iterator<Item = String>,
) -> Result<(), Box<dyn Error>> {
    let uri: Uri = url.parse()?;
    let (Some("ws"), Some(host)) = (uri.scheme_str(), uri.host()) else {
        return Err("the address of a server looks like ws://127.0.0.1:9001".into());
    };
    let address = format!("{host}:{}", uri.port_u16().unwrap_or(80));
    let stream = timeout(PATIENCE, TcpStream::connect(address)).await??;
    let (mut socket, _) = timeout(PATIENCE, client_async(uri, stream)).await??;
    for text in texts {
        timeout(PATIENCE, socket.send(Message::text(text))).await??;
        println!("{}", timeout(PATIENCE, answer(&mut socket)).await??);
    }
    let farewell = CloseFrame {
        code: CloseCode::Normal,
        reason: "".into(),
    };
    timeout(PATIENCE, socket.close(Some(farewell))).await??;
    // The server has the last word, and then ends the connection.
    while let Some(last) = timeout(PATIENCE, socket.next()).await? {
        last?;
    }
    Ok(())
}

/// The next text; pings and the like are not for us.
async fn answer(socket: &mut WebSocketStream<TcpStream>) -> Result<String, Box<dyn Error>> {
    while let Some(message) = socket.next().await {
        match message? {
            Message::Text(text) => return Ok(text.to_string()),
            Message::Close(Some(CloseFrame { code, reason })) => {
                return Err(format!("the server has closed: {code}, {reason}").into());
            }
            _ => {}
        }
    }
    Err(io::Error::from(io::ErrorKind::UnexpectedEof).into())
}
