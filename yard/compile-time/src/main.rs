//! What 100 classes add to the time of a build: converse's `#[message]` and `#[respond]` against serde
//! derives and a map of functions, with the same shapes.
//!
//! Two programs of each kind are built, one with the classes and one without; the difference is what
//! the classes add. One job at a time, and processor time rather than the clock's, so that other work
//! on the machine matters little. Only the program itself is built anew, never what it depends on.

mod cargo;
mod programs;

use std::process::ExitCode;

use cargo::Workspace;

/// How many classes are added.
const CLASSES: usize = 100;
/// How often each program is built; the median counts.
const ROUNDS: usize = 3;

fn main() -> ExitCode {
    let json = std::env::args().any(|argument| argument == "--json");
    match measure() {
        Ok(rows) => {
            print(&rows, json);
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Seconds that the classes add, in one profile.
struct Row {
    profile: &'static str,
    serde: f64,
    converse: f64,
    must: f64,
}

fn measure() -> Result<Vec<Row>, String> {
    let workspace = Workspace::write(&programs::all(CLASSES))?;
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
        let medians: Vec<f64> = seconds.into_iter().map(median).collect();
        let [without_serde, serde, without_converse, converse] = medians[..] else {
            return Err("there are four programs".to_owned());
        };
        rows.push(Row { profile, serde: serde - without_serde, converse: converse - without_converse, must });
    }
    Ok(rows)
}

fn print(rows: &[Row], json: bool) {
    let ratio = |row: &Row| row.converse / row.serde;
    if json {
        let rows: Vec<String> = rows
            .iter()
            .map(|row| {
                let Row { profile, serde, converse, must } = row;
                let ratio = ratio(row);
                format!(
                    "  {{\"profile\":{profile:?},\"classes\":{CLASSES},\"serde_s\":{serde:.2},\
                     \"converse_s\":{converse:.2},\"ratio\":{ratio:.3},\"must\":{must}}}"
                )
            })
            .collect();
        println!("[\n{}\n]", rows.join(",\n"));
        return;
    }
    println!("{:<8} {:>7} {:>9} {:>9} {:>6} {:>6}", "profile", "classes", "serde s", "converse", "ratio", "must");
    for row in rows {
        let met = if ratio(row) <= row.must { "met" } else { "missed" };
        println!(
            "{:<8} {CLASSES:>7} {:>9.2} {:>9.2} {:>6.2} {:>6.2}  {met}",
            row.profile,
            row.serde,
            row.converse,
            ratio(row),
            row.must,
        );
    }
    for row in rows {
        println!("figure compile-{} {:.3}", row.profile, ratio(row));
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
