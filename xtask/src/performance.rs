//! `cargo xtask performance`: runs parts of the yard, keeps what each printed in `yard/results/`, and makes
//! `docs/performance.md` of all that is kept. `cargo xtask budget` says which budgets are met.
//!
//! A part is measured alone, whenever the machine is free for it; the others keep their figures, with the commit and
//! the day they are of. The page is never edited: a test compares it with what is kept.

mod budget;
mod page;
mod parts;
mod record;

use std::process::Command;
use std::time::{Duration, Instant};

use crate::process::{ask, cargo, read_along, run as run_program};
use crate::{Failure, House};
use parts::{PARTS, Part};
use record::Record;

/// What is asked for on the command line.
#[derive(Debug)]
struct Asked {
    parts: Vec<&'static Part>,
    /// What a reader of the figures should know.
    note: Option<String>,
}

/// Measures the parts that are chosen, and writes the page.
pub(crate) fn run(house: &House, arguments: &[String]) -> Result<(), Failure> {
    let asked = asked(arguments)?;
    for part in &asked.parts {
        println!("{}: {}", part.name, part.title);
        // What is kept already stays if a later part fails.
        measure(house, part, asked.note.as_deref())?.write(house, part)?;
        page::write(house)?;
    }
    page::write(house)?;
    print!("\n{}", budget::table(&record::all(house)?));
    Ok(())
}

/// Prints the budgets, the kept figures beside them, and which are met.
pub(crate) fn print_budget(house: &House, arguments: &[String]) -> Result<(), Failure> {
    if let Some(argument) = arguments.first() {
        let remedy = "leave it out; `cargo xtask performance --only <parts>` measures";
        return Err(Failure::new(format!("`budget` takes no `{argument}`"), remedy));
    }
    print!("{}", budget::table(&record::all(house)?));
    Ok(())
}

fn asked(arguments: &[String]) -> Result<Asked, Failure> {
    let mut asked = Asked { parts: PARTS.iter().collect(), note: None };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--page" => asked.parts.clear(),
            "--only" | "--skip" => {
                let names = named(argument, arguments.next())?;
                asked.parts.retain(|part| names.contains(&part.name) == (argument == "--only"));
            }
            "--note" => {
                let what = || Failure::new("`--note` says nothing", "write what a reader of the figures should know");
                asked.note = Some(arguments.next().ok_or_else(what)?.replace('\n', " "));
            }
            _ => {
                let known = "known are --only <parts>, --skip <parts>, --note <text>, --page";
                return Err(Failure::new(format!("`performance` takes no `{argument}`"), known));
            }
        }
    }
    Ok(asked)
}

/// The names of a list with commas, each of which is a part.
fn named<'a>(flag: &str, value: Option<&'a String>) -> Result<Vec<&'a str>, Failure> {
    let remedy = || format!("known are {}", crate::known(PARTS.iter().map(|part| part.name)));
    let value = value.ok_or_else(|| Failure::new(format!("`{flag}` names no part"), remedy()))?;
    let names: Vec<&str> = value.split(',').map(str::trim).collect();
    match names.iter().find(|name| PARTS.iter().all(|part| part.name != **name)) {
        Some(name) => Err(Failure::new(format!("the yard has no part `{name}`"), remedy())),
        None => Ok(names),
    }
}

/// Compiles a part, runs it, and notes what it printed, of what, when and where.
fn measure(house: &House, part: &Part, note: Option<&str>) -> Result<Record, Failure> {
    let remedy = "mend what it says above; yard/README.md tells of each part";
    run_program(&mut cargo(house, &part.cargo("build", &["--quiet"])), remedy)?;
    let of = Record {
        commit: commit(house),
        date: ask(Command::new("date").args(["-u", "+%F"])).unwrap_or_default().trim().to_owned(),
        machine: machine(),
        others: others(),
        command: format!("cargo {}", part.cargo("run", &[]).join(" ")),
        ..Record::default()
    };
    let begun = Instant::now();
    let printed = read_along(&mut cargo(house, &part.cargo("run", &["--quiet"])), remedy)?;
    let took = format!("{} s", begun.elapsed().as_secs());
    Ok(Record { took, note: note.map(str::to_owned), ..of }.with_printed(&printed))
}

/// The commit, and whether there is more than it has.
fn commit(house: &House) -> String {
    let git = |arguments: &[&str]| ask(Command::new("git").args(arguments).current_dir(&house.root));
    let name = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_default();
    let changed = git(&["status", "--porcelain", "--", ".", ":!docs/performance.md", ":!yard/results"]);
    let and = if changed.is_none_or(|changed| changed.trim().is_empty()) { "" } else { " and changes" };
    format!("{}{and}", name.trim())
}

fn machine() -> String {
    let rustc = ask(Command::new("rustc").arg("--version")).unwrap_or_default();
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{}, {cores} cores of a {}", rustc.trim(), model.trim_start_matches([':', '\t', ' ']))
}

/// How much of the machine others use, just before a part begins: two seconds, in which this program sleeps.
fn others() -> String {
    let before = ticks();
    std::thread::sleep(Duration::from_secs(2));
    match (before, ticks()) {
        (Some((busy, all)), Some((busier, more))) if more > all => {
            format!("{} %", 100 * (busier.saturating_sub(busy)) / (more - all))
        }
        _ => "unknown".to_owned(),
    }
}

/// Hundredths of a second that all cores together were busy, and that there were (`proc_stat(5)`).
fn ticks() -> Option<(u64, u64)> {
    let stat = std::fs::read_to_string("/proc/stat").ok()?;
    let words: Vec<u64> =
        stat.lines().next()?.split_whitespace().skip(1).filter_map(|word| word.parse().ok()).collect();
    // The fourth and fifth are idle; the ninth and tenth, of guests, are in the first two already.
    let all = words.iter().take(8).sum::<u64>();
    let idle = words.iter().skip(3).take(2).sum::<u64>();
    Some((all.checked_sub(idle)?, all))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(arguments: &[&str]) -> Result<Vec<&'static str>, String> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        let asked = asked(&arguments).map_err(|failure| failure.to_string())?;
        Ok(asked.parts.iter().map(|part| part.name).collect())
    }

    #[test]
    fn parts_are_chosen_left_out_or_none_at_all() {
        assert_eq!(names(&["--only", "store, client"]), Ok(vec!["client", "store"]));
        assert_eq!(names(&["--skip", "store"]).map(|parts| parts.len()), Ok(PARTS.len() - 1));
        assert_eq!(names(&["--page"]), Ok(vec![]));
        assert_eq!(names(&["--note", "busy"]).map(|parts| parts.len()), Ok(PARTS.len()));
    }

    #[test]
    fn a_part_that_is_none_is_answered_with_those_there_are() {
        let failure = names(&["--only", "severs"]);
        assert!(failure.is_err_and(|text| text.starts_with("the yard has no part `severs`: known are in-process, ")));
        assert!(names(&["--only"]).is_err_and(|text| text.contains("names no part")));
        assert!(names(&["store"]).is_err_and(|text| text.contains("--only <parts>")));
    }
}
