//! Servers side by side under one load: sign-ins over HTTP, WebSocket and TCP, from 64 connections.
//!
//! Each server is a process of its own on one core, the load is this process on another. For a row, both sides of
//! it run in turns, and the ratio is the median of the turns' ratios. Trust no absolute figure.
//!
//! `--seconds <n>` and `--turns <n>` make a run longer, `--only <row>` leaves rows out, `--json` prints for
//! machines. `serve <peer>` is what this program starts of itself.

mod idle;
mod load;
mod peers;
mod process;
mod shop;
mod table;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("serve") {
        return peers::serve(&arguments.next().unwrap_or_default());
    }
    match table::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}
