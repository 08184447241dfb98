//! The results, for people and for machines.

use std::collections::BTreeSet;

use crate::row::{Outcome, Row};

/// Prints one table.
pub(crate) fn print(results: &[(&Row<'_>, Outcome)]) {
    println!(
        "{:<14} {:>7} {:>7} {:>10} {:>10} {:>6} {:>6}  {:<6} {:>11} {:>6}",
        "message", "classes", "bytes", "enum ns", "converse", "ratio", "must", "", "allocations", "added"
    );
    for (row, outcome) in results {
        println!(
            "{:<14} {:>7} {:>7} {:>10.0} {:>10.0} {:>6.2} {:>6.2}  {:<6} {:>5.1} {:>5.1} {:>6.1}",
            row.name,
            row.classes,
            outcome.bytes,
            outcome.bound_ns,
            outcome.converse_ns,
            outcome.ratio,
            row.must,
            if outcome.ratio <= row.must { "met" } else { "missed" },
            outcome.bound_allocations,
            outcome.converse_allocations,
            outcome.added(),
        );
    }
    print_figures(results);
}

/// The figures that budgets are of: the worst ratio for each number of classes, and the most allocations added.
fn print_figures(results: &[(&Row<'_>, Outcome)]) {
    let worst = |figures: &mut dyn Iterator<Item = f64>| figures.fold(f64::NEG_INFINITY, f64::max);
    let classes: BTreeSet<usize> = results.iter().map(|(row, _)| row.classes).collect();
    for classes in classes {
        let mut ratios = results.iter().filter(|(row, _)| row.classes == classes).map(|(_, outcome)| outcome.ratio);
        println!("figure worst-{classes} {:.3}", worst(&mut ratios));
    }
    let mut added = results.iter().map(|(_, outcome)| outcome.added());
    println!("figure allocations-added {:.2}", worst(&mut added));
}

/// Prints one JSON list.
pub(crate) fn print_json(results: &[(&Row<'_>, Outcome)]) {
    let rows: Vec<String> = results
        .iter()
        .map(|(row, outcome)| {
            format!(
                "  {{\"message\":{:?},\"classes\":{},\"bytes\":{},\"enum_ns\":{:.1},\"converse_ns\":{:.1},\
                 \"ratio\":{:.3},\"must\":{},\"enum_allocations\":{:.2},\"converse_allocations\":{:.2}}}",
                row.name,
                row.classes,
                outcome.bytes,
                outcome.bound_ns,
                outcome.converse_ns,
                outcome.ratio,
                row.must,
                outcome.bound_allocations,
                outcome.converse_allocations,
            )
        })
        .collect();
    println!("[\n{}\n]", rows.join(",\n"));
}

impl Outcome {
    /// Allocations a message that converse makes and the enum does not.
    fn added(&self) -> f64 {
        self.converse_allocations - self.bound_allocations
    }
}
