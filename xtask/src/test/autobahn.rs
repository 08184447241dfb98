//! The step `autobahn`: a test suite of others for WebSocket, against both our ends.
//!
//! The suite is a package of Python 2; `conformance/autobahn/` makes of its cases what Python 3 runs.

use std::process::Command;
use std::time::Duration;

use super::Outcome;
use crate::process::{cargo, run as run_it, run_within};
use crate::venv::Venv;
use crate::{Failure, House};

const SCRIPT: &str = "conformance/autobahn/run.py";
const REQUIREMENTS: &str = "conformance/autobahn/requirements.txt";
const LIMIT: Duration = Duration::from_mins(15);

pub(super) fn check(house: &House) -> Result<Outcome, Failure> {
    run(house, &[]).map(|()| Outcome::Passed)
}

/// Runs the cases whose numbers begin so; all of them, if none is named.
pub(crate) fn run(house: &House, cases: &[String]) -> Result<(), Failure> {
    let venv = Venv::with(house, "autobahn", REQUIREMENTS)?;
    // The script finds both ends compiled: a slow compiler is not taken for a case that hangs.
    let remedy = "mend what is named above";
    run_it(&mut cargo(house, &["build", "-p", "conformance", "--example", "echo"]), remedy)?;
    run_it(&mut cargo(house, &["test", "-p", "converse-net", "--lib", "--no-run"]), remedy)?;
    let mut command = Command::new(venv.python());
    command.arg(SCRIPT).args(cases).current_dir(&house.root);
    run_within(
        &mut command,
        LIMIT,
        "the script prints above which cases came to what; `cargo xtask autobahn 6.4` repeats some",
    )
}
