//! Numbers the lines of the standard input until they end, one of them is `quit`, or somebody presses Ctrl-C. It ends
//! at once, though a read is under way that nobody can take back, and with a good-bye; who presses Ctrl-C again does
//! not wait for that.
//!
//! Run it with `cargo run --release --example lines`, and type; or put it behind another program, as in
//! `ls | cargo run --release --example lines`.

use std::io;

use runtime::future::or;
use runtime::io::{AsyncBufReadExt, AsyncWriteExt, stdin, stdout};
use runtime::signal::ctrl_c;
use runtime::stream::StreamExt;

#[runtime::main]
async fn main() -> io::Result<()> {
    let [] = examples::Usage("lines, for the lines of its standard input").arguments();
    match number_and_part().await {
        // Nobody listens any more, as behind `head`: there is nobody to say good-bye to.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        ended => ended,
    }
}

async fn number_and_part() -> io::Result<()> {
    // From this call on, Ctrl-C is ours.
    let pressed = ctrl_c();
    let interrupted = async { pressed.await.map(|()| "interrupted") };
    let why = or(interrupted, number_lines()).await?;
    // Who presses it again does not want to wait for a pipe that is full, and that nobody reads.
    let again = ctrl_c();
    // A write is ready when it has happened: nothing has to be flushed.
    let words = format!("good-bye: {why}\n");
    or(again, stdout().write_all(words.as_bytes())).await
}

/// Why it has ended.
async fn number_lines() -> io::Result<&'static str> {
    let mut lines = stdin().lines();
    let mut stdout = stdout();
    let mut number = 0;
    while let Some(line) = lines.next().await {
        let line = line?;
        if line == "quit" {
            return Ok("as you wish");
        }
        number += 1;
        let numbered = format!("{number}: {line}\n");
        stdout.write_all(numbered.as_bytes()).await?;
    }
    Ok("that was all")
}
