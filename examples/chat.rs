//! A chat: what one client says, all others hear. A client that does not read loses the chat, not the others.
//!
//! Run it with `cargo run --release --example chat [ADDRESS]`, then join it with `nc 127.0.0.1 6666`, several times.

use std::{cell::RefCell, collections::HashMap, io, rc::Rc};

use async_channel::{Receiver, Sender};
use runtime::future::or;
use runtime::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use runtime::net::{TcpListener, TcpStream};

/// So many lines, each so long, may wait for a slow reader; the next one ends its connection.
const LINES_IN_WAITING: usize = 64;
const LINE_BYTES: u64 = 64 * 1024;
/// Who is here, by name, and the way to each. One thread: `Rc` and `RefCell` are enough.
type Room = Rc<RefCell<HashMap<String, Sender<String>>>>;

#[runtime::main]
async fn main() -> io::Result<()> {
    let [address] = examples::Usage("chat [ADDRESS], 127.0.0.1:6666 unless said").arguments();
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:6666")).await?;
    println!("chatting on {}; end with Ctrl-C", listener.local_addr()?);
    let room = Room::default();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(runtime::spawn(visit(stream, room.clone()))),
            Err(error) => eprintln!("{error}"),
        }
    }
}

/// One client, from its name to its end.
async fn visit(stream: TcpStream, room: Room) -> io::Result<()> {
    let mut reader = BufReader::new(&stream);
    (&stream).write_all(b"your name?\n").await?;
    let name = hear(&mut reader).await.unwrap_or_default();
    let (sender, lines_for_us) = async_channel::bounded(LINES_IN_WAITING);
    if name.is_empty() || room.borrow().contains_key(&name) {
        return (&stream).write_all(b"take another name\n").await;
    }
    room.borrow_mut().insert(name.clone(), sender.clone());
    say(&room, &name, format!("* {name} has come\n"));

    let listening = async {
        while let Some(line) = hear(&mut reader).await {
            say(&room, &name, format!("{name}: {line}\n"));
        }
    };
    // Whichever ends first ends all: the client has left, or cannot be written to, or does not read.
    or(listening, or(tell(&stream, lines_for_us), sender.closed())).await;
    room.borrow_mut().remove(&name);
    say(&room, &name, format!("* {name} has left\n"));
    Ok(())
}

/// The next line; none if the client has left, or sends a line without an end.
async fn hear(reader: &mut BufReader<&TcpStream>) -> Option<String> {
    let mut line = String::new();
    reader.take(LINE_BYTES).read_line(&mut line).await.ok()?;
    Some(line.strip_suffix('\n')?.trim_end().to_owned())
}

/// Writes to the client what the others say, for as long as it takes it.
async fn tell(mut stream: &TcpStream, lines: Receiver<String>) {
    while let Ok(line) = lines.recv().await {
        if stream.write_all(line.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Hands a line to everybody but `speaker`, without waiting for anybody. Who is too far behind is shown the door.
fn say(room: &Room, speaker: &str, line: String) {
    for (_, sender) in room.borrow().iter().filter(|(name, _)| *name != speaker) {
        if sender.try_send(line.clone()).is_err() {
            sender.close();
        }
    }
}
