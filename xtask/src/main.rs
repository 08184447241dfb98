//! The project's own commands: `cargo xtask --help` lists them.

mod debian;
mod example;
mod performance;
mod process;
mod siege;
mod test;
mod tidy;
mod venv;

use std::path::PathBuf;
use std::process::ExitCode;

/// A row of the table of commands.
struct Command {
    name: &'static str,
    about: &'static str,
    run: fn(&House, &[String]) -> Result<(), Failure>,
}

/// Every command; `--help` and the error for an unknown one read it.
const COMMANDS: &[Command] = &[
    Command {
        name: "test",
        about: "everything a contributor or CI runs; --only fmt,tidy or --skip deny choose steps",
        run: test::run,
    },
    Command {
        name: "performance",
        about: "runs the yard and makes docs/performance.md; --only http,store measures some parts again, --page none",
        run: performance::run,
    },
    Command {
        name: "autobahn",
        about: "Autobahn's WebSocket suite, against the server and the client; `autobahn 6.4` for some cases",
        run: test::autobahn,
    },
    Command {
        name: "budget",
        about: "the budgets, what was last measured of them, and which are met",
        run: performance::print_budget,
    },
    Command {
        name: "siege",
        about: "kills, power cuts, full and failing disks under load, for half an hour; --only kill,power chooses parts",
        run: siege::run,
    },
    Command {
        name: "tidy",
        about: "the house rules that are code: crates, sizes, names, reasons, links",
        run: tidy::run,
    },
];

/// Where the workspace is.
#[derive(Debug, Clone)]
pub(crate) struct House {
    pub(crate) root: PathBuf,
}

/// Why a command stopped, and what its reader can do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) what: String,
    pub(crate) remedy: String,
}

impl House {
    /// The folder above this crate's own.
    ///
    /// Cargo sets the variable for `cargo run` and `cargo test`; a binary started by hand uses the
    /// current folder.
    pub(crate) fn find() -> House {
        let xtask = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let root = xtask.as_deref().and_then(std::path::Path::parent).map(PathBuf::from);
        House { root: root.unwrap_or_else(|| PathBuf::from(".")) }
    }
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>, remedy: impl Into<String>) -> Failure {
        Failure { what: what.into(), remedy: remedy.into() }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.what, self.remedy)
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<(), Failure> {
    let Some((name, rest)) = arguments.split_first() else {
        print!("{}", help());
        return Ok(());
    };
    if ["help", "--help", "-h"].contains(&name.as_str()) || asks_for_help(rest) {
        print!("{}", help());
        return Ok(());
    }
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => (command.run)(&House::find(), rest),
        None => Err(Failure::new(
            format!("there is no command `{name}`"),
            format!("known are {}", known(COMMANDS.iter().map(|command| command.name))),
        )),
    }
}

fn asks_for_help(arguments: &[String]) -> bool {
    arguments.iter().any(|argument| argument == "--help" || argument == "-h")
}

fn help() -> String {
    let commands = COMMANDS.iter().map(|command| (command.name, command.about));
    let steps = test::STEPS.iter().map(|step| (step.name, step.about));
    format!("usage: cargo xtask <command>\n\n{}\n\nsteps of `test`, in order:\n\n{}\n", rows(commands), rows(steps))
}

fn rows<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    rows.map(|(name, about)| format!("  {name:<11} {about}")).collect::<Vec<_>>().join("\n")
}

/// The names of a table as one line for an error.
pub(crate) fn known<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_command_is_answered_with_the_known_ones() {
        let answer = dispatch(&["tset".to_owned()]).map_err(|failure| failure.to_string());
        assert_eq!(
            answer,
            Err("there is no command `tset`: known are test, performance, autobahn, budget, siege, tidy".to_owned())
        );
    }

    #[test]
    fn help_lists_every_command_and_every_step() {
        let text = help();
        assert!(COMMANDS.iter().all(|command| text.contains(command.about)));
        assert!(test::STEPS.iter().all(|step| text.contains(step.about)));
    }
}
