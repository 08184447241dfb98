//! The class model's checks, class creation and attribute lookup, in nanoseconds, beside CPython's and a peer's.
//!
//! The contenders take turns, in one run; a figure is the median of its turns, without the loop around it. CPython is the one that
//! `CONVERSE_PYTHON` names, or `python3`.

mod model;
mod peers;

use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::time::Instant;

const TURNS: usize = 21;

fn main() -> ExitCode {
    let rows = match model::operations() {
        Ok(rows) => rows,
        Err(error) => {
            eprintln!("error: the classes cannot be made: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut python = Python::start();
    println!("{:36} {:>9} {:>6} {:>10} {:>7}  peer", "ns", "converse", "must", "CPython", "ratio");
    let mut slowest = 0_f64;
    for (name, must, operation) in rows {
        let row = measure(name, &operation, python.as_mut());
        let limit = must.map_or(String::new(), |must| format!("{must:.0}"));
        slowest = slowest.max(must.map_or(0.0, |_| row.ours));
        let theirs = row.python.map_or("-".into(), |ns| format!("{ns:.0}"));
        let ratio = row.python.map_or("-".into(), |ns| format!("{:.3}", row.ours / ns));
        let peer = row.peer.map_or(String::new(), |(peer, ns)| format!("{peer} {ns:.1}"));
        println!("{name:36} {:>9.1} {limit:>6} {theirs:>10} {ratio:>7}  {peer}", row.ours);
    }
    println!("figure kept-check {slowest:.1}");
    ExitCode::SUCCESS
}

struct Row {
    ours: f64,
    python: Option<f64>,
    peer: Option<(&'static str, f64)>,
}

fn measure(name: &str, operation: &model::Operation, mut python: Option<&mut Python>) -> Row {
    let peer = peers::peer(name);
    let (mut ours, mut theirs, mut peers) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TURNS {
        ours.push(time(|at| operation(at).expect("the operation succeeds")));
        if let Some(ns) = python.as_mut().and_then(|python| python.ask(name)) {
            theirs.push(ns);
        }
        if let Some((_, operation)) = &peer {
            peers.push(time(operation));
        }
    }
    let name = peer.map(|(name, _)| name);
    Row { ours: median(ours).unwrap_or(f64::NAN), python: median(theirs), peer: name.zip(median(peers)) }
}

/// Nanoseconds of one operation, without those of the loop.
fn time(operation: impl Fn(usize) -> bool) -> f64 {
    let once = Instant::now();
    black_box((0..64).filter(|at| operation(*at)).count());
    let rounds = (2_000_000 / once.elapsed().as_nanos().max(1)).clamp(4, 20_000) as usize;
    let start = Instant::now();
    let mut yes = 0;
    for at in 0..rounds * 64 {
        yes += usize::from(operation(black_box(at)));
    }
    let with = start.elapsed();
    black_box(yes);
    let start = Instant::now();
    for at in 0..rounds * 64 {
        black_box(at);
    }
    (with.saturating_sub(start.elapsed())).as_nanos() as f64 / (rounds * 64) as f64
}

fn median(mut figures: Vec<f64>) -> Option<f64> {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied()
}

struct Python {
    _child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Python {
    /// Nothing, and a word about it, if there is no Python.
    fn start() -> Option<Python> {
        let name = std::env::var("CONVERSE_PYTHON").unwrap_or("python3".into());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/python.py");
        let spawned = Command::new(&name).args(["-B", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        match spawned {
            Ok(mut child) => {
                let (questions, answers) = (child.stdin.take()?, BufReader::new(child.stdout.take()?));
                Some(Python { _child: child, questions, answers })
            }
            Err(error) => {
                eprintln!("without CPython: {name}: {error}; name one in CONVERSE_PYTHON");
                None
            }
        }
    }

    fn ask(&mut self, row: &str) -> Option<f64> {
        writeln!(self.questions, "{row}").ok()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer).ok()?;
        answer.trim().parse().ok().filter(|ns| *ns >= 0.0)
    }
}
