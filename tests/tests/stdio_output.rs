//! The standard output and the standard error: a write is ready when it has happened, in its order, and a stream that
//! takes nothing holds up nobody else.

mod again;

use std::io::{self, ErrorKind, Read, Write};
use std::process::Stdio;
use std::thread;

use again::{Program, again, line, play, role};
use runtime::future::poll_once;
use runtime::io::{AsyncReadExt, AsyncWriteExt, Stdout, stderr, stdin, stdout};
use runtime::task::yield_now;
use runtime::time::Duration;
use runtime::{Runtime, block_on, spawn};

/// More than any pipe takes.
const MUCH: usize = 1 << 21;

/// Begins to write more than any pipe takes, each handle a piece: what is written after it waits until somebody reads.
async fn fill() -> Vec<Stdout> {
    const PIECE: usize = 64 << 10;
    let mut handles: Vec<_> = (0..MUCH / PIECE).map(|_| stdout()).collect();
    for handle in &mut handles {
        drop(poll_once(handle.write(&[b'.'; PIECE])).await);
    }
    handles
}

#[test]
fn what_was_written_is_there_when_the_program_ends_without_a_flush() {
    const NAME: &str = "what_was_written_is_there_when_the_program_ends_without_a_flush";
    if role().is_some() {
        play(|| {
            let bytes: Vec<u8> = (0..MUCH).map(|n| b'a' + (n % 23) as u8).collect();
            block_on(async { stdout().write_all(&bytes).await })
        });
    }
    let program = Program::start(&mut again(NAME, "writes"));
    let stdout = program.stdout();
    let words = program.finish(stdout).into_bytes();
    assert_eq!(words.len(), MUCH);
    let expected = |n: usize| b'a' + (n % 23) as u8;
    let wrong = words.iter().zip((0..MUCH).map(expected));
    assert_eq!(wrong.filter(|(byte, wanted)| **byte != *wanted).count(), 0);
}

#[test]
fn a_pipe_that_nobody_reads_any_more_is_an_error() {
    const NAME: &str = "a_pipe_that_nobody_reads_any_more_is_an_error";
    if role().is_some() {
        play(|| {
            block_on(async {
                stdin().read_exact(&mut [0]).await?; // Now it is closed.
                let mut stdout = stdout();
                // A child of another test has the other end, too, until it runs its program.
                while stdout.write_all(b"hello").await.is_ok() {}
                for _ in 0..2 {
                    let error = stdout.write_all(b"hello").await.unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::BrokenPipe, "{error}");
                    stdout.flush().await?;
                }
                Ok(())
            })
        });
    }
    let program = Program::start(&mut again(NAME, "writes"));
    drop(program.stdout());
    program.stdin().write_all(b"x").unwrap();
    assert!(program.wait().success());
}

#[test]
fn a_full_pipe_holds_up_neither_the_loop_nor_the_other_stream_nor_the_end() {
    const NAME: &str = "a_full_pipe_holds_up_neither_the_loop_nor_the_other_stream_nor_the_end";
    if role().is_some() {
        play(|| {
            let runtime = Runtime::new()?;
            runtime.block_on(async {
                let _full = fill().await;
                stderr().write_all(b"still here\n").await?;
                // A task is left with a write that waits behind that one.
                drop(spawn(async {
                    runtime::io::stdout().write_all(b"in vain").await
                }));
                yield_now().await;
                io::Result::Ok(())
            })?;
            assert_eq!(runtime.shutdown_timeout(Duration::MAX), 0);
            Ok(())
        });
    }
    let program = Program::start(again(NAME, "writes").stderr(Stdio::piped()));
    let _unread = program.stdout();
    let mut stderr = program.stderr();
    assert_eq!(line(&mut stderr), "still here");
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert!(program.wait().success(), "{rest}");
}

#[test]
fn lines_of_several_tasks_and_threads_stay_whole_and_in_order() {
    const NAME: &str = "lines_of_several_tasks_and_threads_stay_whole_and_in_order";
    const LINES: usize = 200;
    async fn say(name: usize) -> io::Result<()> {
        let mut stdout = stdout();
        for number in 0..LINES {
            let rest = "x".repeat(number * name * 20);
            let line = format!("{name} {number} {rest}\n");
            stdout.write_all(line.as_bytes()).await?;
        }
        Ok(())
    }
    if role().is_some() {
        play(|| {
            let threads = [1, 3].map(|name| {
                thread::spawn(move || {
                    block_on(async {
                        let other = spawn(say(name + 1));
                        say(name).await?;
                        other.await?
                    })
                })
            });
            for thread in threads {
                thread.join().unwrap()?;
            }
            Ok(())
        });
    }
    let program = Program::start(&mut again(NAME, "writes"));
    let stdout = program.stdout();
    let words = program.finish(stdout);
    let mut next = [0; 5];
    for line in words.lines() {
        let mut parts = line.split(' ');
        let mut number = || parts.next().unwrap().parse::<usize>().unwrap();
        let (name, number) = (number(), number());
        assert_eq!(parts.next().unwrap(), "x".repeat(number * name * 20));
        assert_eq!(next[name], number);
        next[name] += 1;
    }
    assert_eq!(next, [0, LINES, LINES, LINES, LINES]);
}

/// A handle that is dropped takes back what was not begun; another one goes on with the same bytes, or begins anew.
#[test]
fn a_dropped_write_happens_once_or_not_at_all() {
    const NAME: &str = "a_dropped_write_happens_once_or_not_at_all";
    if role().is_some() {
        play(|| {
            block_on(async {
                let mut full = fill().await;
                // All of these stand behind it.
                let (mut gone, mut same, mut other) = (stdout(), stdout(), stdout());
                assert!(poll_once(gone.write(b"gone\n")).await.is_none());
                assert!(poll_once(same.write(b"same\n")).await.is_none());
                assert!(poll_once(other.write(b"one\n")).await.is_none());
                assert!(poll_once(other.write(b"other\n")).await.is_none());
                for _ in 0..3 {
                    assert!(poll_once(same.write(b"same\n")).await.is_none());
                }
                // A longer write goes on with what it begins with.
                let mut longer = stdout();
                assert!(poll_once(longer.write(b"long")).await.is_none());
                drop(gone);
                eprintln!("full");
                assert_eq!(same.write(b"same\n").await?, 5);
                assert_eq!(other.write(b"other\n").await?, 6);
                longer.write_all(b"longer\n").await?;
                for handle in &mut full {
                    handle.flush().await?;
                }
                full[0].write_all(b"end\n").await
            })
        });
    }
    let program = Program::start(again(NAME, "writes").stderr(Stdio::piped()));
    let stdout = program.stdout();
    let mut stderr = program.stderr();
    assert_eq!(line(&mut stderr), "full");
    let drain = thread::spawn(move || io::copy(&mut stderr, &mut io::stderr()));
    let words = program.finish(stdout);
    drain.join().unwrap().unwrap();
    let words = words.trim_start_matches('.');
    assert_eq!(words, "same\nother\nlonger\nend\n");
}

/// It says something else each time.
#[test]
fn a_loop_that_gives_up_each_time_queues_up_one_write() {
    const NAME: &str = "a_loop_that_gives_up_each_time_queues_up_one_write";
    if role().is_some() {
        play(|| {
            block_on(async {
                let mut full = fill().await;
                let stdout = &mut full[0]; // Its first write was begun, or is taken back, too.
                for number in 0..10_000 {
                    let line = format!("{number}\n");
                    assert!(poll_once(stdout.write(line.as_bytes())).await.is_none());
                }
                // It takes the place of the one before, while nobody reads what could let that begin.
                let mut last = stdout.write_all(b"last\n");
                assert!(poll_once(&mut last).await.is_none());
                eprintln!("full");
                last.await
            })
        });
    }
    let program = Program::start(again(NAME, "writes").stderr(Stdio::piped()));
    let stdout = program.stdout();
    let mut stderr = program.stderr();
    assert_eq!(line(&mut stderr), "full");
    let drain = thread::spawn(move || io::copy(&mut stderr, &mut io::stderr()));
    let words = program.finish(stdout);
    drain.join().unwrap().unwrap();
    assert_eq!(words.trim_start_matches('.'), "last\n");
}

#[test]
fn flush_waits_for_a_write_that_was_dropped() {
    const NAME: &str = "flush_waits_for_a_write_that_was_dropped";
    if role().is_some() {
        play(|| {
            block_on(async {
                let mut stdout = stdout();
                stdout.flush().await?;
                drop(poll_once(stdout.write(b"hello\n")).await);
                stdout.close().await?;
                Ok(())
            })
        });
    }
    let program = Program::start(&mut again(NAME, "writes"));
    let stdout = program.stdout();
    assert_eq!(program.finish(stdout), "hello\n");
}
