//! Live classes: finding one among 64 to 100,000, adding and removing some, and what those who send meanwhile notice.
//!
//! Messages are answered on the first core. Classes are changed on the second, as fast as it can, where the clients
//! are too. A thread that waits for its core is the machine's doing; the kernel says how long it did, and that is told apart:
//! what is left is what a change can have done. Each figure stands beside that of the same messages while nothing changes,
//! which is the floor of the machine.
//!
//! The allocator is one whose threads do not wait for each other. With glibc's (`--no-default-features`) a message can wait for
//! whoever changes classes and was taken off its core in the midst of an allocation.

mod change;
mod core;
mod message;

use std::hint::black_box;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use converse::{Classes, Engine};
use tokio::runtime::Runtime;

use self::change::{Changer, Changes};
use self::core::{Thread, pin};
use self::message::{Messages, in_process, over_tcp};

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const MANY: usize = 100_000;
const HOT: usize = 64;
const CONNECTIONS: usize = 64;
/// How long a connection waits before its next message.
const PAUSE: Duration = Duration::from_millis(10);
/// How long each part sends.
const TIME: Duration = Duration::from_secs(10);
/// What no message and no change may take, beside waiting for a core.
const STALL: Duration = Duration::from_millis(5);
/// Where messages are answered.
const SERVER: usize = 0;
/// Where classes are changed, and clients send.
const OTHERS: usize = 1;

fn main() {
    pin(SERVER);
    let runtime = live::runtime();
    let engine = {
        let _entered = runtime.enter();
        live::engine()
    };
    let classes = engine.classes();
    lookups(&classes);
    println!("\n{:<44} {:>9} {:>11} {:>11} {:>11} {:>8}", "µs", "messages", "longest", "own core", "waiting", "> 5 ms");
    let quiet = in_process(&engine);
    let changer = Changer::start(classes.clone(), OTHERS);
    let changing = in_process(&engine);
    let changes = changer.end();
    told("one thread in process", &quiet, &changing, &changes);
    let mut faults = quiet.faults + changing.faults;
    let mut change = changes.busy.as_secs_f64() * 1e3;
    // Over sockets a message waits for those before it: what a stall is shows here.
    let stall = changing.own.as_secs_f64() * 1e3;

    let (address, server) = serve(runtime, engine);
    let sends = move || {
        pin(OTHERS);
        over_tcp(address, &server)
    };
    let quiet = std::thread::spawn(sends.clone()).join().expect("the clients");
    let changer = Changer::start(classes, OTHERS);
    let changing = std::thread::spawn(sends).join().expect("the clients");
    let changes = changer.end();
    told("64 connections", &quiet, &changing, &changes);
    faults += quiet.faults + changing.faults;
    change = change.max(changes.busy.as_secs_f64() * 1e3);
    println!("figure live-stall {stall:.2}");
    println!("figure live-change {change:.2}");
    println!("figure live-faults {faults}");
}

/// What finding and adding a class takes, as there are more of them.
fn lookups(classes: &Classes) {
    println!("{:<44} {:>9}", "nanoseconds", "");
    let mut there = 0;
    for count in [HOT, 1_000, 10_000, MANY] {
        let begun = Instant::now();
        for at in there..count {
            live::add(classes, at);
        }
        let each = begun.elapsed().as_nanos() / (count - there).max(1) as u128;
        there = count;
        // The same 64 classes: whatever more there are, these are in the processor's cache.
        println!("{:<44} {:>9.1}", format!("find one of 64 that are in use, of {count}"), find(classes, HOT));
        println!("{:<44} {:>9.1}", format!("find any of {count} at random"), find(classes, count));
        println!("{:<44} {each:>9}", format!("make and add one, up to {count}"));
    }
}

/// Nanoseconds to find one of the first so many classes by its name, at random: names are made beforehand.
fn find(classes: &Classes, among: usize) -> f64 {
    let mut state = 1_u64;
    let names: Vec<String> = (0..10_000)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            live::name((state >> 33) as usize % among)
        })
        .collect();
    let mut turns: Vec<f64> = (0..21)
        .map(|_| {
            let begun = Instant::now();
            for name in &names {
                black_box(classes.get(black_box(name))).expect("it is there");
            }
            begun.elapsed().as_nanos() as f64 / names.len() as f64
        })
        .collect();
    turns.sort_by(f64::total_cmp);
    turns[turns.len() / 2]
}

/// Serves on this core, from a thread of its own: where, and that thread.
fn serve(runtime: Runtime, engine: Engine) -> (SocketAddr, Arc<Thread>) {
    let (told, hear) = mpsc::channel();
    std::thread::spawn(move || {
        runtime.block_on(async {
            let serving = engine.serve().await.expect("a port");
            let address = serving.tcp_address().expect("an address");
            told.send((address, Arc::new(Thread::this()))).expect("somebody listens");
            std::future::pending::<()>().await;
        });
    });
    hear.recv().expect("the server starts")
}

/// Prints what was seen.
fn told(name: &str, quiet: &Messages, changing: &Messages, changes: &Changes) {
    for (what, row) in [("nothing changes", quiet), ("classes come and go", changing)] {
        let Messages { count, longest, own, delay, stalls, .. } = row;
        let micros = |duration: &Duration| duration.as_micros();
        let name = format!("{name}, {what}");
        println!("{name:<44} {count:>9} {:>11} {:>11} {:>11} {stalls:>8}", micros(longest), micros(own), micros(delay));
    }
    println!(
        "{:<44} {:>9} {:>11} {:>11}   {} µs on the core",
        "  the changes",
        changes.count * 2,
        changes.longest.as_micros(),
        changes.own.as_micros(),
        changes.busy.as_micros(),
    );
    let faults = quiet.faults + changing.faults;
    println!(
        "  the longest without waiting for a core is {} µs, where it is {} µs while nothing changes; {faults} faults",
        changing.own.as_micros(),
        quiet.own.as_micros()
    );
}
