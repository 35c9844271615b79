//! The queue against a plain list, in a game of random choices; and wakers whose code comes back to it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use super::{Call, Ticket, Waiters};

/// Its waker counts.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// One who waits, or has been served and may wait anew.
#[derive(Default)]
struct Player {
    ticket: Ticket,
    bell: Arc<Bell>,
    /// What the model says.
    called: Option<Call>,
    rings: usize,
}

impl Player {
    fn poll(&mut self, waiters: &Waiters<usize>, want: usize) -> Poll<Call> {
        let waker = Waker::from(self.bell.clone());
        let mut cx = Context::from_waker(&waker);
        waiters.poll(&mut self.ticket, want, &mut cx, || None)
    }
}

struct Game {
    waiters: Waiters<usize>,
    players: Vec<Player>,
    /// Those who wait, in their order: the whole model.
    model: VecDeque<usize>,
}

impl Game {
    fn model_calls(&mut self, count: usize, call: Call) {
        for player in self.model.drain(..count) {
            self.players[player].called = Some(call);
            self.players[player].rings += 1;
        }
    }

    fn play(&mut self, choice: usize, who: usize) {
        let player = &mut self.players[who];
        match choice {
            // It polls, first or again; and now and then as another task.
            0..=5 => {
                if choice == 0 {
                    player.bell = Arc::default();
                    player.rings = 0;
                }
                // A task that was called keeps its bell until it is polled.
                let stands = self.model.contains(&who);
                match player.poll(&self.waiters, who) {
                    Poll::Ready(call) => assert_eq!(player.called.take(), Some(call)),
                    Poll::Pending if stands => {}
                    Poll::Pending => {
                        assert_eq!(player.called, None, "it was called and is not served");
                        self.model.push_back(who);
                    }
                }
            }
            6..=7 => {
                let unused = self.waiters.withdraw(&mut player.ticket);
                assert_eq!(unused, player.called.take());
                self.model.retain(|other| *other != who);
            }
            8 => {
                let first = self.model.front().copied();
                assert_eq!(self.waiters.first(), first);
                assert_eq!(self.waiters.call_first(), first.is_some());
                self.model_calls(usize::from(first.is_some()), Call::InTurn);
            }
            9 => {
                let mut seen = Vec::new();
                let called = self.waiters.call_while(|want| {
                    seen.push(want);
                    want > who
                });
                let wanted = self.model.iter().take_while(|want| **want > who).count();
                assert_eq!(called, wanted);
                assert!(seen.iter().eq(self.model.iter().take(wanted + 1)));
                self.model_calls(wanted, Call::InTurn);
            }
            _ if who == 0 => {
                assert_eq!(self.waiters.call_all(), self.model.len());
                self.model_calls(self.model.len(), Call::WithAll);
            }
            _ => {}
        }
        assert_eq!(self.waiters.len(), self.model.len());
        for player in &self.players {
            assert_eq!(player.bell.0.load(Relaxed), player.rings);
            let called = player.called.is_some();
            assert_eq!(self.waiters.is_called(&player.ticket), called);
        }
    }
}

struct SayOnFailure(u64);

impl Drop for SayOnFailure {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("to see this again: SEED={}", self.0);
        }
    }
}

fn fresh_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0)
}

#[test]
fn a_game_against_a_list() {
    let seeds = match std::env::var("SEED") {
        Ok(seed) => vec![seed.parse().expect("SEED is a number")],
        Err(_) => (0..20).chain([fresh_seed()]).collect(),
    };
    for seed in seeds {
        let _said = SayOnFailure(seed);
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut below = |bound: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            ((state >> 32) % bound) as usize
        };
        let mut game = Game {
            waiters: Waiters::new(),
            players: Vec::new(),
            model: VecDeque::new(),
        };
        game.players.resize_with(12, Player::default);
        for _ in 0..3_000 {
            game.play(below(11), below(12));
        }
        let slots = game.waiters.line.borrow().slots.len();
        assert!(
            slots <= 12,
            "{slots} slots: those that are left are used again"
        );
    }
}

/// A waker that does something to the queue, wherever its code runs.
struct Meddler(RefCell<Box<dyn FnMut()>>);

mod meddling {
    use std::cell::RefCell;
    use std::rc::Rc;
    use std::sync::Arc;
    use std::task::{Wake, Waker};
    use std::thread::{self, ThreadId};

    use super::Meddler;

    thread_local!(static MEDDLER: RefCell<Option<Rc<Meddler>>> = const { RefCell::new(None) });

    /// It finds what it does by the thread, because a waker is `Send`.
    struct Hand(ThreadId);

    impl Wake for Hand {
        fn wake(self: Arc<Self>) {
            meddle();
        }
    }

    impl Drop for Hand {
        fn drop(&mut self) {
            assert_eq!(self.0, thread::current().id());
            meddle();
        }
    }

    fn meddle() {
        let meddler = MEDDLER.with_borrow(Option::clone);
        if let Some(meddler) = meddler {
            (meddler.0.borrow_mut())();
        }
    }

    pub(super) fn waker(meddler: Rc<Meddler>) -> Waker {
        MEDDLER.set(Some(meddler));
        Waker::from(Arc::new(Hand(thread::current().id())))
    }

    pub(super) fn over() {
        MEDDLER.set(None);
    }
}

#[test]
fn a_wakers_code_finds_the_queue_whole_and_free() {
    let waiters = Rc::new(Waiters::<()>::new());
    let lengths = Rc::new(RefCell::new(Vec::new()));
    let meddler = Rc::new(Meddler(RefCell::new(Box::new({
        let (waiters, lengths) = (waiters.clone(), lengths.clone());
        move || {
            // It asks for a place itself, and gives it up.
            let mut ticket = Ticket::default();
            let mut cx = Context::from_waker(Waker::noop());
            assert!(waiters.poll(&mut ticket, (), &mut cx, || None).is_pending());
            assert_eq!(waiters.withdraw(&mut ticket), None);
            lengths.borrow_mut().push(waiters.len());
        }
    }))));
    let poll = |ticket: &mut Ticket, waker: Waker| {
        let mut cx = Context::from_waker(&waker);
        waiters.poll(ticket, (), &mut cx, || None)
    };
    let waker = || meddling::waker(meddler.clone());
    let mut tickets: [Ticket; 3] = Default::default();
    for ticket in &mut tickets {
        assert!(poll(ticket, waker()).is_pending());
    }
    assert!(poll(&mut tickets[0], waker()).is_pending()); // The old one is dropped.
    assert_eq!(lengths.take(), [3]);
    assert_eq!(waiters.withdraw(&mut tickets[1]), None); // Dropped, too.
    assert_eq!(lengths.take(), [2]);
    assert_eq!(waiters.call_all(), 2); // Woken and dropped.
    assert_eq!(lengths.take(), [0; 4]);
    meddling::over();
    for ticket in [0, 2] {
        let call = waiters.withdraw(&mut tickets[ticket]);
        assert_eq!(call, Some(Call::WithAll));
    }
}

/// What is asked for may come while the waker is cloned, and then nobody would call.
#[test]
fn it_is_asked_again_when_the_waker_was_cloned() {
    let waiters = Waiters::<()>::new();
    let (mut ticket, mut asked) = (Ticket::default(), 0);
    let mut cx = Context::from_waker(Waker::noop());
    let call = waiters.poll(&mut ticket, (), &mut cx, || {
        asked += 1;
        (asked == 2).then_some(Call::InTurn)
    });
    assert_eq!((call, waiters.len()), (Poll::Ready(Call::InTurn), 0));
}

struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        std::panic::resume_unwind(Box::new("a bad waker"));
    }
}

#[test]
fn a_panic_in_a_waker_costs_nobody_else_the_wake() {
    let waiters = Waiters::<()>::new();
    let bell = Arc::new(Bell::default());
    let wakers = [
        bell.clone().into(),
        Waker::from(Arc::new(Panics)),
        bell.clone().into(),
    ];
    let mut tickets: [Ticket; 3] = Default::default();
    for (ticket, waker) in tickets.iter_mut().zip(&wakers) {
        let mut cx = Context::from_waker(waker);
        assert!(waiters.poll(ticket, (), &mut cx, || None).is_pending());
    }
    let called = catch_unwind(AssertUnwindSafe(|| waiters.call_all()));
    assert_eq!(called.unwrap_err().downcast_ref(), Some(&"a bad waker"));
    assert_eq!((bell.0.load(Relaxed), waiters.len()), (2, 0));
    assert!(tickets.iter().all(|ticket| waiters.is_called(ticket)));
}
