//! The command line that the benchmarks have in common.

use std::process::ExitCode;

use crate::row::Row;
use crate::table;

const USAGE: &str = "\
    --json                    print the results as JSON
    --rounds <number>         how many rounds a row has (201)
    --only <message>          measure only the rows of this message
    --profile <enum|converse> do not measure: send messages 20,000 times, for a profiler to look at";

/// Does what the command line says.
pub fn run(rows: &[Row<'_>]) -> ExitCode {
    match Arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => {
            arguments.run(rows);
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            eprintln!("error: {wrong}\n{USAGE}");
            ExitCode::FAILURE
        }
    }
}

struct Arguments {
    json: bool,
    rounds: usize,
    only: Option<String>,
    profile: Option<String>,
}

impl Arguments {
    fn read(mut given: impl Iterator<Item = String>) -> Result<Arguments, String> {
        let mut arguments = Arguments { json: false, rounds: 201, only: None, profile: None };
        while let Some(word) = given.next() {
            let mut value = || given.next().ok_or(format!("{word} needs a value"));
            match word.as_str() {
                "--json" => arguments.json = true,
                "--rounds" => arguments.rounds = value()?.parse().map_err(|why| format!("--rounds: {why}"))?,
                "--only" => arguments.only = Some(value()?),
                "--profile" => arguments.profile = Some(value()?),
                _ => return Err(format!("{word} is not known")),
            }
        }
        Ok(arguments)
    }

    fn run(&self, rows: &[Row<'_>]) {
        let chosen = rows.iter().filter(|row| self.only.as_ref().is_none_or(|only| row.name == only));
        if let Some(contender) = &self.profile {
            for row in chosen {
                let contender = if contender == "enum" { row.bound } else { row.converse };
                row.time(contender, 20_000 / row.messages.len());
            }
            return;
        }
        let results: Vec<_> = chosen.map(|row| (row, row.measure(self.rounds))).collect();
        if self.json { table::print_json(&results) } else { table::print(&results) }
    }
}
