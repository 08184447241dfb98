//! Live classes: finding one among 64 to 100,000, adding and removing some, and what those who send meanwhile notice.
//!
//! The second part takes ten seconds: 64 connections send over TCP, one message after another, while a task adds and
//! removes classes as fast as it can among 100,000. Both share two threads, so what is looked at is what the change
//! itself takes and whether anybody is told a fault; the longest reply has its part of waiting for a thread.

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use converse::model::{Class, Type};
use converse::{Answers, AnyMessage, App, Classes, Config, Engine, Error, Scope, Terms, message, respond};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

const MANY: usize = 100_000;
const CONNECTIONS: usize = 64;
const TIME: Duration = Duration::from_secs(10);
/// What nobody may wait longer for than without the changes.
const STALL: Duration = Duration::from_millis(5);

#[message]
struct Ping {
    text: String,
}

#[respond]
impl Ping {
    fn respond(self) -> Pong {
        Pong::new(self.text)
    }
}

#[message]
struct Pong {
    text: String,
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(run())
}

async fn run() -> ExitCode {
    let tcp = Some(([127, 0, 0, 1], 0).into());
    let mut config = Config { http: None, tcp, store: "memory:".into(), ..Config::default() };
    config.max_connections_per_address = config.max_connections;
    let engine: Engine = App::linked().build_with(config).expect("the classes fit together");
    let classes = engine.classes();
    println!("{:<36} {:>10}", "live classes", "ns");
    let mut there = 0;
    for count in [64, 1_000, 10_000, MANY] {
        let begun = Instant::now();
        for at in there..count {
            add(&classes, at);
        }
        let each = begun.elapsed().as_nanos() / (count - there).max(1) as u128;
        there = count;
        let nanoseconds = find(&classes, count);
        println!("{:<36} {nanoseconds:>10.1}", format!("find one of {count}"));
        println!("{:<36} {each:>10}", format!("make and add one, up to {count}"));
    }
    let serving = engine.serve().await.expect("a port");
    let address = serving.tcp_address().expect("an address");
    let quiet = send(address, None).await;
    let changing = send(address, Some(classes)).await;
    println!("\n{:<36} {:>12} {:>12} {:>12}", "64 connections, one at a time", "messages", "p99 µs", "longest µs");
    for (name, row) in [("nothing changes", &quiet), ("classes come and go", &changing)] {
        let micros = |duration: Duration| duration.as_micros();
        println!("{name:<36} {:>12} {:>12} {:>12}", row.count, micros(row.p99), micros(row.longest));
    }
    println!(
        "{} changes, the longest {} µs; {} faults",
        changing.changes,
        changing.change.as_micros(),
        changing.faults
    );
    let kept = changing.faults == 0 && changing.change < STALL;
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn class(at: usize) -> Class {
    let echo = |message: AnyMessage, _: &Scope<'_>| -> Result<AnyMessage, Error> { Ok(message) };
    let class = Class::define(format!("Live{at}")).field(("text", Type::Text)).respond(echo);
    class.create().expect("a class")
}

fn add(classes: &Classes, at: usize) {
    classes.add(&class(at), Terms::default()).expect("a name that is free");
}

/// Nanoseconds to find a class by its name, at random: names are made beforehand.
fn find(classes: &Classes, count: usize) -> f64 {
    let mut state = 1_u64;
    let names: Vec<String> = (0..10_000)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            format!("Live{}", (state >> 33) as usize % count)
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

#[derive(Default)]
struct Row {
    count: usize,
    faults: usize,
    p99: Duration,
    longest: Duration,
    changes: usize,
    change: Duration,
}

/// Sends from all connections for a while; meanwhile classes come and go, where there are any.
async fn send(address: std::net::SocketAddr, classes: Option<Classes>) -> Row {
    let done = Arc::new(AtomicBool::new(false));
    let changer = classes.map(|classes| {
        let done = Arc::clone(&done);
        std::thread::spawn(move || change(&classes, &done))
    });
    let senders: Vec<_> = (0..CONNECTIONS).map(|at| tokio::spawn(connection(address, at))).collect();
    let (mut times, mut row) = (Vec::new(), Row::default());
    for sender in senders {
        let (sent, faults) = sender.await.expect("a sender").expect("a connection");
        times.extend(sent);
        row.faults += faults;
    }
    done.store(true, Ordering::Relaxed);
    if let Some(changer) = changer {
        (row.changes, row.change) = changer.join().expect("the changes");
    }
    times.sort_unstable();
    row.count = times.len();
    row.p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
    row.longest = times.last().copied().unwrap_or_default();
    row
}

/// Adds and removes classes; how many, and what the longest change took.
fn change(classes: &Classes, done: &AtomicBool) -> (usize, Duration) {
    let (mut changes, mut longest) = (0, Duration::ZERO);
    while !done.load(Ordering::Relaxed) {
        let (at, made) = (MANY + changes, class(MANY + changes));
        let begun = Instant::now();
        classes.add(&made, Terms::default()).expect("a name that is free");
        let added = begun.elapsed();
        classes.remove(&format!("Live{at}")).expect("it was added");
        longest = longest.max(added).max(begun.elapsed() - added);
        changes += 1;
    }
    (changes, longest)
}

/// One connection that sends compiled and live messages in turn; how long each took, and the faults.
async fn connection(address: std::net::SocketAddr, at: usize) -> std::io::Result<(Vec<Duration>, usize)> {
    let mut socket = BufReader::new(TcpStream::connect(address).await?);
    socket.get_ref().set_nodelay(true)?;
    let (mut times, mut faults, mut line) = (Vec::new(), 0, String::new());
    let until = Instant::now() + TIME;
    while Instant::now() < until {
        let name =
            if times.len() % 2 == 0 { "Ping".to_owned() } else { format!("Live{}", (at * 997 + times.len()) % MANY) };
        let begun = Instant::now();
        socket.get_mut().write_all(format!("{{\"{name}\":{{\"text\":\"a\"}}}}\n").as_bytes()).await?;
        line.clear();
        socket.read_line(&mut line).await?;
        times.push(begun.elapsed());
        faults += usize::from(line.contains("Fault"));
    }
    Ok((times, faults))
}
