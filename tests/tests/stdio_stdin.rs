//! The standard input: what is read from it, by whom, and that nobody waits for it who does not want to.

mod again;
mod counted;

use std::fs::File;
use std::io::{self, Write};
use std::pin::Pin;
use std::process::Stdio;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::thread;

use again::{Program, again, line, play, role};
use counted::Counted;
use runtime::future::poll_once;
use runtime::io::{
    AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, stdin, stdout,
};
use runtime::stream::StreamExt;
use runtime::task::yield_now;
use runtime::time::Duration;
use runtime::{Runtime, block_on, spawn};

/// So that a thread has begun, as a rule. If not, a test sees less, and passes.
const A_MOMENT: Duration = Duration::from_millis(20);

/// Bytes of which no two neighbours are the same.
fn some_bytes(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n * 7 % 251) as u8).collect()
}

/// A number that tells the order, too.
fn digest(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(5, |sum, byte| (sum * 31 + u64::from(*byte)) % 1_000_007)
}

/// Feeds the child from a thread, and closes its input behind it.
fn feed(program: &Program, bytes: Vec<u8>) -> thread::JoinHandle<()> {
    let mut stdin = program.stdin();
    thread::spawn(move || stdin.write_all(&bytes).expect("the child reads it"))
}

#[test]
fn a_pipe_and_a_file_are_read_to_their_end_and_nothing_is_empty() {
    const NAME: &str = "a_pipe_and_a_file_are_read_to_their_end_and_nothing_is_empty";
    if role().is_some() {
        play(|| {
            let mut bytes = Vec::new();
            block_on(stdin().read_to_end(&mut bytes))?;
            println!("{} {}", bytes.len(), digest(&bytes));
            // The end of these stays.
            assert_eq!(block_on(stdin().read(&mut [0; 9]))?, 0);
            Ok(())
        });
    }
    let bytes = some_bytes(1 << 20);
    let expected = format!("{} {}\n", bytes.len(), digest(&bytes));

    let program = Program::start(&mut again(NAME, "piped"));
    let feeding = feed(&program, bytes.clone());
    let stdout = program.stdout();
    assert_eq!(program.finish(stdout), expected);
    feeding.join().unwrap();

    let name = format!("runtime-test-stdin-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, &bytes).unwrap();
    let program = Program::start(again(NAME, "file").stdin(File::open(&path).unwrap()));
    let stdout = program.stdout();
    assert_eq!(program.finish(stdout), expected);
    std::fs::remove_file(&path).unwrap();

    let program = Program::start(again(NAME, "null").stdin(Stdio::null()));
    let stdout = program.stdout();
    assert_eq!(program.finish(stdout), format!("0 {}\n", digest(&[])));
}

/// A shell starts the child without a descriptor 0; Rust's start-up then puts in one that is empty.
#[cfg(unix)]
#[test]
fn a_closed_stdin_has_ended() {
    const NAME: &str = "a_closed_stdin_has_ended";
    if role().is_some() {
        play(|| {
            assert_eq!(block_on(stdin().read(&mut [0; 9]))?, 0);
            Ok(())
        });
    }
    let program = again(NAME, "closed");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "exec \"$0\" \"$@\" 0<&-"]);
    shell.arg(program.get_program()).args(program.get_args());
    let envs = program.get_envs();
    shell.stdout(Stdio::null());
    shell.envs(envs.filter_map(|(name, value)| Some((name, value?))));
    assert!(Program::start(&mut shell).wait().success());
}

#[test]
fn a_program_ends_while_a_read_is_under_way() {
    const NAME: &str = "a_program_ends_while_a_read_is_under_way";
    if role().is_some() {
        play(|| {
            let runtime = Runtime::new()?;
            runtime.block_on(async {
                let reading = spawn(async { stdin().read(&mut [0; 9]).await });
                assert!(poll_once(reading).await.is_none());
                assert!(poll_once(stdin().lines().next()).await.is_none());
                runtime::time::sleep(A_MOMENT).await;
            });
            assert_eq!(runtime.shutdown_timeout(Duration::MAX), 0);
            Ok(())
        });
    }
    let program = Program::start(&mut again(NAME, "reads"));
    let _open = program.stdin();
    assert!(program.wait().success());
}

#[test]
fn what_comes_for_a_dropped_read_is_for_the_next_one() {
    const NAME: &str = "what_comes_for_a_dropped_read_is_for_the_next_one";
    if role().is_some() {
        play(|| {
            block_on(async {
                let mut buffer = [0; 5];
                let mut dropped = stdin();
                assert!(poll_once(dropped.read(&mut buffer)).await.is_none());
                // Whoever still waits is told when the bytes have come, and may go without them, too.
                let (told, waker) = Counted::waker();
                let mut witness = stdin();
                let read =
                    Pin::new(&mut witness).poll_read(&mut Context::from_waker(&waker), &mut buffer);
                assert!(read.is_pending());
                drop(dropped);
                println!("dropped");
                while told.wakes() == 0 {
                    yield_now().await;
                }
            });
            // Another handle, on another runtime, on another thread.
            let other = thread::spawn(|| {
                let mut words = [0; 11];
                block_on(stdin().read_exact(&mut words)).map(|()| words)
            });
            assert_eq!(&other.join().unwrap()?, b"hello world");
            Ok(())
        });
    }
    let program = Program::start(&mut again(NAME, "reads"));
    let (mut stdin, mut stdout) = (program.stdin(), program.stdout());
    assert_eq!(line(&mut stdout), "dropped");
    stdin.write_all(b"hello world").unwrap();
    program.finish(stdout);
}

/// On Windows std's buffer takes more.
#[cfg(unix)]
#[test]
fn what_nobody_asked_for_is_there_for_a_child() {
    const NAME: &str = "what_nobody_asked_for_is_there_for_a_child";
    if role().is_some() {
        play(|| {
            let mut word = [0; 5];
            block_on(async {
                stdin().read_exact(&mut word[..2]).await?;
                stdin().read_exact(&mut word[2..]).await
            })?;
            io::stdout().write_all(&word)?;
            io::stdout().flush()?;
            assert!(std::process::Command::new("cat").status()?.success());
            Ok(())
        });
    }
    let program = Program::start(&mut again(NAME, "reads"));
    feed(&program, b"hello world".to_vec()).join().unwrap();
    let stdout = program.stdout();
    assert_eq!(program.finish(stdout), "hello world");
}

/// As people do who ask one question after another.
#[test]
fn a_handle_that_is_dropped_gives_back_what_it_has_not_used() {
    const NAME: &str = "a_handle_that_is_dropped_gives_back_what_it_has_not_used";
    if role().is_some() {
        play(|| {
            block_on(async {
                let mut number = 0;
                loop {
                    let mut line = String::new();
                    if stdin().read_line(&mut line).await? == 0 {
                        break;
                    }
                    assert_eq!(line, format!("question {number}\n"));
                    let mut answer = [0; 4];
                    stdin().read_exact(&mut answer).await?;
                    assert_eq!(&answer, b"yes\n");
                    number += 1;
                }
                println!("{number}");
                Ok(())
            })
        });
    }
    let program = Program::start(&mut again(NAME, "reads"));
    let lines: String = (0..2000)
        .map(|number| format!("question {number}\nyes\n"))
        .collect();
    let feeding = feed(&program, lines.into_bytes());
    let stdout = program.stdout();
    assert_eq!(program.finish(stdout), "2000\n");
    feeding.join().unwrap();
}

/// What one gives back wakes who waits: nothing else would.
#[test]
fn what_is_given_back_wakes_another_reader() {
    const NAME: &str = "what_is_given_back_wakes_another_reader";
    if role().is_some() {
        play(|| {
            block_on(async {
                let mut first = stdin();
                let mut line = String::new();
                first.read_line(&mut line).await?;
                assert_eq!(line, "one\n");
                let second = spawn(async {
                    let mut line = String::new();
                    stdin().read_line(&mut line).await?;
                    io::Result::Ok(line)
                });
                yield_now().await;
                drop(first); // It has the second line.
                assert_eq!(second.await??, "two\n");
                Ok(())
            })
        });
    }
    let program = Program::start(&mut again(NAME, "reads"));
    let mut stdin = program.stdin();
    stdin.write_all(b"one\ntwo\n").unwrap();
    let stdout = program.stdout();
    program.finish(stdout); // The input stays open.
}

#[test]
fn a_reader_that_gave_up_keeps_nothing_from_the_others() {
    const NAME: &str = "a_reader_that_gave_up_keeps_nothing_from_the_others";
    if role().is_some() {
        play(|| {
            block_on(async {
                let goes_on = spawn(async {
                    let mut byte = [0];
                    stdin().read_exact(&mut byte).await.map(|()| byte)
                });
                let mut gives_up = stdin();
                let mut buffer = [0; 8];
                assert!(poll_once(gives_up.read(&mut buffer)).await.is_none());
                // It was the first one, and the other one comes behind it.
                yield_now().await;
                println!("waiting");
                assert_eq!(&goes_on.await??, b"x");
                drop(gives_up);
                Ok(())
            })
        });
    }
    let program = Program::start(&mut again(NAME, "reads"));
    let (mut stdin, mut stdout) = (program.stdin(), program.stdout());
    assert_eq!(line(&mut stdout), "waiting");
    stdin.write_all(b"x").unwrap();
    program.finish(stdout);
}

/// Two runtimes on two threads, two tasks each: every byte is somebody's, and all hear of the end.
#[test]
fn several_readers_share_the_bytes() {
    const NAME: &str = "several_readers_share_the_bytes";
    async fn some(mut room: usize) -> io::Result<(usize, u64)> {
        let (mut length, mut sum) = (0, 0);
        let mut stdin = stdin();
        let mut buffer = [0; 100];
        loop {
            let read = stdin.read(&mut buffer[..room]).await?;
            if read == 0 {
                return Ok((length, sum));
            }
            length += read;
            sum += buffer[..read].iter().map(|&b| u64::from(b)).sum::<u64>();
            room = room * 13 % 97 + 1;
        }
    }
    if role().is_some() {
        play(|| {
            let readers = [3, 50].map(|room| {
                thread::spawn(move || {
                    block_on(async {
                        let one = spawn(some(room));
                        let (length, sum) = some(room + 1).await?;
                        let (more, plus) = one.await??;
                        io::Result::Ok((length + more, sum + plus))
                    })
                })
            });
            let (mut length, mut sum) = (0, 0);
            for reader in readers {
                let (more, plus) = reader.join().unwrap()?;
                length += more;
                sum += plus;
            }
            println!("{length} {sum}");
            Ok(())
        });
    }
    let bytes = some_bytes(100_000);
    let sum: u64 = bytes.iter().map(|&byte| u64::from(byte)).sum();
    let program = Program::start(&mut again(NAME, "reads"));
    let feeding = feed(&program, bytes);
    let stdout = program.stdout();
    assert_eq!(program.finish(stdout), format!("100000 {sum}\n"));
    feeding.join().unwrap();
}

/// Who may wait for ever must not hold the loop, and an empty read waits for nothing.
#[test]
fn the_loop_goes_on_while_a_read_waits() {
    const NAME: &str = "the_loop_goes_on_while_a_read_waits";
    if role().is_some() {
        play(|| {
            block_on(async {
                assert_eq!(stdin().read(&mut []).await?, 0);
                let mut stdin = stdin();
                let mut byte = [0];
                let mut reading = Box::pin(stdin.read_exact(&mut byte));
                assert!(poll_once(&mut reading).await.is_none());
                for _ in 0..100 {
                    runtime::time::sleep(Duration::from_micros(10)).await;
                }
                println!("slept");
                reading.await
            })
        });
    }
    let program = Program::start(&mut again(NAME, "reads"));
    let (mut stdin, mut stdout) = (program.stdin(), program.stdout());
    assert_eq!(line(&mut stdout), "slept");
    stdin.write_all(b"x").unwrap();
    program.finish(stdout);
}

/// Panics when it is called, on whichever thread that is.
struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        panic!("a waker's own panic");
    }
}

/// The stream's thread goes on, and the others who wait hear of what has come.
#[test]
fn a_waker_that_panics_harms_nobody_else() {
    const NAME: &str = "a_waker_that_panics_harms_nobody_else";
    if role().is_some() {
        play(|| {
            let waker = Waker::from(Arc::new(Panics));
            let mut cx = Context::from_waker(&waker);
            let (mut reading, mut writing) = (stdin(), stdout());
            let mut byte = [0];
            assert!(
                Pin::new(&mut reading)
                    .poll_read(&mut cx, &mut byte)
                    .is_pending()
            );
            // If it is ready at once, a test sees less, and passes.
            let _ = Pin::new(&mut writing).poll_write(&mut cx, b"waiting\n");
            block_on(async {
                stdin().read_exact(&mut byte).await?;
                stdin().read_exact(&mut byte).await?;
                stdout().write_all(&byte).await
            })
        });
    }
    let program = Program::start(&mut again(NAME, "reads"));
    let (mut stdin, mut stdout) = (program.stdin(), program.stdout());
    assert_eq!(line(&mut stdout), "waiting");
    stdin.write_all(b"xy").unwrap();
    assert_eq!(program.finish(stdout), "y");
}
