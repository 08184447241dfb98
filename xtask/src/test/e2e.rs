//! The step `e2e`: programs as a user would build them, and clients that share no code with them, a browser among
//! them.
//!
//! Every `conformance/e2e/*.py` is given the path of the server's binary; it starts the server,
//! speaks to it, stops it, and ends with 0 when all was as it should be.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::venv::Venv;
use super::{Outcome, chromium};
use crate::process::{cargo, read, run, run_within};
use crate::{Failure, House};

const SCRIPTS: &str = "conformance/e2e";
const REQUIREMENTS: &str = "conformance/e2e/requirements.txt";

/// A script that hangs is a failure, not a wait.
const SCRIPT_LIMIT: Duration = Duration::from_mins(5);

pub(super) fn check(house: &House) -> Result<Outcome, Failure> {
    let scripts = scripts(&house.root.join(SCRIPTS));
    if scripts.is_empty() {
        let remedy = "put the clients of the sign_in example there, as *.py";
        return Err(Failure::new(format!("{SCRIPTS} holds no script"), remedy));
    }
    let server = server(house)?;
    chromium::provide()?;
    let venv = Venv::make(house, "e2e", REQUIREMENTS)?;
    for script in scripts {
        let mut command = Command::new(venv.python());
        command.arg(script.strip_prefix(&house.root).unwrap_or(&script)).arg(&server).current_dir(&house.root);
        // Each server has tables of its own, gone at its end.
        command.env("CONVERSE_STORE", "memory:");
        run_within(&mut command, SCRIPT_LIMIT, "the script prints above what it missed")?;
    }
    Ok(Outcome::Passed)
}

/// The scripts in the order of their names; none where the folder is missing.
fn scripts(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    paths.sort();
    paths
}

/// Builds the example and asks cargo where it put it, because the target folder can be anywhere.
fn server(house: &House) -> Result<PathBuf, Failure> {
    let remedy = "mend converse/examples/sign_in.rs";
    let arguments = ["build", "--example", "sign_in"];
    run(&mut cargo(house, &arguments), remedy)?;
    let mut command = cargo(house, &arguments);
    command.args(["--quiet", "--message-format", "json-render-diagnostics"]);
    executable(&read(&mut command, remedy)?)
        .ok_or_else(|| Failure::new("cargo names no binary for the example sign_in", remedy))
}

/// The last `"executable":"…"` of cargo's messages: the only member that is needed of them.
fn executable(messages: &str) -> Option<PathBuf> {
    let (_, rest) = messages.rsplit_once("\"executable\":\"")?;
    let mut path = String::new();
    let mut characters = rest.chars();
    loop {
        match characters.next()? {
            '"' => return Some(PathBuf::from(path)),
            '\\' => path.push(characters.next()?),
            character => path.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_is_read_from_the_messages_of_cargo() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","executable":"C:\\t\\sign_in.exe","fresh":true}"#,
        );
        assert_eq!(executable(messages), Some(PathBuf::from(r"C:\t\sign_in.exe")));
        assert_eq!(executable(r#"{"executable":null}"#), None);
    }

    #[test]
    fn a_folder_that_is_missing_holds_no_scripts() {
        assert!(scripts(Path::new("no/such/folder")).is_empty());
    }
}
