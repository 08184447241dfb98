//! All cases once more, in a program in which every class has hooks: they change no reply and no fault, on any transport
//! and in any format. Each message is then read as its class has it, and handed to its handler from there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects by failing"
)]

#[path = "../transports/bare.rs"]
mod bare;
#[path = "../transports/case.rs"]
mod case;
#[path = "../transports/cases.rs"]
mod cases;
#[path = "../transports/formats.rs"]
mod formats;
#[path = "../transports/known.rs"]
mod known;
#[path = "../transports/reply.rs"]
mod reply;
#[path = "../transports/running.rs"]
mod running;
#[path = "../transports/transcode.rs"]
mod transcode;
#[allow(dead_code, reason = "not all of its tests are run here")]
#[path = "../transports/wire/mod.rs"]
mod wire;

use std::sync::atomic::{AtomicUsize, Ordering};

use converse::{Answered, AnyMessage, after, before, protocol};

/// What every class conforms to.
#[protocol]
struct Whatever {}

static BEFORE: AtomicUsize = AtomicUsize::new(0);
static AFTER: AtomicUsize = AtomicUsize::new(0);

#[before(Whatever)]
fn came(message: AnyMessage) {
    BEFORE.fetch_add(1, Ordering::Relaxed);
    drop(message);
}

/// Every other message waits for it.
#[before(Whatever, order = 1)]
async fn waits(_message: AnyMessage) {
    if BEFORE.load(Ordering::Relaxed).is_multiple_of(2) {
        tokio::task::yield_now().await;
    }
}

#[after(Whatever)]
fn went(_message: AnyMessage, answered: Answered) {
    AFTER.fetch_add(1, Ordering::Relaxed);
    drop(answered);
}

#[test]
fn the_hooks_are_there() {
    let (before, after) = (BEFORE.load(Ordering::Relaxed), AFTER.load(Ordering::Relaxed));
    converse::block_on(async {
        let engine = conformance::app().build().unwrap();
        let reply = engine.handle(br#"{"SignIn":{"username":"josh","password":"x"}}"#).await;
        assert!(String::from_utf8(reply).unwrap().contains("SignInResponse"));
    });
    assert!(BEFORE.load(Ordering::Relaxed) > before && AFTER.load(Ordering::Relaxed) > after);
}
