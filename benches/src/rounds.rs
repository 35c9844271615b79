//! The order of the measurements: every peer does a work before the next work begins, round after round.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Result;

use crate::peers::{FLOOR, Peer};
use crate::progress::Progress;
use crate::results::Results;
use crate::sample::{self, Told};
use crate::works::{
    CONNECTION_ALLOCATIONS, Count, Echo, FIRST_ALLOCATIONS, Figure, IDLE_BYTES, INSTRUCTIONS, Kind,
    Work,
};
use crate::{echo, idle, instructions};

/// What the second run of the floor in the same round is called.
pub(crate) const AGAIN: &str = " (again)";

/// System calls in words, by work and peer.
pub(crate) type CallsByName = BTreeMap<(&'static str, String), String>;

/// How long a sample should take, in nanoseconds.
const SAMPLE: f64 = 150e6;

/// How many rounds count system calls, which hardly differ from one round to the next.
const ROUNDS_WITH_CALLS: usize = 3;

/// Everything that is fixed before the first round.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) peers: Vec<Peer>,
    pub(crate) works: Vec<Work>,
    pub(crate) rounds: usize,
    /// Samples are so many times shorter: 1, or more for a quick look.
    pub(crate) shorter: u64,
    /// The load generator, or nothing when it was not built.
    pub(crate) load: Option<PathBuf>,
    pub(crate) with_calls: bool,
    pub(crate) with_instructions: bool,
}

/// Whoever takes part in a work: the floor is there twice where it serves.
#[derive(Debug, Clone)]
struct Participant {
    name: String,
    program: PathBuf,
}

/// A run of the whole plan.
#[derive(Debug)]
pub(crate) struct Rounds<'a> {
    plan: &'a Plan,
    progress: &'a Progress,
    pub(crate) results: &'a mut Results,
    pub(crate) calls: CallsByName,
    /// What went wrong, in words.
    pub(crate) notes: Vec<String>,
    /// Work and peer of what cannot be done, or failed: it is not tried in later rounds.
    passed_over: BTreeSet<(&'static str, String)>,
    /// How many operations a sample has, by work and peer.
    counts: BTreeMap<(&'static str, String), u64>,
}

impl Plan {
    /// How long all of it takes, in milliseconds as guessed.
    pub(crate) fn weight(&self) -> u64 {
        let in_rounds = |work: &Work| {
            if work.is_steady() {
                1
            } else {
                self.rounds as u64
            }
        };
        self.works
            .iter()
            .map(|work| in_rounds(work) * weight(work) * self.participants(work).len() as u64)
            .sum()
    }

    fn participants(&self, work: &Work) -> Vec<Participant> {
        let mut all = Vec::new();
        for peer in &self.peers {
            let name = peer.name.clone();
            let program = peer.program.clone();
            let again = Participant {
                name: format!("{name}{AGAIN}"),
                program: program.clone(),
            };
            all.push(Participant { name, program });
            if matches!(work.kind, Kind::Echo(_)) && peer.name == FLOOR {
                all.push(again);
            }
        }
        all
    }
}

/// Milliseconds of one peer's sample, as guessed.
fn weight(work: &Work) -> u64 {
    match work.kind {
        Kind::Sample {
            count: Count::ByTime(_),
            ..
        } => 180,
        Kind::Sample { .. } if work.name == "sleeps" => 1_800,
        Kind::Sample { .. } => 100,
        Kind::Echo(_) => 900,
        Kind::Idle => 600,
        Kind::Instructions { .. } => 1_200,
    }
}

impl<'a> Rounds<'a> {
    pub(crate) fn new(plan: &'a Plan, progress: &'a Progress, results: &'a mut Results) -> Self {
        Rounds {
            plan,
            progress,
            results,
            calls: BTreeMap::new(),
            notes: Vec::new(),
            passed_over: BTreeSet::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Does it all: the works that shake in rounds, and then once what does not.
    pub(crate) fn run(&mut self) {
        for figure in self.plan.works.iter().flat_map(Work::figures) {
            self.results.add_row(figure);
        }
        for round in 0..self.plan.rounds {
            let chapter = format!("round {} of {}", round + 1, self.plan.rounds);
            self.progress.chapter(&chapter);
            self.round(round, &chapter, |work| !work.is_steady());
        }
        self.progress.chapter("what does not shake");
        self.round(0, "what does not shake", Work::is_steady);
    }

    fn round(&mut self, round: usize, chapter: &str, wanted: impl Fn(&Work) -> bool) {
        for work in self.plan.works.iter().filter(|work| wanted(work)) {
            let mut participants = self.plan.participants(work);
            let turns = round % participants.len().max(1);
            participants.rotate_left(turns);
            let mut micros = BTreeMap::new();
            for participant in participants {
                self.progress
                    .now(&format!("{chapter}, {}: {}", work.name, participant.name));
                self.measure(work, &participant, round, &mut micros);
                self.progress.advance(weight(work));
            }
            if let Kind::Echo(echo) = work.kind {
                self.pair(&echo, &micros);
            }
        }
    }

    fn measure(
        &mut self,
        work: &Work,
        peer: &Participant,
        round: usize,
        micros: &mut BTreeMap<String, f64>,
    ) {
        let key = (work.name, peer.name.clone());
        if self.passed_over.contains(&key) {
            return;
        }
        let measured = match work.kind {
            Kind::Sample { count, figures, .. } => self.sample(work.name, peer, count, figures),
            Kind::Echo(echo) => self.echo(work.name, &echo, peer, round, micros),
            Kind::Idle => self.idle(peer),
            Kind::Instructions {
                work,
                count,
                figure,
            } => self.instructions(peer, work, count, figure),
        };
        match measured {
            Ok(true) => {}
            Ok(false) => drop(self.passed_over.insert(key)),
            Err(error) => {
                self.note(format!("{}, {}: {error:#}", peer.name, work.name));
                self.passed_over.insert(key);
            }
        }
    }

    /// True if the peer can do it, here and below.
    fn sample(
        &mut self,
        work: &'static str,
        peer: &Participant,
        count: Count,
        figures: &[(&str, Figure)],
    ) -> Result<bool> {
        let count = match count {
            Count::Fixed(count) => count,
            Count::ByTime(count) => match self.count(work, peer, count)? {
                Some(count) => count,
                None => return Ok(false),
            },
        };
        let Told::Figures(told) = sample::take(&peer.program, work, count)? else {
            return Ok(false);
        };
        for (name, figure) in figures {
            if let Some(value) = told.get(*name) {
                self.results.add(*figure, &peer.name, *value);
            }
        }
        Ok(true)
    }

    /// How many operations make a sample of the right length: a first sample of `few` tells.
    fn count(&mut self, work: &'static str, peer: &Participant, few: u64) -> Result<Option<u64>> {
        let key = (work, peer.name.clone());
        if let Some(count) = self.counts.get(&key) {
            return Ok(Some(*count));
        }
        let Told::Figures(told) = sample::take(&peer.program, work, few)? else {
            return Ok(None);
        };
        let each = told.get("ns").copied().unwrap_or(1.0).max(0.1);
        let count = SAMPLE / self.plan.shorter as f64 / each;
        // Works go in batches of 1,000, and a tenth of the count must be whole batches, too.
        let count = (count as u64).next_multiple_of(few.min(10_000));
        self.counts.insert(key, count);
        Ok(Some(count))
    }

    fn echo(
        &mut self,
        work: &'static str,
        echo: &Echo,
        peer: &Participant,
        round: usize,
        micros: &mut BTreeMap<String, f64>,
    ) -> Result<bool> {
        let Some(load) = &self.plan.load else {
            return Ok(false);
        };
        let with_calls = self.plan.with_calls && round < ROUNDS_WITH_CALLS;
        let requests = echo.requests / self.plan.shorter;
        let cost = echo::measure(&peer.program, load, echo, requests, with_calls)?;
        let Some(cost) = cost else {
            return Ok(false);
        };
        micros.insert(peer.name.clone(), cost.micros);
        self.results.add(echo.micros, &peer.name, cost.micros);
        self.results.add(echo.busy, &peer.name, cost.busy);
        match cost.calls {
            Some(Ok(calls)) => {
                self.results.add(echo.calls, &peer.name, calls.sum);
                let key = (work, peer.name.clone());
                self.calls.insert(key, calls.to_string());
            }
            Some(Err(error)) => self.note(format!("{}, {work}, calls: {error:#}", peer.name)),
            None => {}
        }
        Ok(true)
    }

    /// Each peer's processor time is paired with the floor's of the same round, since the machine is not as fast in
    /// one minute as in the next.
    fn pair(&mut self, echo: &Echo, micros: &BTreeMap<String, f64>) {
        let Some(floor) = micros.get(FLOOR) else {
            return;
        };
        for (peer, micros) in micros {
            self.results.add(echo.ratio, peer, micros / floor);
        }
    }

    fn idle(&mut self, peer: &Participant) -> Result<bool> {
        let Some(load) = &self.plan.load else {
            return Ok(false);
        };
        let Some(cost) = idle::measure(&peer.program, load)? else {
            return Ok(false);
        };
        self.results
            .add(CONNECTION_ALLOCATIONS, &peer.name, cost.allocations);
        let first = cost.first_allocations;
        self.results.add(FIRST_ALLOCATIONS, &peer.name, first);
        self.results.add(IDLE_BYTES, &peer.name, cost.bytes);
        Ok(true)
    }

    fn instructions(
        &mut self,
        peer: &Participant,
        work: &str,
        count: u64,
        figure: Figure,
    ) -> Result<bool> {
        if !self.plan.with_instructions {
            return Ok(false);
        }
        match instructions::each(&peer.program, work, count) {
            Ok(None) => Ok(false),
            Ok(Some(each)) => {
                self.results.add(figure, &peer.name, each);
                Ok(true)
            }
            // One word for all works of this kind: a peer on io_uring runs none of them there.
            Err(error) => {
                let instructions = self.plan.works.iter();
                let instructions = instructions.filter(|work| work.group == INSTRUCTIONS);
                let keys = instructions.map(|work| (work.name, peer.name.clone()));
                self.passed_over.extend(keys);
                Err(error)
            }
        }
    }

    fn note(&mut self, note: String) {
        self.progress.say(&note);
        self.notes.push(note);
    }
}
