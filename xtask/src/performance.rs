//! `cargo xtask performance`: runs the yard and writes what it printed to `docs/performance.md`.
//!
//! Ratios are all that counts, and only those of one run: the page says on what machine it was, and nothing of it is
//! checked by the tests.

use std::fmt::Write as _;
use std::process::Command;

use crate::process::{ask, cargo, read};
use crate::{Failure, House};

const PAGE: &str = "docs/performance.md";

/// A part of the yard: its package, and what it measures.
struct Part {
    package: &'static str,
    title: &'static str,
}

const PARTS: &[Part] = &[
    Part { package: "in-process", title: "One message in one process" },
    Part { package: "servers", title: "Servers under one load, and their idle connections" },
    Part { package: "store", title: "Messages that are safe, a second" },
    Part { package: "class-model", title: "The class model beside Python's" },
    Part { package: "client", title: "One client over loopback" },
    Part { package: "overload", title: "1 to 10 times what a server can answer" },
    Part { package: "live", title: "Live classes" },
    Part { package: "start", title: "A start with 10,000 classes" },
    Part { package: "compile-time", title: "What 100 classes add to a build" },
    Part { package: "thousand", title: "A random mix of 1,000 classes" },
];

pub(crate) fn run(house: &House, arguments: &[String]) -> Result<(), Failure> {
    let parts = choose(arguments)?;
    let mut page = head(house);
    for part in parts {
        println!("{}: {}", part.package, part.title);
        let arguments = ["run", "--release", "--quiet", "--manifest-path", "yard/Cargo.toml", "-p", part.package];
        let printed =
            read(&mut cargo(house, &arguments), "mend what it says above; yard/README.md tells of each part")?;
        print!("{printed}");
        // Writing to a text cannot fail.
        let _ =
            write!(page, "\n## {}\n\n`cargo run --release -p {}`\n\n```text\n{printed}```\n", part.title, part.package);
    }
    let failed = |why: std::io::Error| Failure::new(format!("{PAGE}: {why}"), "make the file writable");
    std::fs::write(house.root.join(PAGE), page).map_err(failed)
}

/// The parts that are named; all, if none is.
fn choose(names: &[String]) -> Result<Vec<&'static Part>, Failure> {
    if names.is_empty() {
        return Ok(PARTS.iter().collect());
    }
    let find = |name: &String| {
        let unknown = || {
            let known = crate::known(PARTS.iter().map(|part| part.package));
            Failure::new(format!("the yard has no part `{name}`"), format!("known are {known}"))
        };
        PARTS.iter().find(|part| part.package == name).ok_or_else(unknown)
    };
    names.iter().map(find).collect()
}

fn head(house: &House) -> String {
    let rustc = ask(Command::new("rustc").arg("--version")).unwrap_or_default();
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let commit = ask(Command::new("git").args(["rev-parse", "--short", "HEAD"]).current_dir(&house.root));
    format!(
        "# Performance\n\nWritten by `cargo xtask performance` at commit {}, with {} on {cores} cores of a {}.\n\n\
         Ratios are what counts: both sides of a row ran in turns, in one run. Figures of different rows, runs or \
         machines cannot be compared. What is measured, and against whom, is told in \
         [the yard's README](../yard/README.md).\n",
        commit.unwrap_or_default().trim(),
        rustc.trim(),
        model.trim_start_matches([':', '\t', ' ']),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_is_none_is_answered_with_those_there_are() {
        let failure = choose(&["severs".to_owned()]).map(|_| ()).map_err(|failure| failure.to_string());
        let known = "in-process, servers, store, class-model, client, overload, live, compile-time, thousand";
        assert_eq!(failure, Err(format!("the yard has no part `severs`: known are {known}")));
        assert_eq!(choose(&["client".to_owned()]).map(|parts| parts.len()), Ok(1));
        assert_eq!(choose(&[]).map(|parts| parts.len()), Ok(PARTS.len()));
    }
}
