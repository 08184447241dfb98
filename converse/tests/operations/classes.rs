//! Messages that wait, that work, and that are done at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use converse::{App, Fault, Result, State, message, respond};
use tokio::sync::Semaphore;

/// What handlers wait for.
#[derive(Clone)]
pub(crate) struct Gate(Arc<Semaphore>);

impl Gate {
    pub(crate) fn closed() -> Gate {
        Gate(Arc::new(Semaphore::new(0)))
    }

    /// Lets so many handlers finish.
    pub(crate) fn open(&self, count: usize) {
        self.0.add_permits(count);
    }

    async fn pass(&self) {
        self.0.acquire().await.unwrap().forget();
    }
}

/// Is answered once the gate opens.
#[message]
pub(crate) struct Wait {
    text: Option<String>,
}

#[respond]
async fn wait(_: Wait, gate: State<Gate>) {
    gate.pass().await;
}

/// The same, for one at a time.
#[message]
struct Narrow {}

#[respond(max_in_flight = 1)]
async fn narrow(_: Narrow, gate: State<Gate>) {
    gate.pass().await;
}

/// Is answered at once.
#[message]
struct Ping {}

#[respond]
fn ping(_: Ping) {}

/// Is refused by its handler.
#[message]
struct Refuse {}

#[respond]
fn refuse(_: Refuse) -> Result<()> {
    Err(Fault::new("sold_out", "none is left").into())
}

/// Keeps its thread for some milliseconds.
#[message]
struct Work {
    milliseconds: u64,
}

#[respond]
fn work(work: Work) {
    let until = Instant::now() + Duration::from_millis(work.milliseconds);
    while Instant::now() < until {
        std::hint::spin_loop();
    }
}

/// Says that it waits, and does not.
#[message]
struct Doze {}

#[respond]
async fn doze(_: Doze) {
    std::thread::sleep(Duration::from_millis(200));
}

/// Keeps a thread of its own for long.
#[message]
struct Heavy {}

/// How many of them have begun.
pub(crate) static BEGUN: AtomicUsize = AtomicUsize::new(0);

#[respond(blocking)]
fn heavy(_: Heavy) {
    BEGUN.fetch_add(1, Ordering::SeqCst);
    std::thread::sleep(Duration::from_secs(2));
}

pub(crate) fn app(gate: &Gate) -> impl FnOnce() -> App + Send + use<> {
    let gate = gate.clone();
    || App::linked().state(gate)
}
