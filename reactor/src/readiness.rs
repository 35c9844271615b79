//! Small sets: which directions, and what the world said of them; they know nothing of sources.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

/// Which way bytes go.
///
/// ```
/// # use reactor::{Direction, Readiness};
/// assert_eq!(Readiness::from(Direction::Read), Readiness::READ);
/// assert_eq!(Readiness::from(Direction::Write), Readiness::WRITE);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards us: reading, receiving, accepting.
    Read,
    /// Away from us: writing, sending, connecting.
    Write,
}

/// A set of directions that somebody wants to hear of.
///
/// ```
/// # use reactor::{Direction, Interest};
/// assert_eq!(Interest::default(), Interest::NONE);
/// assert_eq!(Interest::READ.with(Direction::Write), Interest::BOTH);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interest {
    /// Wants to hear when a read would not block.
    pub read: bool,
    /// Wants to hear when a write would not block.
    pub write: bool,
}

impl Interest {
    /// Neither direction.
    pub const NONE: Interest = Interest {
        read: false,
        write: false,
    };
    /// Reading only.
    pub const READ: Interest = Interest {
        read: true,
        write: false,
    };
    /// Both directions.
    pub const BOTH: Interest = Interest {
        read: true,
        write: true,
    };

    /// True when `direction` is in the set.
    ///
    /// ```
    /// # use reactor::{Direction, Interest};
    /// assert!(Interest::READ.contains(Direction::Read));
    /// assert!(!Interest::READ.contains(Direction::Write));
    /// ```
    #[must_use]
    pub fn contains(self, direction: Direction) -> bool {
        match direction {
            Direction::Read => self.read,
            Direction::Write => self.write,
        }
    }

    /// The set with `direction` in it.
    ///
    /// ```
    /// # use reactor::{Direction, Interest};
    /// assert_eq!(Interest::NONE.with(Direction::Read), Interest::READ);
    /// assert_eq!(Interest::READ.with(Direction::Read), Interest::READ);
    /// ```
    #[must_use]
    pub fn with(mut self, direction: Direction) -> Interest {
        match direction {
            Direction::Read => self.read = true,
            Direction::Write => self.write = true,
        }
        self
    }
}

/// What is known, or was reported, of a source.
///
/// ```
/// # use reactor::Readiness;
/// let readiness = Readiness::READ | Readiness::EXCEPTIONAL;
/// assert!(!readiness.contains(Readiness::WRITE));
/// assert_eq!(format!("{readiness:?}"), r#"{"read", "exceptional"}"#);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Readiness(u8);

impl Readiness {
    /// Nothing.
    pub const NONE: Readiness = Readiness(0);
    /// A read would not block, as far as is known.
    pub const READ: Readiness = Readiness(1);
    /// A write would not block, as far as is known.
    pub const WRITE: Readiness = Readiness(2);
    /// The peer has hung up, an error is pending, or there is urgent data: a short read does not mean that the
    /// source is empty. Once seen, it stays.
    pub const EXCEPTIONAL: Readiness = Readiness(4);
    /// The driver could not watch the source. Whoever waits is woken, and when it has to wait again it is told why.
    pub const UNWATCHED: Readiness = Readiness(8);

    /// True when all of `other` is in the set.
    ///
    /// ```
    /// # use reactor::Readiness;
    /// let readiness = Readiness::READ | Readiness::WRITE;
    /// assert!(readiness.contains(Readiness::READ));
    /// assert!(!readiness.contains(Readiness::READ | Readiness::EXCEPTIONAL));
    /// ```
    #[must_use]
    pub fn contains(self, other: Readiness) -> bool {
        self.0 & other.0 == other.0
    }

    /// The set without what is in `other`.
    ///
    /// ```
    /// # use reactor::Readiness;
    /// let readiness = Readiness::READ | Readiness::WRITE;
    /// assert_eq!(readiness.without(Readiness::READ), Readiness::WRITE);
    /// ```
    #[must_use]
    pub fn without(self, other: Readiness) -> Readiness {
        Readiness(self.0 & !other.0)
    }
}

impl From<Direction> for Readiness {
    fn from(direction: Direction) -> Readiness {
        match direction {
            Direction::Read => Readiness::READ,
            Direction::Write => Readiness::WRITE,
        }
    }
}

impl BitOr for Readiness {
    type Output = Readiness;

    fn bitor(self, other: Readiness) -> Readiness {
        Readiness(self.0 | other.0)
    }
}

impl BitOrAssign for Readiness {
    fn bitor_assign(&mut self, other: Readiness) {
        *self = *self | other;
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (Readiness::READ, "read"),
            (Readiness::WRITE, "write"),
            (Readiness::EXCEPTIONAL, "exceptional"),
            (Readiness::UNWATCHED, "unwatched"),
        ];
        let held = names.iter().filter(|(bit, _)| self.contains(*bit));
        f.debug_set().entries(held.map(|(_, name)| name)).finish()
    }
}
