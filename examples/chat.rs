//! A chat: what one client says, all others hear. A client that does not read loses the chat, not the others.
//!
//! Run it with `cargo run --release --example chat [ADDRESS]`, then join it with `nc 127.0.0.1 6666`, several times.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::rc::Rc;

use async_channel::{Receiver, Sender};
use runtime::future::or;
use runtime::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use runtime::net::{TcpListener, TcpStream};
use runtime::stream::StreamExt;

/// So many lines may wait for a slow reader; the next one ends its connection.
const LINES_IN_WAITING: usize = 64;

/// Who is here, by name, and the way to each. One thread: `Rc` and `RefCell` are enough.
type Room = Rc<RefCell<HashMap<String, Sender<Rc<str>>>>>;

#[runtime::main]
async fn main() -> io::Result<()> {
    let address = std::env::args().nth(1);
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
    let mut lines = BufReader::new(&stream).lines();
    (&stream).write_all(b"your name?\n").await?;
    let name = lines.next().await.transpose()?.unwrap_or_default();
    let (sender, lines_for_us) = async_channel::bounded(LINES_IN_WAITING);
    if name.is_empty() || room.borrow().contains_key(&name) {
        return (&stream).write_all(b"that name is taken\n").await;
    }
    room.borrow_mut().insert(name.clone(), sender.clone());
    say(&room, &name, format!("* {name} has come\n"));

    let listening = async {
        while let Some(Ok(line)) = lines.next().await {
            say(&room, &name, format!("{name}: {line}\n"));
        }
    };
    // Whichever ends first ends all: the client has left, or cannot be written to, or does not read.
    or(listening, or(tell(&stream, lines_for_us), sender.closed())).await;
    room.borrow_mut().remove(&name);
    say(&room, &name, format!("* {name} has left\n"));
    Ok(())
}

/// Writes to the client what the others say, for as long as it takes it.
async fn tell(mut stream: &TcpStream, lines: Receiver<Rc<str>>) {
    while let Ok(line) = lines.recv().await {
        if stream.write_all(line.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Hands a line to everybody but `speaker`, without waiting for anybody. Who is too far behind is shown the door.
fn say(room: &Room, speaker: &str, line: String) {
    let line = Rc::from(line);
    for (_, sender) in room.borrow().iter().filter(|(name, _)| *name != speaker) {
        if sender.try_send(Rc::clone(&line)).is_err() {
            sender.close();
        }
    }
}
