//! The servers. Each prints its port, and serves until it is ended.

mod actix;
mod axum;
mod converse;
mod jsonrpsee;
mod lines;

use std::future::Future;
use std::process::ExitCode;

use crate::load::Protocol;
use crate::shop::{GUIDE, JSON_RPC, SIGN_IN};

/// A server.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) speaks: Protocol,
    /// What it is sent.
    pub(crate) hears: &'static str,
    pub(crate) run: Run,
}

/// What runs a server.
pub(crate) enum Run {
    /// This program, told to.
    Here(fn()),
    /// A program in Python, and what it is told.
    Python(&'static str, &'static [&'static str]),
}

const fn peer(name: &'static str, speaks: Protocol, hears: &'static str, run: Run) -> Peer {
    Peer { name, speaks, hears, run }
}

use Protocol::{Http, Lines, WebSocket};
use Run::{Here, Python};

const PEERS: &[Peer] = &[
    peer("converse-http", Http, SIGN_IN, Here(converse::http)),
    peer("converse-ws", WebSocket, SIGN_IN, Here(converse::http)),
    peer("converse-ws-guide", WebSocket, GUIDE, Here(converse::http)),
    peer("converse-tcp", Lines, SIGN_IN, Here(converse::tcp)),
    peer("converse-tcp-guide", Lines, GUIDE, Here(converse::tcp)),
    peer("actix", Http, SIGN_IN, Here(actix::http)),
    peer("axum", Http, SIGN_IN, Here(axum::http)),
    peer("axum-ws", WebSocket, SIGN_IN, Here(axum::websocket)),
    peer("jsonrpsee", Http, JSON_RPC, Here(jsonrpsee::both)),
    peer("jsonrpsee-ws", WebSocket, JSON_RPC, Here(jsonrpsee::both)),
    peer("fastapi", Http, SIGN_IN, Python("fastapi_http.py", &[])),
    peer("guide-tcp", Lines, GUIDE, Python("guide.py", &["tcp"])),
    peer("guide-ws", WebSocket, GUIDE, Python("guide.py", &["websocket"])),
    peer("tokio-serde", Lines, SIGN_IN, Here(lines::serde)),
    peer("tokio-echo", Lines, SIGN_IN, Here(lines::echo)),
];

/// The server with this name.
pub(crate) fn find(name: &str) -> Result<&'static Peer, String> {
    PEERS.iter().find(|peer| peer.name == name).ok_or_else(|| format!("there is no peer {name:?}"))
}

/// Is a server, until it is ended.
pub(crate) fn serve(name: &str) -> ExitCode {
    match find(name).map(|peer| &peer.run) {
        Ok(Here(run)) => {
            run();
            ExitCode::SUCCESS
        }
        Ok(Python(..)) => {
            eprintln!("error: {name:?} is a program in Python");
            ExitCode::from(2)
        }
        Err(why) => {
            eprintln!("error: {why}");
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
