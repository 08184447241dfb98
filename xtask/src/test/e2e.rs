//! The step `e2e`: programs as a user would build them, and clients that share no code with them, a browser among
//! them.
//!
//! Every `conformance/e2e/*.py` is given the path of the server's binary; it starts the server,
//! speaks to it, stops it, and ends with 0 when all was as it should be.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{Outcome, chromium, proxies};
use crate::example::server;
use crate::process::{cargo, run, run_within};
use crate::venv::Venv;
use crate::{Failure, House, siege};

const SCRIPTS: &str = "conformance/e2e";

/// What is left to chance is the same each time.
const SEED: u64 = 1;

/// A script that hangs is a failure, not a wait.
const SCRIPT_LIMIT: Duration = Duration::from_mins(5);

pub(super) fn check(house: &House) -> Result<Outcome, Failure> {
    let scripts = scripts(&house.root.join(SCRIPTS));
    if scripts.is_empty() {
        let remedy = "put the clients of the sign_in example there, as *.py";
        return Err(Failure::new(format!("{SCRIPTS} holds no script"), remedy));
    }
    let server = server(house)?;
    compiled(house)?;
    chromium::provide()?;
    let unpacked = proxies::provide(house)?;
    let venv = Venv::make(house)?;
    let is_part = |script: &Path| siege::PARTS.iter().any(|part| script.ends_with(part.script));
    for script in scripts.iter().filter(|script| !is_part(script)) {
        let mut command = Command::new(venv.python());
        command.arg(script.strip_prefix(&house.root).unwrap_or(script)).arg(&server).current_dir(&house.root);
        // Each server has tables of its own, gone at its end.
        command.env("CONVERSE_STORE", "memory:").envs(unpacked.as_ref().map(|folder| (proxies::UNPACKED, folder)));
        run_within(&mut command, SCRIPT_LIMIT, "the script prints above what it missed")?;
    }
    for (part, times) in siege::PARTS.iter().filter_map(|part| Some((part, part.tested?))) {
        part.provide("leave the step out with `--skip e2e`")?;
        part.run(house, &venv, &server, times, SEED)?;
    }
    Ok(Outcome::Passed)
}

/// Compiles the other examples that scripts start: they find them done, and a slow compiler is not taken for a script that
/// hangs.
fn compiled(house: &House) -> Result<(), Failure> {
    let remedy = "mend the example that is named above";
    run(&mut cargo(house, &["build", "--example", "client"]), remedy)?;
    run(&mut cargo(house, &["build", "-p", "converse", "--features", "http1", "--example", "chat"]), remedy)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_missing_holds_no_scripts() {
        assert!(scripts(Path::new("no/such/folder")).is_empty());
    }
}
