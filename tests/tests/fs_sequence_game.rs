//! A game: a file of ours and one of the standard library have the same done to them, in sequence and at places,
//! dropped half-way or not, and must be the same. A failure prints its seed.

use std::io::{self, Read, Seek, SeekFrom, Write};

use runtime::fs::File;
use runtime::future::poll_once;
use runtime::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

mod each_driver;
mod scratch;
use each_driver::on_each_driver;
use scratch::Scratch;

const ROUNDS: u64 = 12;
const STEPS: usize = 150;
const REACH: usize = 3000;

struct Dice(u64);

impl Dice {
    /// Marsaglia's xorshift: small, and good enough to choose with.
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) as usize % bound
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = 1 + self.below(700);
        (0..length).map(|_| self.below(256) as u8).collect()
    }

    fn place(&mut self) -> SeekFrom {
        let signed = self.below(2 * REACH) as i64 - REACH as i64;
        match self.below(4) {
            0 => SeekFrom::Start(self.below(REACH) as u64),
            1 => SeekFrom::Current(signed / 4),
            2 => SeekFrom::End(signed / 2),
            _ => SeekFrom::Current(0),
        }
    }
}

fn seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.unwrap().as_nanos() as u64 | 1
}

fn same<T: PartialEq + std::fmt::Debug>(ours: io::Result<T>, theirs: io::Result<T>) {
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs),
        (Err(ours), Err(theirs)) => assert_eq!(ours.kind(), theirs.kind()),
        (ours, theirs) => panic!("{ours:?} is not {theirs:?}"),
    }
}

/// What the standard library has no portable name for.
fn at<T>(
    file: &mut std::fs::File,
    offset: usize,
    work: impl FnOnce(&mut std::fs::File) -> io::Result<T>,
) -> io::Result<T> {
    let before = file.stream_position()?;
    file.seek(SeekFrom::Start(offset as u64))?;
    let done = work(file);
    file.seek(SeekFrom::Start(before))?;
    done
}

async fn step(
    dice: &mut Dice,
    ours: &mut File,
    theirs: &mut std::fs::File,
    appends: bool,
) -> io::Result<()> {
    match dice.below(14) {
        0..=2 => {
            let mut room = vec![0; 1 + dice.below(500)];
            let length = ours.read(&mut room).await?;
            // What a dropped read has left may be less.
            let mut expected = vec![0; if length == 0 { room.len() } else { length }];
            let read = theirs.read(&mut expected)?;
            assert_eq!((length, &room[..length]), (read, &expected[..read]));
        }
        3..=5 => {
            let bytes = dice.bytes();
            let taken = ours.write(&bytes).await?;
            theirs.write_all(&bytes[..taken])?;
        }
        6 | 7 => {
            let place = dice.place();
            same(ours.seek(place).await, theirs.seek(place));
        }
        8 => ours.flush().await?,
        9 => {
            let length = dice.below(REACH) as u64;
            ours.set_len(length).await?;
            theirs.set_len(length)?;
            // Bytes that a dropped read has left are as old as the read.
            same(
                ours.seek(SeekFrom::Current(0)).await,
                theirs.stream_position(),
            );
        }
        10 => {
            ours.flush().await?;
            let (room, offset) = (1 + dice.below(500), dice.below(REACH));
            let (length, bytes) = ours.read_at(vec![0; room], offset as u64).await;
            let read = at(theirs, offset, |theirs| {
                let mut expected = vec![0; room];
                let length = theirs.read(&mut expected)?;
                expected.truncate(length);
                Ok(expected)
            });
            assert_eq!((length?, &bytes), (bytes.len(), &read?));
        }
        11 if !appends => {
            ours.flush().await?;
            let (bytes, offset) = (dice.bytes(), dice.below(REACH));
            ours.write_all_at(bytes.clone(), offset as u64).await.0?;
            at(theirs, offset, |theirs| theirs.write_all(&bytes))?;
            same(
                ours.seek(SeekFrom::Current(0)).await,
                theirs.stream_position(),
            );
        }
        12 => {
            let mut room = vec![0; 1 + dice.below(500)];
            if let Some(length) = poll_once(ours.read(&mut room)).await {
                let mut expected = vec![0; length?];
                theirs.read_exact(&mut expected)?;
                assert_eq!(room[..expected.len()], expected);
            }
        }
        13 => {
            // It happens or it does not, and then it need not be known which.
            let _ = poll_once(ours.seek(dice.place())).await;
            let place = SeekFrom::Start(dice.below(REACH) as u64);
            same(ours.seek(place).await, theirs.seek(place));
        }
        _ => {
            let length = ours.metadata().await?.len();
            assert_eq!(length, theirs.metadata()?.len());
        }
    }
    Ok(())
}

fn play(appends: bool) {
    on_each_driver(async || {
        let seed = seed();
        println!("seed {seed}");
        for round in 0..ROUNDS {
            let mut dice = Dice(seed.wrapping_add(round << 8) | 1);
            let (here, there) = (Scratch::with("hello"), Scratch::with("hello"));
            let mut options = std::fs::OpenOptions::new();
            options.read(true).write(!appends).append(appends);
            let mut ours = File::from_std(options.open(&here)?);
            let mut theirs = options.open(&there)?;
            ours.set_max_buf_size(1 + dice.below(600));
            for _ in 0..STEPS {
                step(&mut dice, &mut ours, &mut theirs, appends).await?;
            }
            ours.flush().await?;
            assert!(here.bytes() == there.bytes(), "round {round}");
            assert_eq!(ours.stream_position().await?, theirs.stream_position()?);
            if round % 2 == 0 {
                let mut ours = ours.into_std().expect("nothing is under way");
                assert_eq!(ours.stream_position()?, theirs.stream_position()?);
            }
        }
        Ok(())
    });
}

#[test]
fn over_what_is_there() {
    play(false);
}

#[test]
fn behind_what_is_there() {
    play(true);
}
