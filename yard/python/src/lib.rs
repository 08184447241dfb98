//! A Python with the packages that the peers need, made where the yard is built, once; nothing else on the machine
//! is changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const REQUIREMENTS: &str = include_str!("../requirements.txt");
const REMEDY: &str = "install Python 3.11 or newer with venv, e.g. `apt-get install python3 python3-venv`";

/// The program, after what it needs is installed.
///
/// # Errors
/// What could not be done, and what to do about it.
pub fn program() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/python");
    let python = folder.join("bin/python3");
    let installed = folder.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == REQUIREMENTS) {
        return Ok(python);
    }
    eprintln!("making a Python with what its peers need; this takes a minute, once");
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder), REMEDY)?;
    let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("requirements.txt");
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(requirements);
    run(&mut pip, "let pip reach a package index (PIP_INDEX_URL)")?;
    // Written last: a half-made folder is made anew.
    fs::write(&installed, REQUIREMENTS).map_err(|why| format!("{}: {why}", installed.display()))?;
    Ok(python)
}

fn run(command: &mut Command, remedy: &str) -> Result<(), String> {
    let status =
        command.stdin(Stdio::null()).status().map_err(|why| format!("python3 cannot be run: {why}; {remedy}"))?;
    if status.success() { Ok(()) } else { Err(format!("{:?} failed; {remedy}", command.get_program())) }
}
