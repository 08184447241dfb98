//! Feels how long messages wait for a thread, and says so to whoever refuses them: a server that has more to do than
//! it can do answers some of it in time, and not all of it late.
//!
//! What waits is what stands in the queues of the runtime and of the sockets behind it, which nobody can look into.
//! But who goes to the end of the queue is as late as they are.

use std::future::poll_fn;
use std::sync::{Arc, Weak};
use std::task::Poll;
use std::time::Duration;

use converse_dispatch::{Load, Shed};
use tokio::time::{Instant, sleep_until, timeout};

use crate::notices::Notice;

/// How long a server that was late is looked at before it is taken to be in time again: who is overloaded once is so again
/// in a moment.
const CALM: Duration = Duration::from_secs(1);
/// It is over when less than one turn in so many had to be cut short.
const FEW: u32 = 16;

/// Keeps an eye on a load for as long as somebody else does.
///
/// # Panics
/// Outside a tokio runtime.
pub fn mind(load: &Arc<Load>) {
    tokio::spawn(feel(Arc::downgrade(load)));
}

async fn feel(load: Weak<Load>) {
    let mut notices = Notices::default();
    loop {
        let Some(window) = load.upgrade().map(|load| load.budget().queue_delay) else { return };
        let due = Instant::now() + (window / 4).clamp(Duration::from_millis(5), Duration::from_millis(50));
        sleep_until(due).await;
        turn().await;
        // One long wait may be one slow handler, or a machine that slept. A queue is still there afterwards.
        if due.elapsed() > window && lasting(window).await {
            late(&load, &mut notices).await;
        }
        if let Some(load) = load.upgrade() {
            notices.say(&load);
            load.look_for_listeners();
        }
    }
}

/// Whether a turn takes long, again.
async fn lasting(window: Duration) -> bool {
    let begun = Instant::now();
    turn().await;
    begun.elapsed() > window / 2
}

/// Takes messages for the first part of each turn and refuses the rest, until few turns had to be cut short for a while.
/// A turn is so not much longer than what is taken in it, and nothing waits for more than two.
async fn late(load: &Weak<Load>, notices: &mut Notices) {
    let (mut since, mut turns, mut cut, mut known) = (Instant::now(), 0_u32, 0_u32, 0);
    loop {
        if let Some(load) = load.upgrade() {
            let refused = std::mem::replace(&mut known, load.shed(Shed::QueueDelay));
            cut += u32::from(refused != known);
            load.late();
            notices.say(&load);
        }
        // Its first message opens it, so that nothing is refused only because the thread had to wait for its core.
        let begun = poll_fn(|cx| load.upgrade().map_or(Poll::Ready(()), |load| load.poll_begun(cx)));
        let idle = timeout(CALM, begun).await.is_err();
        let Some(load) = load.upgrade() else { return };
        turns += 1;
        if idle || since.elapsed() > CALM {
            if idle || cut < turns / FEW {
                return load.in_time();
            }
            (since, turns, cut) = (Instant::now(), 0, 0);
        }
        drop(load);
        turn().await;
    }
}

/// Goes to the end of the thread's queue, and resolves when it is its turn.
async fn turn() {
    let mut waited = false;
    poll_fn(|cx| {
        if waited {
            return Poll::Ready(());
        }
        waited = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// What the log says of what was refused: how much, and what would allow it.
#[derive(Default)]
struct Notices([(u64, Notice); Shed::ALL.len()]);

impl Notices {
    fn say(&mut self, load: &Load) {
        let budget = load.budget();
        for (why, (known, notice)) in Shed::ALL.into_iter().zip(&mut self.0) {
            let count = load.shed(why);
            if count == *known || notice.due().is_none() {
                continue;
            }
            let refused = count - std::mem::replace(known, count);
            let remedy = match why {
                Shed::InFlight => format!("to allow more: max_in_flight = {}", budget.in_flight.saturating_mul(2)),
                Shed::ClassInFlight => "to allow more: #[respond(max_in_flight = …)] of the class".to_owned(),
                Shed::Bytes => format!("to allow more: max_held = \"{}MiB\"", (budget.bytes >> 19).max(1)),
                Shed::QueueDelay => format!(
                    "there is more to do than the threads can do; to let messages wait longer: queue_delay = \"{}ms\"",
                    budget.queue_delay.as_millis().saturating_mul(2)
                ),
                Shed::Blocking => "blocking handlers take longer than their threads have time".to_owned(),
            };
            tracing::warn!(refused, reason = why.name(), "messages were refused as overloaded; {remedy}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use converse_dispatch::{Budget, Load};
    use tokio::time::sleep;

    use super::feel;

    const WINDOW: Duration = Duration::from_millis(20);

    fn load() -> Arc<Load> {
        Arc::new(Load::new(Budget { queue_delay: WINDOW, ..Budget::default() }))
    }

    /// Works in so many tasks at a time, each for a millisecond in its turn, until that is felt.
    async fn work(tasks: usize, load: &Arc<Load>) {
        let task = |load: Arc<Load>| async move {
            while !load.is_late() {
                std::thread::sleep(Duration::from_millis(1));
                super::turn().await;
            }
        };
        let tasks: Vec<_> = (0..tasks).map(|_| tokio::spawn(task(Arc::clone(load)))).collect();
        for task in tasks {
            task.await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_queue_that_lasts_is_felt_and_so_is_its_end() {
        let load = load();
        let feeling = tokio::spawn(feel(Arc::downgrade(&load)));
        work(100, &load).await;
        while load.is_late() {
            sleep(WINDOW / 4).await;
        }
        drop(load);
        tokio::time::timeout(Duration::from_mins(1), feeling).await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn one_slow_handler_is_no_queue() {
        let load = load();
        tokio::spawn(feel(Arc::downgrade(&load)));
        for _ in 0..3 {
            std::thread::sleep(10 * WINDOW);
            for _ in 0..20 {
                sleep(WINDOW / 10).await;
                assert!(!load.is_late());
            }
        }
    }
}
