//! The key of a source: its place in the reactor, and which of the place's tenants it is.

/// Names one source to a driver. The generation makes an event that comes late for a source that is gone a stale
/// one, which is dropped.
///
/// ```
/// # use reactor::SourceKey;
/// let (early, late) = (SourceKey::from_usize(7), SourceKey::from_usize(8));
/// assert_ne!(early, late);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceKey {
    index: u32,
    generation: u32,
}

/// How many bits of a `usize` hold the index: half of 64, 20 of 32.
const INDEX_BITS: u32 = if usize::BITS == 64 { 32 } else { 20 };

/// How many bits hold the generation. One less than there is room for, because `polling` keeps `usize::MAX`.
const GENERATION_BITS: u32 = usize::BITS - INDEX_BITS - 1;

impl SourceKey {
    /// No source's key, because no generation is so large. What has no place in the reactor has it.
    pub const NONE: SourceKey = SourceKey {
        index: u32::MAX,
        generation: u32::MAX,
    };

    /// `None` when there are more sources than a key can count. The generation wraps.
    pub(crate) fn new(index: usize, generation: u32) -> Option<SourceKey> {
        let index = u32::try_from(index).ok()?;
        let fits = u64::from(index) < 1 << INDEX_BITS;
        let generation = generation & ((1 << GENERATION_BITS) - 1);
        fits.then_some(SourceKey { index, generation })
    }

    /// The place in the reactor.
    ///
    /// ```
    /// # use reactor::SourceKey;
    /// assert_eq!(SourceKey::from_usize(7).index(), 7);
    /// ```
    #[must_use]
    pub fn index(self) -> usize {
        self.index as usize
    }

    /// As one word, never `usize::MAX`, for the system's event queue.
    ///
    /// ```
    /// # use reactor::SourceKey;
    /// let key = SourceKey::from_usize(7);
    /// assert_eq!(key.to_usize(), 7);
    /// ```
    #[must_use]
    pub fn to_usize(self) -> usize {
        (self.generation as usize) << INDEX_BITS | self.index as usize
    }

    /// The key that became this word.
    ///
    /// ```
    /// # use reactor::SourceKey;
    /// let key = SourceKey::from_usize(7);
    /// assert_eq!(SourceKey::from_usize(key.to_usize()), key);
    /// ```
    #[must_use]
    pub fn from_usize(word: usize) -> SourceKey {
        SourceKey {
            index: (word & ((1 << INDEX_BITS) - 1)) as u32,
            generation: (word >> INDEX_BITS) as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_being_a_word() {
        for (index, generation) in [(0, 0), (1, 7), ((1 << INDEX_BITS) - 1, u32::MAX)] {
            let key = SourceKey::new(index, generation).unwrap();
            assert_eq!(SourceKey::from_usize(key.to_usize()), key);
            assert_ne!(key.to_usize(), usize::MAX);
        }
        assert_eq!(SourceKey::new(1 << INDEX_BITS, 0), None);
    }
}
