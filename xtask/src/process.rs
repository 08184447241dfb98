//! Other programs: run them, show what was run, and turn a bad end into a `Failure`.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Failure, House};

/// How often a program with a time limit is looked at.
const POLL: Duration = Duration::from_millis(50);

/// How long the network is left alone before something is tried again.
const PAUSE: Duration = Duration::from_secs(if cfg!(test) { 0 } else { 10 });

/// The cargo that runs this program, in the workspace.
pub(crate) fn cargo(house: &House, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(&house.root);
    command
}

/// Runs a program with its output shown.
pub(crate) fn run(command: &mut Command, remedy: &str) -> Result<(), Failure> {
    let shown = announce(command);
    let status = command.status().map_err(|error| cannot_start(&shown, &error, remedy))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("`{shown}` failed ({status})"), remedy))
}

/// Does it again if it fails, once: what reaches over the network may fail for a moment.
pub(crate) fn twice(attempt: impl Fn() -> Result<(), Failure>) -> Result<(), Failure> {
    attempt().or_else(|failure| {
        println!("      {}; once more, in {} s", failure.what, PAUSE.as_secs());
        std::thread::sleep(PAUSE);
        attempt()
    })
}

/// Runs a program with its output shown, and ends it when it takes longer than `limit`.
pub(crate) fn run_within(command: &mut Command, limit: Duration, remedy: &str) -> Result<(), Failure> {
    let shown = announce(command);
    let mut child = command.spawn().map_err(|error| cannot_start(&shown, &error, remedy))?;
    let deadline = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => {
                return Err(Failure::new(format!("`{shown}` failed ({status})"), remedy));
            }
            Ok(None) if Instant::now() < deadline => std::thread::sleep(POLL),
            Ok(None) | Err(_) => {
                // Both fail only when the child is gone already.
                let _ = child.kill();
                let _ = child.wait();
                let what = format!("`{shown}` did not end within {} s", limit.as_secs());
                return Err(Failure::new(what, remedy));
            }
        }
    }
}

/// What a program prints, or `None` when it cannot be run or fails.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What a program prints, shown line by line while it runs, as are its complaints.
pub(crate) fn read_along(command: &mut Command, remedy: &str) -> Result<String, Failure> {
    let shown = announce(command);
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| cannot_start(&shown, &error, remedy))?;
    let mut printed = String::new();
    if let Some(out) = child.stdout.take() {
        for line in BufReader::new(out).lines() {
            let line = line.map_err(|error| Failure::new(format!("`{shown}` prints no text ({error})"), remedy))?;
            println!("{line}");
            printed += &line;
            printed.push('\n');
        }
    }
    let ended = |error: std::io::Error| Failure::new(format!("`{shown}` is lost ({error})"), remedy);
    let status = child.wait().map_err(ended)?;
    if status.success() {
        return Ok(printed);
    }
    Err(Failure::new(format!("`{shown}` failed ({status})"), remedy))
}

/// What a program prints; its complaints are shown.
pub(crate) fn read(command: &mut Command, remedy: &str) -> Result<String, Failure> {
    let shown = show(command);
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| cannot_start(&shown, &error, remedy))?;
    if !output.status.success() {
        return Err(Failure::new(format!("`{shown}` failed ({})", output.status), remedy));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Prints the line that a reader can repeat by hand.
fn announce(command: &Command) -> String {
    let shown = show(command);
    println!("      $ {shown}");
    shown
}

fn show(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    let mut line = name.to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line += &argument.to_string_lossy();
    }
    line
}

fn cannot_start(shown: &str, error: &std::io::Error, remedy: &str) -> Failure {
    Failure::new(format!("`{shown}` cannot be started ({error})"), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_not_exist_is_a_failure_with_the_remedy() {
        let mut command = Command::new("converse-no-such-program");
        let failure = run(&mut command, "install it");
        assert!(failure.is_err_and(|failure| failure.to_string().ends_with("install it")));
        assert_eq!(ask(&mut command), None);
    }

    #[cfg(unix)]
    #[test]
    fn what_a_program_prints_is_kept_if_it_ends_well() {
        let told = |script: &str| read_along(Command::new("sh").args(["-c", script]), "mend it");
        assert_eq!(told("echo one; echo two"), Ok("one\ntwo\n".to_owned()));
        assert!(told("echo one; exit 3").is_err_and(|failure| failure.what.contains("failed")));
    }

    #[test]
    fn what_fails_once_is_done_again_and_no_more() {
        for (failures, attempts, ends_well) in [(0, 1, true), (1, 2, true), (2, 2, false)] {
            let count = std::cell::Cell::new(0);
            let result = twice(|| {
                count.set(count.get() + 1);
                if count.get() > failures { Ok(()) } else { Err(Failure::new("it is away", "wait")) }
            });
            assert_eq!((result.is_ok(), count.get()), (ends_well, attempts));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_program_is_ended_at_its_limit() {
        let mut command = Command::new("sleep");
        let result = run_within(command.arg("30"), Duration::from_millis(60), "make it faster");
        assert!(result.is_err_and(|failure| failure.what.contains("did not end")));
    }
}
