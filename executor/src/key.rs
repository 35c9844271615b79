//! The key of a task: which slot, and which of the slot's tenants; it knows nothing of what stands there.

/// Names one task in an executor: the slot it lives in, and the slot's generation while it lives there.
///
/// A key is only a number, so it may stand in a queue after its task has ended. Whoever takes it out compares the
/// generation with the slot's and drops a stale key. The generation wraps after 2³² names of one slot; a key that
/// old would cause one spurious poll, which every future must bear anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) slot: u32,
    pub(crate) generation: u32,
}
