//! The servers. Each prints its port, and serves until it is ended.

mod actix;
mod axum;
mod converse;
mod lines;

use std::future::Future;
use std::process::ExitCode;

/// A server: its name, and what runs it.
type Peer = (&'static str, fn());

const PEERS: [Peer; 7] = [
    ("converse-http", converse::http),
    ("converse-tcp", converse::tcp),
    ("actix", actix::http),
    ("axum", axum::http),
    ("axum-ws", axum::websocket),
    ("tokio-serde", lines::serde),
    ("tokio-echo", lines::echo),
];

pub(crate) fn serve(name: &str) -> ExitCode {
    match PEERS.iter().find(|(peer, _)| *peer == name) {
        Some((_, run)) => {
            run();
            ExitCode::SUCCESS
        }
        None => {
            eprintln!("error: there is no peer {name:?}");
            ExitCode::from(2)
        }
    }
}

/// Says where a server listens, for whoever started it.
fn listening(port: u16) {
    println!("{port}");
}

/// One thread for all: every server has one core.
fn alone(server: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(server);
}
