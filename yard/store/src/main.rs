//! Messages a second whose reply says that a row is safe against a loss of power, at 1, 8 and 64 connections in memory;
//! against the same row by other means. All write ahead with `synchronous=FULL`, in one folder: the first argument, which
//! should be on a disk.
//!
//! converse goes the whole way of a message: JSON, checks, handler, unit of work, commit, reply, client.

mod ours;
mod process;
mod rusqlite;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// How long one side is measured before it is the other's turn.
const TURN: Duration = Duration::from_millis(400);
const ROUNDS: usize = 9;

/// Committed rows a second, with so many connections, in one turn.
type Side = Box<dyn FnMut(usize) -> f64>;

/// What converse is measured against.
struct Peer {
    name: &'static str,
    /// What the figure of a budget is called that is of this peer.
    figure: Option<&'static str>,
    side: Side,
}

fn main() -> ExitCode {
    let beside = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = beside.join(format!("converse-yard-store-{}", std::process::id()));
    let made = std::fs::create_dir_all(&folder).map_err(|why| format!("{}: {why}", folder.display()));
    let measured = made.and_then(|()| sqlite(&folder));
    // What is left behind stands in the folder for temporary things.
    let _ = std::fs::remove_dir_all(&folder);
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn sqlite(folder: &Path) -> Result<(), String> {
    let place = |name: &str| folder.join(name);
    let peer = |name, side| Peer { name, figure: None, side };
    let peers = [
        Peer { figure: Some("sqlite"), ..peer("rusqlite, one each", rusqlite::side(&place("single.db"), 1)) },
        peer("rusqlite, by 100", rusqlite::side(&place("hundred.db"), 100)),
        peer("sqlx, one each", process::sqlx(&place("sqlx.db"))?),
        peer("SQLAlchemy, one each", process::sqlalchemy(&place("sqlalchemy.db"))?),
    ];
    let url = format!("sqlite://{}", place("converse.db").display());
    compare(|connections| ours::side(&url, connections), peers);
    Ok(())
}

/// Everybody takes turns, and a ratio is the median of the rounds' ratios.
fn compare(ours: impl Fn(usize) -> Side, peers: impl Into<Vec<Peer>>) {
    let mut peers = peers.into();
    println!("{:>11} {:<24} {:>10} {:>11} {:>7}", "connections", "peer", "peer/s", "converse/s", "ratio");
    for connections in [1, 8, 64] {
        let mut ours = ours(connections);
        let (mut mine, mut others) = (Vec::new(), vec![Vec::new(); peers.len()]);
        for _ in 0..ROUNDS {
            mine.push(ours(connections));
            for (peer, others) in peers.iter_mut().zip(&mut others) {
                others.push((peer.side)(connections));
            }
        }
        for (peer, others) in peers.iter().zip(others) {
            let ratio = median(mine.iter().zip(&others).map(|(our, other)| our / other).collect());
            let (our, other) = (median(mine.clone()), median(others));
            println!("{connections:>11} {:<24} {other:>10.0} {our:>11.0} {ratio:>7.2}", peer.name);
            if let Some(figure) = peer.figure {
                println!("figure {figure}-{connections} {ratio:.3}");
            }
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
