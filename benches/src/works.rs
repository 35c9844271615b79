//! The list of the works, and of the rows that each of them fills; it is data.

/// One row of the table to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figure {
    /// A word that can name a file.
    pub(crate) name: &'static str,
    /// What people read.
    pub(crate) title: &'static str,
    pub(crate) unit: &'static str,
}

/// Something that every peer does, from a start to an end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work {
    pub(crate) name: &'static str,
    /// `--works` takes this, too.
    pub(crate) group: &'static str,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// The peer's program does it alone and tells what it cost.
    Sample {
        count: Count,
        /// What it tells, by the name that it uses, and the row of each.
        figures: &'static [(&'static str, Figure)],
        steady: bool,
    },
    /// The peer serves, the load generator asks.
    Echo(Echo),
    /// The peer holds thousands of connections.
    Idle,
    /// The peer's program does the work of this name under valgrind.
    Instructions {
        work: &'static str,
        count: u64,
        figure: Figure,
    },
}

/// How many operations a sample has.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Count {
    /// So many that a sample of this peer takes as long as one of another. A first sample, which is not counted, has
    /// as many as stand here.
    ByTime(u64),
    /// As many for each peer, also in a quick run: the number is part of the work.
    Fixed(u64),
}

/// One kind of echo, and the rows that it fills.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Echo {
    /// The load generator's arguments after the port.
    pub(crate) load: &'static str,
    /// The size of the server's buffer for each connection.
    pub(crate) buffer: u64,
    pub(crate) requests: u64,
    /// The server's processor time as a multiple of the floor's.
    pub(crate) ratio: Figure,
    /// The same in microseconds a request.
    pub(crate) micros: Figure,
    pub(crate) calls: Figure,
    /// How busy the load generator was.
    pub(crate) busy: Figure,
}

impl Work {
    /// True if the work's figures are the same in every run, so that one is enough.
    pub(crate) fn is_steady(&self) -> bool {
        match self.kind {
            Kind::Sample { steady, .. } => steady,
            Kind::Echo(_) => false,
            Kind::Idle | Kind::Instructions { .. } => true,
        }
    }

    /// The rows that it fills.
    pub(crate) fn figures(&self) -> Vec<Figure> {
        match self.kind {
            Kind::Sample { figures, .. } => figures.iter().map(|(_, figure)| *figure).collect(),
            Kind::Echo(echo) => vec![echo.ratio, echo.micros, echo.calls, echo.busy],
            Kind::Idle => vec![CONNECTION_ALLOCATIONS, FIRST_ALLOCATIONS, IDLE_BYTES],
            Kind::Instructions { figure, .. } => vec![figure],
        }
    }
}

const fn figure(name: &'static str, title: &'static str, unit: &'static str) -> Figure {
    Figure { name, title, unit }
}

/// A work of the peer's program alone, which tells nanoseconds.
macro_rules! timed {
    ($name:literal, $title:literal, $count:expr) => {
        timed!($name, $title, $count, "ns", "ns")
    };
    ($name:literal, $title:literal, $count:expr, $told:literal, $unit:literal) => {
        Work {
            name: $name,
            group: "times",
            kind: Kind::Sample {
                count: $count,
                figures: &[($told, figure($name, $title, $unit))],
                steady: false,
            },
        }
    };
}

macro_rules! echo {
    ($name:literal, $title:literal, $load:literal, $buffer:literal, $requests:literal) => {
        Work {
            name: $name,
            group: "echo",
            kind: Kind::Echo(Echo {
                load: $load,
                buffer: $buffer,
                requests: $requests,
                ratio: figure(
                    concat!($name, "-ratio"),
                    concat!($title, ": the server's CPU"),
                    "× floor",
                ),
                micros: figure(
                    concat!($name, "-us"),
                    concat!($title, ": the server's CPU"),
                    "µs a request",
                ),
                calls: figure(concat!($name, "-calls"), $title, "system calls a request"),
                busy: figure(
                    concat!($name, "-load"),
                    concat!($title, ": how busy the load was"),
                    "% of its core",
                ),
            }),
        }
    };
}

macro_rules! instructions {
    ($work:literal, $title:literal, $count:literal) => {
        Work {
            name: concat!($work, "-instructions"),
            group: INSTRUCTIONS,
            kind: Kind::Instructions {
                work: $work,
                count: $count,
                figure: figure(concat!($work, "-instructions"), $title, "instructions"),
            },
        }
    };
}

/// The group of the works that run under valgrind.
pub(crate) const INSTRUCTIONS: &str = "instructions";

/// The name by which `--works` asks for the smallest clients, which are measured apart from the peers.
pub(crate) const CLIENTS: &str = "client";

pub(crate) const CONNECTION_ALLOCATIONS: Figure = figure(
    "connection-allocations",
    "an accepted connection, its buffer included",
    "allocations",
);
pub(crate) const FIRST_ALLOCATIONS: Figure = figure(
    "connection-first-allocations",
    "the same, when there were never so many before",
    "allocations",
);
pub(crate) const IDLE_BYTES: Figure = figure(
    "idle-bytes",
    "an idle connection, 512 B of them the buffer",
    "bytes resident",
);

/// Every work, in the order of the table.
pub(crate) const ALL: &[Work] = &[
    timed!("spawn", "spawn and join a task", Count::ByTime(100_000)),
    timed!("yield", "yield, 1,000 tasks", Count::ByTime(100_000)),
    timed!("slot", "ping-pong, local slot", Count::ByTime(100_000)),
    timed!("mpsc", "ping-pong, futures' mpsc", Count::ByTime(100_000)),
    timed!(
        "block-on",
        "block_on(ready), build to drop",
        Count::ByTime(1_000)
    ),
    timed!(
        "sleeps",
        "1,000,000 sleeps, each",
        Count::Fixed(1_000_000),
        "cpu_ns",
        "ns of CPU"
    ),
    timed!("timeout-ready", "timeout, ready", Count::ByTime(100_000)),
    timed!(
        "timeout-pending",
        "timeout, pending once",
        Count::ByTime(100_000)
    ),
    timed!(
        "timeout-crowd",
        "… beside 10,000 timers",
        Count::ByTime(100_000)
    ),
    timed!(
        "timeout-root",
        "… in block_on itself",
        Count::ByTime(100_000)
    ),
    timed!(
        "thread-wake",
        "wake from another thread",
        Count::Fixed(1_500)
    ),
    echo!("echo-1", "echo, 1 × 64 B", "echo 1 64", 512, 20_000),
    echo!("echo-50", "echo, 50 × 64 B", "echo 50 64", 512, 60_000),
    echo!("echo-500", "echo, 500 × 64 B", "echo 500 64", 512, 60_000),
    echo!(
        "echo-50-16k",
        "echo, 50 × 16 KiB",
        "echo 50 16384",
        // Twice the message: a read that fills its buffer tells nobody whether there is more, and by edge it has to be
        // followed by one that finds nothing.
        32_768,
        20_000
    ),
    echo!("connect", "connect, echo, close", "connect 64", 512, 6_000),
    Work {
        name: "idle",
        group: "memory",
        kind: Kind::Idle,
    },
    Work {
        name: "spawn-memory",
        group: "memory",
        kind: Kind::Sample {
            count: Count::Fixed(1),
            figures: &[
                (
                    "spawn_allocations",
                    figure("spawn-allocations", "a spawn", "allocations"),
                ),
                (
                    "spawn_bytes",
                    figure("spawn-bytes", "a spawn", "bytes allocated"),
                ),
            ],
            steady: true,
        },
    },
    Work {
        name: "parked-memory",
        group: "memory",
        kind: Kind::Sample {
            count: Count::Fixed(100_000),
            figures: &[(
                "parked_bytes",
                figure("parked-bytes", "a parked task", "bytes"),
            )],
            steady: true,
        },
    },
    instructions!("spawn", "spawn and join a task", 20_000),
    instructions!("yield", "yield, 1,000 tasks", 50_000),
    instructions!("slot", "ping-pong, local slot", 20_000),
    instructions!("mpsc", "ping-pong, futures' mpsc", 20_000),
    instructions!("timeout-ready", "timeout, ready", 20_000),
    instructions!("timeout-pending", "timeout, pending once", 20_000),
];
