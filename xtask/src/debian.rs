//! Packages of Debian, for what a step needs and the machine has not.

use std::process::Command;

use crate::Failure;
use crate::process::run;

/// Installs a package; it takes root.
pub(super) fn install(package: &str, remedy: &str) -> Result<(), Failure> {
    println!("      there is no {package}; installing Debian's takes a minute, once");
    run(&mut apt(&["update", "-qq"]), remedy)?;
    run(&mut apt(&["install", "-y", "-qq", "--no-install-recommends", package]), remedy)
}

fn apt(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    command
}
