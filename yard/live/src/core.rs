//! A thread's core, its time on it, and its waiting for it.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use rustix::thread::{CpuSet, Pid, gettid, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};

/// Keeps the calling thread, and those that it starts, on one core.
pub(crate) fn pin(core: usize) {
    let mut cores = CpuSet::new();
    cores.set(core);
    sched_setaffinity(None::<Pid>, &cores).expect("this machine has two cores");
}

/// What the kernel says of a thread.
pub(crate) struct Thread(File);

impl Thread {
    /// The calling thread.
    pub(crate) fn this() -> Thread {
        let id = gettid().as_raw_nonzero();
        Thread(File::open(format!("/proc/self/task/{id}/schedstat")).expect("Linux with schedstat"))
    }

    /// How long it was ready to run, so far, while others had its core.
    pub(crate) fn delayed(&self) -> Duration {
        let mut text = [0; 64];
        let length = self.0.read_at(&mut text, 0).unwrap_or_default();
        let text = std::str::from_utf8(&text[..length]).unwrap_or_default();
        let nanoseconds = text.split_whitespace().nth(1).and_then(|word| word.parse().ok());
        Duration::from_nanos(nanoseconds.expect("the second number is the delay"))
    }
}

/// How long the calling thread was on a core.
pub(crate) fn busy() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().expect("a time that has passed")
}
