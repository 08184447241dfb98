//! What runs around the handlers of all messages that are of a kind.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod chosen;
mod guarded;
mod read;
#[path = "../identity/server.rs"]
mod server;
mod transports;
mod trouble;

use std::sync::{Arc, Mutex};

use converse::{App, TestApp, block_on};

/// What was done, in its order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

fn app() -> (TestApp, Log) {
    let log = Log::default();
    (App::test().state(log.clone()), log)
}

fn ask(app: &TestApp, message: &str) -> String {
    String::from_utf8(block_on(app.handle(message.as_bytes()))).unwrap()
}
