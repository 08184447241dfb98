//! How much memory the process has.

/// The bytes that are resident, where the system says so: on Linux.
pub(crate) fn resident() -> Option<u64> {
    /// What `statm` counts in, on every Linux that is tested on.
    const PAGE: u64 = 4_096;
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * PAGE)
}
