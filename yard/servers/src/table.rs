//! The rows, and how they are printed.

use std::time::Duration;

use crate::idle;
use crate::load;
use crate::process::Server;

/// Two servers under the same load, which speak the same.
struct Row {
    name: &'static str,
    depth: usize,
    /// Which is 1.00.
    peer: &'static str,
    converse: &'static str,
    /// The ratio that is to be reached; 0 where there is no budget.
    must: f64,
}

const fn row(name: &'static str, depth: usize, peer: &'static str, converse: &'static str, must: f64) -> Row {
    Row { name, depth, peer, converse, must }
}

const ROWS: &[Row] = &[
    row("http-actix", 1, "actix", "converse-http", 0.95),
    row("http-axum", 1, "axum", "converse-http", 0.0),
    row("http-jsonrpsee", 1, "jsonrpsee", "converse-http", 0.0),
    row("http-fastapi", 1, "fastapi", "converse-http", 0.0),
    row("http-actix-32", 32, "actix", "converse-http", 0.0),
    row("http-axum-32", 32, "axum", "converse-http", 0.0),
    row("http-jsonrpsee-32", 32, "jsonrpsee", "converse-http", 0.0),
    row("http-fastapi-32", 32, "fastapi", "converse-http", 0.0),
    row("websocket-32", 32, "axum-ws", "converse-ws", 1.2),
    row("websocket-jsonrpsee-32", 32, "jsonrpsee-ws", "converse-ws", 0.0),
    row("websocket-guide-32", 32, "guide-ws", "converse-ws-guide", 0.0),
    row("websocket", 1, "axum-ws", "converse-ws", 0.0),
    row("websocket-jsonrpsee", 1, "jsonrpsee-ws", "converse-ws", 0.0),
    row("websocket-guide", 1, "guide-ws", "converse-ws-guide", 0.0),
    row("tcp-32", 32, "tokio-serde", "converse-tcp", 0.9),
    row("tcp-echo-32", 32, "tokio-echo", "converse-tcp", 0.0),
    row("tcp-guide-32", 32, "guide-tcp", "converse-tcp-guide", 0.0),
    row("tcp", 1, "tokio-serde", "converse-tcp", 0.0),
    row("tcp-echo", 1, "tokio-echo", "converse-tcp", 0.0),
    row("tcp-guide", 1, "guide-tcp", "converse-tcp-guide", 0.0),
];

/// Idle memory: a row, who serves it, and the kibibytes a connection that must not be exceeded.
const IDLE: &[(&str, &str, f64)] = &[
    ("idle-websocket", "converse-ws", 10.0),
    ("idle-websocket", "axum-ws", 0.0),
    ("idle-websocket", "jsonrpsee-ws", 0.0),
    ("idle-websocket", "guide-ws", 0.0),
    ("idle-http", "converse-http", 22.0),
    ("idle-http", "actix", 0.0),
    ("idle-http", "axum", 0.0),
    ("idle-http", "jsonrpsee", 0.0),
    ("idle-http", "fastapi", 0.0),
    ("idle-tcp", "converse-tcp", 6.0),
    ("idle-tcp", "tokio-serde", 0.0),
    ("idle-tcp", "guide-tcp", 0.0),
];

struct Asked {
    time: Duration,
    turns: usize,
    only: Option<String>,
    json: bool,
}

fn asked() -> Result<Asked, String> {
    let mut asked = Asked { time: Duration::from_secs(1), turns: 7, only: None, json: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(flag) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{flag} takes a value"));
        match flag.as_str() {
            "--seconds" => asked.time = Duration::from_secs(value()?.parse().map_err(|_| "--seconds takes a number")?),
            "--turns" => asked.turns = value()?.parse().map_err(|_| "--turns takes a number")?,
            "--only" => asked.only = Some(value()?),
            "--json" => asked.json = true,
            _ => return Err(format!("there is no flag {flag}; there are --seconds, --turns, --only and --json")),
        }
    }
    Ok(asked)
}

pub(crate) fn run() -> Result<(), String> {
    let asked = asked()?;
    // The load has a core of its own.
    pin()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|why| why.to_string())?;
    let chosen = |name: &str| asked.only.as_deref().is_none_or(|only| name.starts_with(only));
    if !asked.json && ROWS.iter().any(|row| chosen(row.name)) {
        println!(
            "{:<22} {:>5} {:<12} {:>11} {:>11} {:>6} {:>5}",
            "row", "depth", "peer", "peer /s", "converse /s", "ratio", "must"
        );
    }
    for row in ROWS.iter().filter(|row| chosen(row.name)) {
        runtime.block_on(measure(row, &asked))?;
    }
    if !asked.json && IDLE.iter().any(|(name, ..)| chosen(name)) {
        println!("\n{:<14} {:<14} {:>8} {:>5}", "idle", "server", "KiB each", "must");
    }
    for (name, peer, must) in IDLE.iter().filter(|(name, ..)| chosen(name)) {
        let server = Server::start(peer)?;
        let kib = runtime.block_on(idle::run(&server)).map_err(|why| format!("{peer}: {why}"))?;
        if asked.json {
            println!("{{\"idle\":\"{name}\",\"server\":\"{peer}\",\"kib\":{kib:.2},\"must\":{must}}}");
        } else {
            println!("{name:<14} {peer:<14} {kib:>8.1} {must:>5.0}  {}", verdict(*must, kib <= *must));
            if *must > 0.0 {
                println!("figure {name} {kib:.2}");
            }
        }
    }
    Ok(())
}

async fn measure(row: &Row, asked: &Asked) -> Result<(), String> {
    let (peer, converse) = (Server::start(row.peer)?, Server::start(row.converse)?);
    let load = async |server: &Server| {
        load::run(server.peer, server.port, row.depth, asked.time).await.map_err(|why| format!("{}: {why}", row.name))
    };
    let (mut peers, mut converses, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 0..asked.turns {
        // Whoever is second finds a warmer machine: take turns in that too.
        let (one, other) = if turn % 2 == 0 {
            let one = load(&peer).await?;
            (one, load(&converse).await?)
        } else {
            let other = load(&converse).await?;
            (load(&peer).await?, other)
        };
        peers.push(one);
        converses.push(other);
        ratios.push(other / one);
    }
    let (peer, converse, ratio) = (median(peers), median(converses), median(ratios));
    let Row { name, depth, must, .. } = row;
    if asked.json {
        println!(
            "{{\"row\":\"{name}\",\"depth\":{depth},\"peer\":\"{}\",\"peer_per_s\":{peer:.0},\"converse_per_s\":{converse:.0},\"ratio\":{ratio:.3},\"must\":{must}}}",
            row.peer
        );
    } else {
        let verdict = verdict(*must, ratio >= *must);
        println!(
            "{name:<22} {depth:>5} {:<12} {peer:>11.0} {converse:>11.0} {ratio:>6.2} {must:>5.2}  {verdict}",
            row.peer
        );
        if *must > 0.0 {
            println!("figure {name} {ratio:.3}");
        }
    }
    Ok(())
}

fn verdict(must: f64, met: bool) -> &'static str {
    match (must > 0.0, met) {
        (false, _) => "",
        (true, true) => "met",
        (true, false) => "missed",
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

/// Moves this process to the second core.
fn pin() -> Result<(), String> {
    let id = std::process::id().to_string();
    let done = std::process::Command::new("taskset").args(["-cp", "1", &id]).output();
    match done {
        Ok(output) if output.status.success() => Ok(()),
        _ => Err("taskset cannot be run; this takes Linux, util-linux and two cores".to_owned()),
    }
}
