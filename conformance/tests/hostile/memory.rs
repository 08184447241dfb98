//! How much memory is in use, by two measures.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The bytes that are allocated, to the byte.
pub(crate) fn allocated() -> i128 {
    let stats = ALLOCATOR.stats();
    i128::try_from(stats.bytes_allocated).unwrap() - i128::try_from(stats.bytes_deallocated).unwrap()
}

/// The bytes that are resident, where the system says so: on Linux. The allocator gives back late, and in pieces.
pub(crate) fn resident() -> Option<u64> {
    /// What `statm` counts in, on every Linux that is tested on.
    const PAGE: u64 = 4_096;
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * PAGE)
}
