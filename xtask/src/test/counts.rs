//! The step `counts`: how many instructions one message takes, counted by valgrind; its limits stand beside the
//! benchmarks, in `yard/in-process/benches/`.

use std::path::PathBuf;

use super::Outcome;
use crate::debian::Program;
use crate::process::{cargo, run, twice};
use crate::{Failure, House};

/// The release of gungraun's runner, which must be that of the library in `yard/Cargo.toml`.
const VERSION: &str = "0.20.0";

const VALGRIND: Program = Program { name: "valgrind", package: "valgrind", idle: "--version" };

pub(super) fn check(house: &House) -> Result<Outcome, Failure> {
    if !cfg!(target_os = "linux") {
        return Ok(Outcome::Skipped("valgrind counts on Linux only"));
    }
    VALGRIND.provide("leave the step out with `--skip counts`")?;
    let runner = runner(house)?;
    let mut command = cargo(
        house,
        &[
            "bench",
            "--manifest-path",
            "yard/Cargo.toml",
            "-p",
            "in-process",
            "--bench",
            "counts",
            "--bench",
            "unhooked",
        ],
    );
    command.env("GUNGRAUN_RUNNER", runner);
    run(&mut command, "find what the message pays for now (yard/README.md), or raise the limit with its reason")?;
    Ok(Outcome::Passed)
}

/// The runner, in a folder of its own: one of another version, elsewhere, is left alone.
fn runner(house: &House) -> Result<PathBuf, Failure> {
    let tools = house.root.join("yard/target/tools").join(format!("gungraun-runner-{VERSION}"));
    let runner = tools.join("bin/gungraun-runner");
    if !runner.is_file() {
        println!("      gungraun's runner is not installed; building {VERSION} takes a minute, once");
        twice(|| {
            let mut command = cargo(house, &["install", "gungraun-runner", "--locked", "--version", VERSION, "--root"]);
            run(command.arg(&tools), "let cargo reach its registry, or leave the step out with `--skip counts`")
        })?;
    }
    Ok(runner)
}
