//! What it takes to start with many classes and ten hooks: from what the linker collected to a dispatcher that answers.
//!
//! Compiling ten thousand classes takes most of an hour, and does not change what a start does: it sees definitions, which are
//! data. These are made here, before the clock runs, which is that of the thread: waiting for a core is not counted. Not measured:
//! loading a program of that size from the disk.

mod classes;
mod hooks;

use std::sync::Arc;
use std::time::Duration;

use contest::Nothing;
use converse::{View, message, respond};
use converse_dispatch::{Dispatch, Flow, Peer, Settings, States, handlers};
use converse_model::{Definition, Registry};
use rustix::time::{ClockId, clock_gettime};

/// What all of them are: its handler answers them.
#[message(abstract)]
struct Command {
    id: String,
    note: Option<String>,
}

#[respond]
fn commanded(_message: View<Command>) {}

/// What half of them are where they are not all commands: whether a hook for commands is for one of these is asked of each.
#[message(abstract)]
struct Query {
    id: String,
    note: Option<String>,
}

#[respond]
fn asked(_message: View<Query>) {}

/// How many classes the budget is for.
const BUDGET: usize = 10_000;
const TURNS: usize = 5;

fn main() {
    println!("{:>8} {:>12} {:>14} {:>24}", "classes", "ms", "µs a class", "ms, half of another kind");
    let mut figure = 0.0;
    for count in [1_000, BUDGET, classes::MOST] {
        let [took, half] = [false, true].map(|half| {
            let mut turns: Vec<Duration> = (0..TURNS).map(|_| start(&classes::definitions(count, half))).collect();
            turns.sort_unstable();
            turns[TURNS / 2].as_secs_f64() * 1e3
        });
        println!("{count:>8} {took:>12.1} {:>14.2} {half:>24.1}", took * 1e3 / count as f64);
        if count == BUDGET {
            figure = took;
        }
    }
    println!("figure start-{BUDGET} {figure:.1}");
}

fn on_core() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().expect("a time that has passed")
}

/// The time from definitions to a dispatcher, which answers the last of them.
fn start(definitions: &[Definition]) -> Duration {
    let begun = on_core();
    let mut builder = Registry::linked();
    for definition in definitions {
        builder = builder.with(*definition);
    }
    let registry = handlers(builder).build().expect("the classes fit together");
    let dispatch = Dispatch::new(Arc::new(registry), States::default(), Settings::default(), Arc::new(Nothing));
    let dispatch = dispatch.expect("no handler needs a state");
    let took = on_core() - begun;
    let at = definitions.len() - 2;
    let fields: String = (0..4).map(|n| format!(r#","field_{at}_{n}":"a""#)).collect();
    let message = format!(r#"{{"Command{at}":{{"id":"a","tenant_id":"t","cents":1{fields}}}}}"#);
    let mut out = Vec::new();
    let flow = dispatch.handle(message.as_bytes(), &Peer::new("memory", None), &mut out);
    assert!(matches!(flow, Flow::Done(sent) if sent.fault.is_none()), "{message}: {}", String::from_utf8_lossy(&out));
    took
}
