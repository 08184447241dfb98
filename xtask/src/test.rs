//! `cargo xtask test`: the steps in order, timed, until the first that fails.

mod autobahn;
mod chromium;
mod counts;
mod deny;
mod e2e;
mod postgres;
mod proxies;
mod steps;

use std::time::{Duration, Instant};

use crate::{Failure, House, known};

pub(crate) use autobahn::run as autobahn;
pub(crate) use steps::STEPS;

/// A row of the table of steps.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) run: fn(&House) -> Result<Outcome, Failure>,
}

/// How a step that did not fail ended.
pub(crate) enum Outcome {
    Passed,
    /// There was nothing to run, for this reason.
    Skipped(&'static str),
}

/// Runs the steps that the arguments choose.
pub(crate) fn run(house: &House, arguments: &[String]) -> Result<(), Failure> {
    let steps = choose(arguments)?;
    let mut times = Vec::new();
    let mut failure = None;
    for (index, step) in steps.iter().enumerate() {
        println!("[{}/{}] {}: {}", index + 1, steps.len(), step.name, step.about);
        let start = Instant::now();
        let result = (step.run)(house);
        let time = start.elapsed();
        let verdict = match &result {
            Ok(Outcome::Passed) => "ok".to_owned(),
            Ok(Outcome::Skipped(reason)) => format!("skipped: {reason}"),
            Err(_) => "FAILED".to_owned(),
        };
        println!("      {verdict} ({:.1} s)", time.as_secs_f64());
        times.push((step.name, verdict, time));
        if let Err(error) = result {
            failure = Some(Failure::new(format!("{}: {}", step.name, error.what), error.remedy));
            break;
        }
    }
    summarise(&times);
    failure.map_or(Ok(()), Err)
}

/// The steps that `--only` and `--skip` leave, in the order of the table.
fn choose(arguments: &[String]) -> Result<Vec<&'static Step>, Failure> {
    let mut steps: Vec<&Step> = STEPS.iter().collect();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let (flag, value) = match argument.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (argument.as_str(), arguments.next().map(String::as_str)),
        };
        if flag != "--only" && flag != "--skip" {
            let what = format!("`test` takes no `{flag}`");
            return Err(Failure::new(what, "known are --only <steps>, --skip <steps>"));
        }
        let names = named(flag, value)?;
        steps.retain(|step| names.contains(&step.name) == (flag == "--only"));
    }
    if steps.is_empty() {
        return Err(Failure::new("no step is left to run", "name fewer steps after --skip"));
    }
    Ok(steps)
}

/// The steps of a comma-separated list, each checked against the table.
fn named<'a>(flag: &str, value: Option<&'a str>) -> Result<Vec<&'a str>, Failure> {
    let remedy = || format!("known are {}", known(STEPS.iter().map(|step| step.name)));
    let Some(value) = value else {
        return Err(Failure::new(format!("`{flag}` names no step"), remedy()));
    };
    let names: Vec<&str> = value.split(',').map(str::trim).collect();
    match names.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        Some(name) => Err(Failure::new(format!("there is no step `{name}`"), remedy())),
        None => Ok(names),
    }
}

fn summarise(times: &[(&str, String, Duration)]) {
    println!();
    for (name, verdict, time) in times {
        println!("{name:<8} {:>8.1} s  {verdict}", time.as_secs_f64());
    }
    let total: Duration = times.iter().map(|(.., time)| *time).sum();
    println!("{:<8} {:>8.1} s", "all", total.as_secs_f64());
    let passed = times.iter().filter(|(_, verdict, _)| verdict == "ok").count();
    let failed = times.iter().filter(|(_, verdict, _)| verdict == "FAILED").count();
    println!("{passed} passed, {failed} failed");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(arguments: &[&str]) -> Result<Vec<&'static str>, String> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        let steps = choose(&arguments).map_err(|failure| failure.to_string())?;
        Ok(steps.iter().map(|step| step.name).collect())
    }

    #[test]
    fn only_keeps_the_order_of_the_table() {
        assert_eq!(names(&["--only", "tidy,fmt"]), Ok(vec!["fmt", "tidy"]));
        assert_eq!(names(&["--only=tidy"]), Ok(vec!["tidy"]));
    }

    #[test]
    fn skip_leaves_the_others() {
        let left = names(&["--skip", "deny, e2e"]).unwrap_or_default();
        assert_eq!(left.len(), STEPS.len() - 2);
        assert!(!left.contains(&"deny"));
    }

    #[test]
    fn mistakes_are_answered_with_what_is_known() {
        let all = "known are fmt, clippy, doc, tidy, deny, test, e2e, autobahn, yard, counts";
        let unknown = format!("there is no step `fnt`: {all}");
        assert_eq!(names(&["--only", "fnt"]), Err(unknown));
        assert_eq!(names(&["--only"]), Err(format!("`--only` names no step: {all}")));
        assert!(names(&["--fast"]).is_err_and(|error| error.contains("--only <steps>")));
        assert!(names(&["--only", "fmt", "--skip", "fmt"]).is_err());
    }
}
