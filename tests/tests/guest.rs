//! A runtime as the guest of another loop: ticks come when there is something to do, one at a time.

mod ticks;

use std::cell::{Cell, RefCell};
use std::future::{Future, pending};
use std::io::Read;
use std::net;
use std::pin::pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::thread;

use runtime::net::{TcpListener, TcpStream};
use runtime::spawn;
use runtime::sync::oneshot;
use runtime::task::{spawn_blocking, yield_now};
use runtime::time::{Duration, sleep};

use ticks::{PATIENCE, on_each_driver, settle, start};

#[test]
fn a_whole_program_runs_by_ticks() {
    on_each_driver(|runtime| {
        let home = thread::current().id();
        let (mut guest, host) = start(runtime, async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let server = spawn(async move {
                let (stream, _) = listener.accept().await.unwrap();
                let (count, buffer) = stream.read_owned(vec![0; 16]).await;
                sleep(Duration::from_millis(1)).await;
                let answer = buffer[..count.unwrap()].to_vec();
                stream.write_all_owned(answer).await.0.unwrap();
            });
            let stream = TcpStream::connect(address).await.unwrap();
            let word = spawn_blocking(|| b"hello".to_vec()).await.unwrap();
            stream.write_all_owned(word).await.0.unwrap();
            let (read, buffer) = stream.read_exact_owned(vec![0; 5]).await;
            read.unwrap();
            server.await.unwrap();
            assert_eq!(thread::current().id(), home);
            buffer
        });
        assert_eq!(host.finish(&mut guest), b"hello");
        assert!(guest.take_result().is_none(), "it is given once");
    });
}

#[test]
fn timers_bring_ticks_and_none_is_early() {
    on_each_driver(|runtime| {
        let begun = std::time::Instant::now();
        let nap = Duration::from_millis(5);
        let (mut guest, host) = start(runtime, async move { sleep(nap).await });
        host.finish(&mut guest);
        assert!(begun.elapsed() >= nap);
    });
}

/// The host's own code wakes while the helper waits, and so do other threads.
#[test]
fn a_wake_from_any_thread_brings_a_tick() {
    on_each_driver(|runtime| {
        let (guest, host) = start(runtime, pending::<()>());
        for _ in 0..20 {
            let (sender, receiver) = oneshot::channel::<u8>();
            let handle = guest.spawn(receiver);
            settle(&guest, &host);
            sender.send(7).unwrap();
            host.run_until(|| handle.is_finished());

            let (sender, receiver) = async_channel::bounded::<u8>(1);
            let handle = guest.spawn(async move { receiver.recv().await });
            settle(&guest, &host);
            let thread = thread::spawn(move || sender.send_blocking(7).unwrap());
            host.run_until(|| handle.is_finished());
            thread.join().unwrap();

            let remote = guest.remote();
            let thread = thread::spawn(move || remote.spawn(|| async { 6 * 7 }).join());
            let handle = guest.spawn(async {});
            host.run_until(|| handle.is_finished());
            while !thread.is_finished() {
                if let Ok(tick) = host.ticks.recv_timeout(Duration::from_millis(1)) {
                    tick.run().unwrap();
                }
            }
            assert_eq!(thread.join().unwrap().unwrap(), 42);
        }
    });
}

/// What the host's own code changes between ticks counts: a timer that it sets, a socket that it closes.
#[test]
fn what_the_host_does_between_ticks_is_heeded() {
    on_each_driver(|runtime| {
        let listener = net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (guest, host) = start(runtime, pending::<()>());
        let connecting = guest.spawn(TcpStream::connect(address));
        host.run_until(|| connecting.is_finished());
        let ours = Rc::new(RefCell::new(None));
        let shown = ours.clone();
        let handle = guest.spawn(async move {
            *shown.borrow_mut() = Some(connecting.await.unwrap().unwrap());
        });
        host.run_until(|| handle.is_finished());
        let (mut theirs, _) = listener.accept().unwrap();
        theirs.set_nonblocking(true).unwrap();
        let ours = ours.take().unwrap();
        {
            // Somebody waits for it while the helper does; then it goes.
            let _guard = guest.enter();
            let mut reading = pin!(ours.read_owned(vec![0; 16]));
            let mut cx = Context::from_waker(Waker::noop());
            assert!(reading.as_mut().poll(&mut cx).is_pending());
        }
        settle(&guest, &host);
        drop(ours);
        let end = std::time::Instant::now() + PATIENCE;
        while !matches!(theirs.read(&mut [0]), Ok(0)) {
            assert!(std::time::Instant::now() < end, "the peer waits for ever");
            if let Ok(tick) = host.ticks.recv_timeout(Duration::from_millis(1)) {
                tick.run().unwrap();
            }
        }
    });
}

/// A future of the host's own sets a timer while the helper waits for ever, and then one that is due before.
#[test]
fn a_timer_that_the_host_sets_between_ticks_fires() {
    on_each_driver(|runtime| {
        let (guest, host) = start(runtime, pending::<()>());
        settle(&guest, &host);
        let mut cx = Context::from_waker(Waker::noop());
        let mut after = |time| {
            let _guard = guest.enter();
            let mut sleep = Box::pin(sleep(time));
            sleep.as_mut().poll(&mut cx).is_pending().then_some(sleep)
        };
        let _long = after(Duration::from_secs(3600)).expect("it is long");
        settle(&guest, &host);
        // Where the machine is busy it may be over before it is asked, and sets no timer then.
        let mut short = loop {
            if let Some(short) = after(Duration::from_millis(1)) {
                break short;
            }
        };
        while short.as_mut().poll(&mut cx).is_pending() {
            host.tick().run().unwrap();
        }
    });
}

#[test]
fn there_is_one_tick_at_a_time_and_busy_tasks_give_way() {
    on_each_driver(|runtime| {
        let polls = Rc::new(Cell::new(0_u64));
        let counted = polls.clone();
        let (guest, host) = start(runtime, async move {
            loop {
                counted.set(counted.get() + 1);
                yield_now().await;
            }
        });
        for ticks in 1..=20 {
            let tick = host.tick();
            assert!(host.ticks.recv_timeout(Duration::from_micros(100)).is_err());
            tick.run().unwrap();
            assert_eq!(polls.get(), ticks * 8 * 61);
        }
        drop(guest);
    });
}

/// Threads wake at random, and a peer sends bytes one by one; nothing but ticks has the guest run.
#[test]
fn no_wake_is_missed() {
    const LETTERS: u64 = 1_000;
    let seed = std::process::id();
    println!("seed {seed}");
    on_each_driver(|runtime| {
        let (guest, host) = start(runtime, pending::<()>());
        let heard = Rc::new(Cell::new(0));
        let lines = Arc::new(Mutex::new(Vec::new()));
        for number in 0..2_u64 {
            let (sender, receiver) = async_channel::unbounded::<u64>();
            let heard = heard.clone();
            drop(guest.spawn(async move {
                while receiver.recv().await.is_ok() {
                    heard.set(heard.get() + 1);
                }
            }));
            let mut random = u64::from(seed) * 2 + number + 1;
            lines.lock().unwrap().push(thread::spawn(move || {
                for letter in 0..LETTERS {
                    sender.send_blocking(letter).unwrap();
                    random = random.wrapping_mul(6364136223846793005).wrapping_add(1);
                    match random >> 61 {
                        0 => thread::yield_now(),
                        1 => thread::sleep(Duration::from_micros(random >> 56)),
                        _ => {}
                    }
                }
            }));
        }
        let (bytes, counted) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let (sent, read) = (bytes.clone(), counted.clone());
        drop(guest.spawn(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            drop(spawn(async move {
                let stream = TcpStream::connect(address).await.unwrap();
                for _ in 0..LETTERS {
                    stream.write_all_owned(vec![0]).await.0.unwrap();
                    sent.set(sent.get() + 1);
                }
                pending::<()>().await;
                drop(stream);
            }));
            let (stream, _) = listener.accept().await.unwrap();
            loop {
                let (count, _) = stream.read_owned(vec![0; 64]).await;
                read.set(read.get() + count.unwrap() as u64);
            }
        }));
        host.run_until(|| heard.get() == 2 * LETTERS && counted.get() == LETTERS);
        for thread in lines.lock().unwrap().drain(..) {
            thread.join().unwrap();
        }
    });
}
