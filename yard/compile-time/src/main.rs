//! What 100 classes add to the time of a build: converse's `#[message]` and `#[respond]` against serde
//! derives and a map of functions, with the same shapes.
//!
//! Two programs of each kind are built, one with the classes and one without; the difference is what
//! the classes add. One job at a time, and processor time rather than the clock's, so that other work
//! on the machine matters little. Only the program itself is built anew, never what it depends on.
//!
//! With `--hello`: what the first program of a user takes, with all that it depends on.

mod cargo;
mod hello;
mod programs;

use std::process::ExitCode;

use cargo::{Took, Workspace};

/// How many classes are added.
const CLASSES: usize = 100;
/// How often each program is built; the median counts.
const ROUNDS: usize = 3;

fn main() -> ExitCode {
    let told = |word: &str| std::env::args().any(|argument| argument == word);
    let measured = if told("--hello") {
        hello::measure().map(hello::print)
    } else {
        measure().map(|rows| print(&rows, told("--json")))
    };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Seconds that the classes add, in one profile.
struct Row {
    profile: &'static str,
    serde: Took,
    converse: Took,
    must: f64,
}

fn measure() -> Result<Vec<Row>, String> {
    let workspace = Workspace::write("converse-compile-time", &programs::all(CLASSES))?;
    let mut rows = Vec::new();
    for (profile, must) in [("dev", 1.0), ("release", 0.6)] {
        let names: Vec<&str> = programs::NAMES.to_vec();
        // The first build is of the dependencies.
        for name in &names {
            workspace.build(name, profile)?;
        }
        let mut seconds = vec![Vec::new(); names.len()];
        for _ in 0..ROUNDS {
            for (name, seconds) in names.iter().zip(&mut seconds) {
                workspace.forget(name, profile)?;
                seconds.push(workspace.build(name, profile)?);
            }
        }
        let medians: Vec<Took> = seconds.iter().map(|took| Took::median(took)).collect();
        let [without_serde, serde, without_converse, converse] = medians[..] else {
            return Err("there are four programs".to_owned());
        };
        rows.push(Row { profile, serde: serde.above(without_serde), converse: converse.above(without_converse), must });
    }
    Ok(rows)
}

fn print(rows: &[Row], json: bool) {
    let ratio = |row: &Row| row.converse.processor / row.serde.processor;
    if json {
        let rows: Vec<String> = rows
            .iter()
            .map(|row| {
                let Row { profile, must, .. } = row;
                let (serde, converse, ratio) = (row.serde.processor, row.converse.processor, ratio(row));
                format!(
                    "  {{\"profile\":{profile:?},\"classes\":{CLASSES},\"serde_s\":{serde:.2},\
                     \"converse_s\":{converse:.2},\"ratio\":{ratio:.3},\"must\":{must}}}"
                )
            })
            .collect();
        println!("[\n{}\n]", rows.join(",\n"));
        return;
    }
    println!(
        "{:<8} {:>7} {:>9} {:>9} {:>6} {:>6}  {:<6} by the clock",
        "profile", "classes", "serde s", "converse", "ratio", "must", ""
    );
    for row in rows {
        let met = if ratio(row) <= row.must { "met" } else { "missed" };
        println!(
            "{:<8} {CLASSES:>7} {:>9.2} {:>9.2} {:>6.2} {:>6.2}  {met:<6} {:>6.2} {:>6.2}",
            row.profile,
            row.serde.processor,
            row.converse.processor,
            ratio(row),
            row.must,
            row.serde.clock,
            row.converse.clock,
        );
    }
    for row in rows {
        println!("figure compile-{} {:.3}", row.profile, ratio(row));
    }
}

impl Took {
    /// What of it is beyond that of another build.
    fn above(self, other: Took) -> Took {
        Took { processor: self.processor - other.processor, clock: self.clock - other.clock }
    }

    /// The median of the processor's times, and that of the clock's.
    fn median(builds: &[Took]) -> Took {
        let of = |time: fn(&Took) -> f64| {
            let mut times: Vec<f64> = builds.iter().map(time).collect();
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        };
        Took { processor: of(|took| took.processor), clock: of(|took| took.clock) }
    }
}
