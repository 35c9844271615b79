//! An allocator that counts; it knows nothing of what is allocated.
//!
//! Every peer's program has it, so that its small cost is the same for all.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The system's allocator behind three counters.
#[derive(Debug)]
pub struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static ALLOCATED: AtomicU64 = AtomicU64::new(0);
static FREED: AtomicU64 = AtomicU64::new(0);

/// What was allocated since the program began, or between two looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Count {
    pub(crate) allocations: u64,
    pub(crate) bytes: u64,
    /// May be negative between two looks.
    pub(crate) live_bytes: i64,
}

impl Count {
    pub(crate) fn now() -> Count {
        let (bytes, freed) = (ALLOCATED.load(Relaxed), FREED.load(Relaxed));
        Count {
            allocations: ALLOCATIONS.load(Relaxed),
            bytes,
            live_bytes: bytes as i64 - freed as i64,
        }
    }

    pub(crate) fn since(self, before: Count) -> Count {
        Count {
            allocations: self.allocations - before.allocations,
            bytes: self.bytes - before.bytes,
            live_bytes: self.live_bytes - before.live_bytes,
        }
    }
}

/// A load and a store, not an atomic addition: what two threads count at the same instant may be lost, which costs
/// the figures nothing (they are taken where one thread works), and an allocation stays as cheap as it was.
fn add(counter: &AtomicU64, bytes: usize) {
    counter.store(counter.load(Relaxed) + bytes as u64, Relaxed);
}

// SAFETY: every call is handed on to `System` as it came, and the counters do not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(&ALLOCATIONS, 1);
        add(&ALLOCATED, layout.size());
        // SAFETY: the caller's obligation is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        add(&FREED, layout.size());
        // SAFETY: the caller's obligation is the same.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        add(&ALLOCATIONS, 1);
        add(&ALLOCATED, size);
        add(&FREED, layout.size());
        // SAFETY: the caller's obligation is the same.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(&ALLOCATIONS, 1);
        add(&ALLOCATED, layout.size());
        // SAFETY: the caller's obligation is the same.
        unsafe { System.alloc_zeroed(layout) }
    }
}
