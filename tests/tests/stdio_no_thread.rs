//! The standard streams when the system starts no thread: they say so, and no byte is lost or doubled.
#![cfg(target_os = "linux")]

mod again;
mod limits;

use std::io::{self, ErrorKind, Write};

use again::{Program, again, play, role};
use limits::Limit;
use runtime::block_on;
use runtime::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufWriter, stderr, stdin, stdout};

#[track_caller]
fn is_refusal<T>(result: io::Result<T>, to: &str) {
    let error = result.err().expect("there is no thread");
    let words = error.to_string();
    let expected = format!("starting a thread that {to}: ");
    assert!(words.starts_with(&expected), "{words}");
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_stream_without_a_thread_is_an_error_and_goes_on_with_one() {
    const NAME: &str = "a_stream_without_a_thread_is_an_error_and_goes_on_with_one";
    if std::env::var_os("RUNTIME_UNDER_ASAN").is_some() {
        eprintln!("skipped: AddressSanitizer needs memory of its own");
        return;
    }
    if role().is_some() {
        play(|| {
            block_on(async {
                let (mut input, mut lines, mut room) = (stdin(), stdin(), [0; 5]);
                let (mut output, mut errors) = (stdout(), stderr());
                let mut buffered = BufWriter::new(stdout());
                buffered.write_all(b"buffered\n").await?;
                for _ in 0..2 {
                    let limit = Limit::leave_no_thread()?;
                    let read = input.read(&mut room).await;
                    let filled = lines.fill_buf().await.map(drop);
                    let written = output.write(b"refused\n").await;
                    let (flushed, closed) = (output.flush().await, output.close().await);
                    let cried = errors.write(b"refused\n").await;
                    let passed_on = buffered.flush().await;
                    drop(limit);
                    is_refusal(read, "reads");
                    is_refusal(filled, "reads");
                    is_refusal(written, "writes");
                    flushed.expect("the write has told it, and took nothing");
                    closed.expect("as a flush");
                    is_refusal(cried, "writes");
                    is_refusal(passed_on, "writes");
                }
                output.write_all(b"written\n").await?;
                buffered.flush().await?;
                input.read_exact(&mut room).await?;
                assert_eq!(&room, b"hello");
                let mut line = String::new();
                lines.read_line(&mut line).await?;
                assert_eq!(line, " world\n");
                Ok(())
            })
        });
    }
    let program = Program::start(&mut again(NAME, "writes"));
    program.stdin().write_all(b"hello world\n").unwrap();
    let stdout = program.stdout();
    assert_eq!(program.finish(stdout), "written\nbuffered\n");
}
