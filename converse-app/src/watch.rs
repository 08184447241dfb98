//! Watches the threads that serve, from one that does not: a handler that keeps its thread keeps everybody else on it
//! waiting, and cannot say so itself.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use converse_dispatch::{Dispatch, Look};

/// How long a handler may keep its thread.
const LONG: Duration = Duration::from_millis(50);
/// How long the log says nothing more of one class.
const PAUSE: Duration = Duration::from_mins(1);

/// Watches the handlers of an application for as long as it is there.
pub(crate) fn start(dispatch: &Arc<Dispatch>) {
    let dispatch = Arc::downgrade(dispatch);
    let thread = std::thread::Builder::new().name("converse-watch".to_owned());
    if let Err(error) = thread.spawn(move || watch(&dispatch)) {
        tracing::warn!(%error, "handlers that block are not watched for: the system gives no thread");
    }
}

fn watch(dispatch: &Weak<Dispatch>) {
    let (mut look, mut said) = (Look::default(), HashMap::<String, Instant>::new());
    loop {
        std::thread::sleep(LONG);
        let Some(dispatch) = dispatch.upgrade() else { return };
        for class in dispatch.stuck(&mut look) {
            let now = Instant::now();
            if said.get(class.name()).is_some_and(|last| now.duration_since(*last) < PAUSE) {
                continue;
            }
            said.insert(class.name().to_owned(), now);
            tracing::warn!(
                class = class.name(),
                "a handler has kept its thread for more than {} ms, and all others there wait; if it blocks or computes, \
                 write #[respond(blocking)] above it; if it is async, await what takes long",
                LONG.as_millis()
            );
        }
    }
}
