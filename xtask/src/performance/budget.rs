//! The budgets: what a ratio must be and what it is to become, beside what was last measured.

use std::fmt::Write as _;

use super::parts::Part;
use super::record::Record;

/// One budget, and the figure of a part that it is of.
struct Budget {
    what: &'static str,
    part: &'static str,
    figure: &'static str,
    bound: Bound,
    must: f64,
    aim: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    AtMost,
    AtLeast,
}

use Bound::{AtLeast, AtMost};

const fn budget(
    what: &'static str,
    part: &'static str,
    figure: &'static str,
    bound: Bound,
    must: f64,
    aim: f64,
) -> Budget {
    Budget { what, part, figure, bound, must, aim }
}

const BUDGETS: &[Budget] = &[
    budget("one message, 2 classes, the worst row", "in-process", "worst-2", AtMost, 0.85, 0.65),
    budget("one message, 64 classes, the worst row", "in-process", "worst-64", AtMost, 0.85, 0.65),
    budget("one message, a mix of 1,000 classes", "thousand", "worst-1000", AtMost, 0.60, 0.40),
    budget("allocations that converse adds", "in-process", "allocations-added", AtMost, 0.0, 0.0),
    budget("HTTP, to actix-web", "http", "http-actix", AtLeast, 0.95, 1.10),
    budget("WebSocket, 32 in flight, to axum", "websocket", "websocket-32", AtLeast, 1.2, 1.6),
    budget("TCP, 32 in flight, to tokio and serde", "tcp", "tcp-32", AtLeast, 0.90, 1.0),
    budget("idle WebSocket connection, KiB", "idle", "idle-websocket", AtMost, 10.0, 3.0),
    budget("idle HTTP connection, KiB", "idle", "idle-http", AtMost, 22.0, 10.0),
    budget("idle TCP connection, KiB", "idle", "idle-tcp", AtMost, 6.0, 3.0),
    budget("SQLite, 64 connections, to one commit each", "store", "sqlite-64", AtLeast, 10.0, 30.0),
    budget("SQLite, 1 connection, to one commit each", "store", "sqlite-1", AtLeast, 0.6, 0.9),
    budget("PostgreSQL, 64 connections, to one commit each", "postgres", "postgres-64", AtLeast, 3.0, 6.0),
    budget("kept check of the class model, ns", "class-model", "kept-check", AtMost, 10.0, 3.0),
    budget("start with 10,000 classes, ms", "start", "start-10000", AtMost, 200.0, 50.0),
    budget("longest message while classes change, ms", "live", "live-stall", AtMost, 5.0, 1.0),
    budget("longest change among 100,000 classes, ms", "live", "live-change", AtMost, 5.0, 1.0),
    budget("100 classes, dev build, to serde", "compile-time", "compile-dev", AtMost, 1.0, 0.6),
    budget("100 classes, release build, to serde", "compile-time", "compile-release", AtMost, 0.6, 0.3),
    budget("a hello program, cold debug build, to axum", "hello", "hello-cold", AtMost, 1.5, 1.0),
];

/// All budgets as a table.
pub(super) fn table(records: &[(&Part, Option<Record>)]) -> String {
    let mut table = format!("{:<46} {:>8} {:>8} {:>8}  {:<12} {}\n", "what", "figure", "must", "aim", "", "measured");
    for budget in BUDGETS {
        let record = records.iter().find(|(part, _)| part.name == budget.part).and_then(|(_, record)| record.as_ref());
        let figure = record.and_then(|record| record.figure(budget.figure));
        let shown = figure.map_or("-".to_owned(), number);
        let of = record.filter(|_| figure.is_some()).map_or_else(
            || format!("--only {}", budget.part),
            |record| format!("{} at {}", record.date, record.commit),
        );
        let sign = if budget.bound == AtMost { "≤" } else { "≥" };
        // Writing to a text cannot fail.
        let _ = writeln!(
            table,
            "{:<46} {shown:>8} {:>8} {:>8}  {:<12} {of}",
            budget.what,
            format!("{sign} {}", number(budget.must)),
            format!("{sign} {}", number(budget.aim)),
            budget.verdict(figure),
        );
    }
    table
}

impl Budget {
    fn verdict(&self, figure: Option<f64>) -> &'static str {
        let Some(figure) = figure else { return "not measured" };
        let keeps = |limit| if self.bound == AtMost { figure <= limit } else { figure >= limit };
        match (keeps(self.aim), keeps(self.must)) {
            (true, _) => "met, and aim",
            (false, true) => "met",
            (false, false) => "MISSED",
        }
    }
}

/// As many digits as somebody reads.
fn number(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

#[cfg(test)]
mod tests {
    use super::super::parts::PARTS;
    use super::*;

    #[test]
    fn every_budget_is_of_a_part_and_its_aim_is_no_less_than_its_must() {
        for budget in BUDGETS {
            assert!(PARTS.iter().any(|part| part.name == budget.part), "{}", budget.what);
            assert_ne!(budget.verdict(Some(budget.must)), "MISSED", "{}", budget.what);
            assert_eq!(budget.verdict(Some(budget.aim)), "met, and aim", "{}", budget.what);
        }
    }

    #[test]
    fn the_table_tells_met_from_missed_and_from_not_measured() {
        let (first, others) = PARTS.split_first().unwrap();
        let record = Record { date: "2026-01-02".into(), commit: "abc".into(), ..Record::default() };
        let record = record.with_printed("figure worst-2 0.6\nfigure worst-64 0.86");
        let mut records = vec![(first, Some(record))];
        records.extend(others.iter().map(|part| (part, None)));
        let table = table(&records);
        let line = |what: &str| table.lines().find(|line| line.starts_with(what)).unwrap().to_owned();
        assert!(line("one message, 2").ends_with("met, and aim 2026-01-02 at abc"));
        assert!(line("one message, 64").contains("  MISSED "));
        assert!(line("allocations").ends_with("not measured --only in-process"));
    }
}
