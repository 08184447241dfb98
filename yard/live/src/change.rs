//! Who adds and removes classes, as fast as it can, while others send.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use converse::{Classes, Terms};

use crate::MANY;
use crate::core::{Thread, busy, pin};

/// What the changes took.
#[derive(Default)]
pub(crate) struct Changes {
    pub(crate) count: usize,
    /// The longest from its begin to its end.
    pub(crate) longest: Duration,
    /// The longest, without what the thread waited for its core.
    pub(crate) own: Duration,
    /// The longest in time on the core.
    pub(crate) busy: Duration,
}

/// A thread that changes the classes until it is told to end.
pub(crate) struct Changer {
    done: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<Changes>,
}

impl Changer {
    pub(crate) fn start(classes: Classes, core: usize) -> Changer {
        let done = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&done);
        let thread = std::thread::spawn(move || {
            pin(core);
            change(&classes, &told)
        });
        Changer { done, thread }
    }

    pub(crate) fn end(self) -> Changes {
        self.done.store(true, Ordering::Relaxed);
        self.thread.join().expect("the changes")
    }
}

fn change(classes: &Classes, done: &AtomicBool) -> Changes {
    let (thread, mut changes) = (Thread::this(), Changes::default());
    while !done.load(Ordering::Relaxed) {
        let at = MANY + changes.count;
        let (made, name) = (live::class(at), live::name(at));
        for adds in [true, false] {
            let (begun, delayed, on_core) = (Instant::now(), thread.delayed(), busy());
            if adds {
                classes.add(&made, Terms::default()).expect("a name that is free");
            } else {
                classes.remove(&name).expect("it was added");
            }
            let (took, on_core, delay) = (begun.elapsed(), busy() - on_core, thread.delayed() - delayed);
            changes.longest = changes.longest.max(took);
            changes.own = changes.own.max(took.saturating_sub(delay));
            changes.busy = changes.busy.max(on_core);
        }
        changes.count += 1;
    }
    changes
}
