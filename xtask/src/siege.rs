//! `cargo xtask siege`: whether what was acknowledged is safe, tried for half an hour.
//!
//! Each part is a script of `conformance/e2e/`, which prints what it saw. The test command runs most of them too, for a
//! few seconds.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::debian::{POSTGRES, Program};
use crate::example::server;
use crate::process::run_within;
use crate::venv::Venv;
use crate::{Failure, House, known};

/// A row of the table of parts.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// The script, in `conformance/e2e/`; several parts may have one.
    pub(crate) script: &'static str,
    /// How often it does what it does, and on which store if not on SQLite.
    times: u32,
    arguments: &'static [&'static str],
    /// How often the test command does it, if it does.
    pub(crate) tested: Option<u32>,
    /// What it runs besides the server.
    needs: &'static [Program],
    /// It has hung if it takes longer.
    limit: Duration,
}

const EXT4: Program = Program { name: "mkfs.ext4", package: "e2fsprogs", idle: "-V" };
const XFS: Program = Program { name: "mkfs.xfs", package: "xfsprogs", idle: "-V" };
const STRACE: Program = Program { name: "strace", package: "strace", idle: "--version" };

const ON_POSTGRES: &[&str] = &["--store", "postgres"];

/// Every part, in order.
pub(crate) const PARTS: &[Part] = &[
    Part {
        name: "kill",
        about: "killed (SIGKILL) under load on every transport",
        script: "kill.py",
        times: 1000,
        arguments: &[],
        tested: Some(20),
        needs: &[],
        limit: Duration::from_mins(10),
    },
    Part {
        name: "power",
        about: "the power cut under load",
        script: "power.py",
        times: 100,
        arguments: &[],
        tested: None,
        needs: &[EXT4, XFS, STRACE],
        limit: Duration::from_mins(10),
    },
    Part {
        name: "fail",
        about: "syncs and writes that fail (EIO), each the n-th",
        script: "fail.py",
        times: 50,
        arguments: &[],
        tested: Some(3),
        needs: &[STRACE],
        limit: Duration::from_mins(10),
    },
    Part {
        name: "room",
        about: "a disk that is full under load, and is not any more",
        script: "room.py",
        times: 20,
        arguments: &[],
        tested: Some(1),
        needs: &[],
        limit: Duration::from_mins(5),
    },
    Part {
        name: "together",
        about: "eight servers that start at once on one new file",
        script: "together.py",
        times: 50,
        arguments: &[],
        tested: Some(3),
        needs: &[],
        limit: Duration::from_mins(5),
    },
    Part {
        name: "migrate",
        about: "killed at every write and sync of a start that makes tables, or changes them",
        script: "migrate.py",
        times: 1000,
        arguments: &[],
        tested: Some(3),
        needs: &[STRACE],
        limit: Duration::from_mins(5),
    },
    Part {
        name: "kill-postgres",
        about: "as kill, on PostgreSQL, whose server is killed as well",
        script: "kill.py",
        times: 250,
        arguments: ON_POSTGRES,
        tested: Some(5),
        needs: &[POSTGRES],
        limit: Duration::from_mins(15),
    },
    Part {
        name: "power-postgres",
        about: "as power, on PostgreSQL",
        script: "power.py",
        times: 50,
        arguments: ON_POSTGRES,
        tested: None,
        needs: &[EXT4, XFS, POSTGRES],
        limit: Duration::from_mins(15),
    },
    Part {
        name: "migrate-postgres",
        about: "as migrate, on PostgreSQL, at every statement",
        script: "migrate_postgres.py",
        times: 1000,
        arguments: &[],
        tested: Some(2),
        needs: &[POSTGRES],
        limit: Duration::from_mins(15),
    },
];

impl Part {
    /// Installs what it needs.
    pub(crate) fn provide(&self, otherwise: &str) -> Result<(), Failure> {
        self.needs.iter().try_for_each(|program| program.provide(otherwise))
    }

    /// Does it so often.
    pub(crate) fn run(&self, house: &House, venv: &Venv, server: &Path, times: u32, seed: u64) -> Result<(), Failure> {
        let mut command = Command::new(venv.python());
        command.arg(format!("conformance/e2e/{}", self.script)).arg(server).args(self.arguments);
        command.args(["--times", &times.to_string(), "--seed", &seed.to_string()]).current_dir(&house.root);
        let folder = Folder::make()?;
        run_within(command.env("TMPDIR", &folder.0), self.limit, "the script prints above what it missed")
    }
}

/// What the arguments say.
#[derive(Debug)]
struct Chosen {
    parts: Vec<&'static Part>,
    seed: u64,
}

pub(crate) fn run(house: &House, arguments: &[String]) -> Result<(), Failure> {
    let Chosen { parts, seed } = choose(arguments)?;
    let server = server(house)?;
    let venv = Venv::make(house)?;
    let mut failed = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        println!("[{}/{}] {}: {}", index + 1, parts.len(), part.name, part.about);
        let start = Instant::now();
        let result = part
            .provide("choose other parts with `--only`")
            .and_then(|()| part.run(house, &venv, &server, part.times, seed));
        let verdict = if result.is_ok() { "ok" } else { "FAILED" };
        println!("      {verdict} ({:.1} s)", start.elapsed().as_secs_f64());
        if let Err(failure) = result {
            println!("      {failure}");
            failed.push(part.name);
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    let remedy = format!("`cargo xtask siege --seed {seed} --only {}` repeats it", failed.join(","));
    Err(Failure::new(format!("failed: {}", failed.join(", ")), remedy))
}

/// Where a script puts its files: gone at its end, also if it was ended.
struct Folder(PathBuf);

impl Folder {
    fn make() -> Result<Folder, Failure> {
        let folder = std::env::temp_dir().join(format!("converse-siege-{}", std::process::id()));
        let failed = |error| Failure::new(format!("{}: {error}", folder.display()), "set TMPDIR to a folder of yours");
        std::fs::create_dir_all(&folder).map_err(failed)?;
        Ok(Folder(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind stands in the folder for temporary things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The parts that `--only` names, or all; and the seed, of chance if `--seed` does not say.
fn choose(arguments: &[String]) -> Result<Chosen, Failure> {
    let mut chosen = Chosen { parts: PARTS.iter().collect(), seed: seed_of_chance() };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let (flag, value) = match argument.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (argument.as_str(), arguments.next().map(String::as_str)),
        };
        match (flag, value) {
            ("--only", Some(names)) => chosen.parts = named(names)?,
            ("--seed", Some(number)) => chosen.seed = number.parse().map_err(|_| bad_seed(number))?,
            ("--only" | "--seed", None) => return Err(usage(format!("`{flag}` has no value"))),
            _ => return Err(usage(format!("`siege` takes no `{flag}`"))),
        }
    }
    Ok(chosen)
}

/// The parts of a comma-separated list, in the order of the table.
fn named(names: &str) -> Result<Vec<&'static Part>, Failure> {
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    match names.iter().find(|name| PARTS.iter().all(|part| part.name != **name)) {
        Some(name) => Err(usage(format!("there is no part `{name}`"))),
        None => Ok(PARTS.iter().filter(|part| names.contains(&part.name)).collect()),
    }
}

fn bad_seed(number: &str) -> Failure {
    usage(format!("`{number}` is no seed, which is a number of at most 64 bits"))
}

fn usage(what: String) -> Failure {
    let parts = known(PARTS.iter().map(|part| part.name));
    Failure::new(what, format!("known are --only <parts>, --seed <number>, and the parts {parts}"))
}

fn seed_of_chance() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| u64::from(since.subsec_micros()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(arguments: &[&str]) -> Result<(Vec<&'static str>, u64), String> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        let chosen = choose(&arguments).map_err(|failure| failure.to_string())?;
        Ok((chosen.parts.iter().map(|part| part.name).collect(), chosen.seed))
    }

    #[test]
    fn parts_are_chosen_in_the_order_of_the_table() {
        assert_eq!(chosen(&["--only", "together, kill", "--seed=7"]), Ok((vec!["kill", "together"], 7)));
        assert_eq!(chosen(&[]).map(|(parts, _)| parts.len()), Ok(PARTS.len()));
    }

    #[test]
    fn mistakes_are_answered_with_what_is_known() {
        for (arguments, what) in [
            (&["--only", "kil"][..], "there is no part `kil`"),
            (&["--only"], "`--only` has no value"),
            (&["--seed", "x"], "`x` is no seed"),
            (&["--fast"], "`siege` takes no `--fast`"),
        ] {
            let answer = chosen(arguments);
            assert!(answer.is_err_and(|error| error.starts_with(what) && error.contains("kill, power")), "{what}");
        }
    }

    #[test]
    fn every_part_has_its_script() {
        let scripts = House::find().root.join("conformance/e2e");
        assert!(PARTS.iter().all(|part| scripts.join(part.script).is_file()));
    }
}
