//! What was read from the standard input and is nobody's yet: it comes before the end, and does not hold the loop.

mod again;
mod counted;
mod polled;

use std::cell::Cell;
use std::io::Write;
use std::rc::Rc;

use again::{Program, again, line, play, role};
use polled::Waiting;
use runtime::io::{AsyncBufReadExt, AsyncReadExt, stdin};
use runtime::task::yield_now;
use runtime::{block_on, spawn};

/// Somebody else has found the end by then, and has not been told.
#[test]
fn what_a_reader_gives_back_comes_before_the_end() {
    const NAME: &str = "what_a_reader_gives_back_comes_before_the_end";
    if role().is_some() {
        play(|| {
            block_on(async {
                let mut gives_back = stdin();
                assert_eq!(gives_back.fill_buf().await?, b"left");
                let (mut reader, mut room) = (stdin(), [0; 8]);
                let reading = Waiting::begun(reader.read(&mut room));
                println!("close it");
                while !reading.was_woken() {
                    yield_now().await;
                }
                drop(gives_back);
                assert_eq!(reading.finish()?, 4);
                assert_eq!(&room[..4], b"left");
                assert_eq!(reader.read(&mut room).await?, 0);
                Ok(())
            })
        });
    }
    let program = Program::start(&mut again(NAME, "reads"));
    let (mut stdin, mut stdout) = (program.stdin(), program.stdout());
    stdin.write_all(b"left").unwrap();
    assert_eq!(line(&mut stdout), "close it");
    drop(stdin);
    program.finish(stdout);
}

/// Whoever takes them one by one never has to wait, and lets others run all the same.
#[test]
fn reads_of_what_is_there_cost_budget() {
    const NAME: &str = "reads_of_what_is_there_cost_budget";
    const FLOOD: usize = 4096;
    if role().is_some() {
        play(|| {
            block_on(async {
                let (mut asks, mut room) = (stdin(), [0; FLOOD]);
                let asked = Waiting::begun(asks.read(&mut room));
                println!("flood");
                while !asked.was_woken() {
                    yield_now().await;
                }
                asked.give_up(); // All of it is there, and for whoever comes.
                let turns = Rc::new(Cell::new(0));
                let counted = turns.clone();
                let others = spawn(async move {
                    loop {
                        yield_now().await;
                        counted.set(counted.get() + 1);
                    }
                });
                let reading = spawn(async {
                    let mut reader = stdin();
                    for _ in 0..FLOOD {
                        reader.read_exact(&mut [0]).await?;
                    }
                    std::io::Result::Ok(())
                });
                reading.await??;
                others.abort();
                let due = FLOOD as u32 / reactor::budget::OPERATIONS_PER_POLL;
                assert!(turns.get() + 1 >= due, "{} of {due}", turns.get());
                Ok(())
            })
        });
    }
    let program = Program::start(&mut again(NAME, "reads"));
    let (mut stdin, mut stdout) = (program.stdin(), program.stdout());
    assert_eq!(line(&mut stdout), "flood");
    stdin.write_all(&[b'x'; FLOOD]).unwrap();
    program.finish(stdout);
}
