//! Classes of chance: the class model here and Python 3.11 make the same graphs, and give the same answers.
//!
//! `CONVERSE_SEED` makes another run, `CONVERSE_ROUNDS` (graphs) a longer one, `CONVERSE_PYTHON` names the Python.

#![allow(
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it expects by failing"
)]

mod graph;
mod steps;

use std::io::Write as _;
use std::process::{Command, Stdio};

use graph::{Chance, Graph};
use steps::Steps;

const SEED: u64 = 1;
const GRAPHS: u64 = 2000;

#[test]
fn random_graphs_answer_as_cpython_does() {
    let seed = number("CONVERSE_SEED", SEED);
    let graphs = number("CONVERSE_ROUNDS", GRAPHS);
    println!("seed {seed}: run it again with CONVERSE_SEED={seed}");
    let graphs: Vec<Vec<String>> = (0..graphs)
        .map(|graph| Graph::lines(Chance::new(seed.wrapping_mul(0x0100_0000).wrapping_add(graph))))
        .collect();
    let theirs = python(&graphs.concat());

    let mut theirs = theirs.lines();
    let (mut answers, mut undecided, mut differences) = (0, 0, Vec::new());
    for (at, lines) in graphs.iter().enumerate() {
        let mut steps = Steps::default();
        let mut agree = true;
        for (place, line) in lines.iter().enumerate() {
            let theirs = theirs.next().unwrap_or("nothing more: Python ended early");
            let ours = steps.answer(line);
            answers += 1;
            // What comes after a difference, in the same graph, may follow from it.
            if agree && ours != theirs {
                agree = false;
                if order_decides(&ours) && order_decides(theirs) {
                    undecided += 1;
                    continue;
                }
                let steps = lines[..=place].join("\n    ");
                differences.push(format!("graph {at}:\n    {steps}\n  converse: {ours}\n  CPython:  {theirs}"));
            }
        }
    }
    println!("{} graphs, {answers} answers, {undecided} for CPython's order of a set to decide", graphs.len());
    assert!(undecided * 500 <= graphs.len(), "{undecided} graphs say nothing");
    let count = differences.len();
    differences.sort_by_key(String::len);
    differences.truncate(5);
    assert_eq!(count, 0, "seed {seed}: {count} graphs differ; the shortest are\n{}", differences.join("\n\n"));
}

/// Whether an answer may be another if the classes registered with an abstract one are asked in another order. Here it
/// is that of their registration; in Python it is that of a set of addresses. One says yes, another fails.
fn order_decides(answer: &str) -> bool {
    let fails = ["RecursionError", "AssertionError: __subclasshook__ must"];
    answer == "True" || answer.contains(" is not asked about ") || fails.iter().any(|start| answer.starts_with(start))
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Python's answers, a line for each.
fn python(lines: &[String]) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cpython/answer.py");
    let mut child = Command::new(interpreter())
        .args(["-B", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it answered a moment ago");
    let mut input = child.stdin.take().expect("it is piped");
    let text = lines.join("\n") + "\n";
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("Python ends when its input does");
    writer.join().expect("writing does not panic").expect("Python reads all of it");
    assert!(output.status.success(), "answer.py failed: see above");
    String::from_utf8(output.stdout).expect("Python prints UTF-8")
}

/// A Python 3.11 of the usual kind: other versions have other protocols.
fn interpreter() -> String {
    let named = std::env::var("CONVERSE_PYTHON").ok();
    let candidates = named.into_iter().chain(["python3.11", "python3", "python"].map(str::to_owned));
    let check = "import sys; print(sys.implementation.name, *sys.version_info[:2])";
    for candidate in candidates {
        let answer = Command::new(&candidate).args(["-c", check]).output();
        if answer.is_ok_and(|answer| answer.stdout.trim_ascii() == b"cpython 3 11") {
            return candidate;
        }
    }
    panic!(
        "no CPython 3.11 is here: install one, name it in CONVERSE_PYTHON, or leave the test out with --skip cpython"
    );
}
