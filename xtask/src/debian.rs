//! Packages of Debian, for what a step needs and the machine has not.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::Failure;
use crate::process::{ask, run, twice};

/// A program, the package that it is in, and what shows that it is there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) package: &'static str,
    /// The argument with which it does nothing.
    pub(crate) idle: &'static str,
}

/// PostgreSQL's server, of the version that Debian 12 has; any other that is there will do.
pub(crate) const POSTGRES: Program = Program { name: "initdb", package: "postgresql-15", idle: "--version" };

/// Where Debian has the programs of PostgreSQL that are not for everybody: a folder for each version.
const VERSIONS: &str = "/usr/lib/postgresql";

impl Program {
    /// Installs it where it is not.
    pub(crate) fn provide(&self, otherwise: &str) -> Result<(), Failure> {
        if self.is_there() {
            return Ok(());
        }
        let remedy = format!("install it by hand, as root: `apt-get install {}`; or {otherwise}", self.package);
        install(self.package, &remedy)?;
        if self.is_there() { Ok(()) } else { Err(Failure::new(format!("{} cannot be run", self.name), remedy)) }
    }

    fn is_there(&self) -> bool {
        let mut versions = std::fs::read_dir(VERSIONS).into_iter().flatten().flatten();
        ask(Command::new(self.name).arg(self.idle)).is_some()
            || versions.any(|version| Path::new(&version.path()).join("bin").join(self.name).is_file())
    }
}

/// Installs a package; it takes root. What Debian has now is asked first: an old list names files that are gone.
pub(crate) fn install(package: &str, remedy: &str) -> Result<(), Failure> {
    println!("      there is no {package}; installing Debian's takes a minute, once");
    twice(|| run(&mut apt(&["update", "-qq"]), remedy))?;
    twice(|| run(&mut apt(&["install", "-y", "-qq", "--no-install-recommends", package]), remedy))
}

/// Unpacks packages, and what they need and the system has not, into a folder: nothing is installed, and no service starts at a
/// port of the machine's, as some do that are installed. It takes root, as the list of packages is brought up to date.
pub(crate) fn unpack(packages: &[&str], folder: &Path, remedy: &str) -> Result<(), Failure> {
    println!("      there is no {}; fetching Debian's takes some seconds, once", packages.join(" and no "));
    let archives = folder.join("archives");
    let failed =
        |error: std::io::Error| Failure::new(format!("{} cannot be used: {error}", archives.display()), remedy);
    std::fs::create_dir_all(archives.join("partial")).map_err(failed)?;
    twice(|| run(&mut apt(&["update", "-qq"]), remedy))?;
    twice(|| {
        let mut fetch = apt(&["install", "-y", "-qq", "--no-install-recommends", "--download-only"]);
        fetch.args(["-o", "APT::Sandbox::User=root", "-o", &format!("Dir::Cache::archives={}", archives.display())]);
        run(fetch.args(packages), remedy)
    })?;
    for entry in std::fs::read_dir(&archives).map_err(failed)? {
        let archive = entry.map_err(failed)?.path();
        if archive.extension().is_some_and(|extension| extension == "deb") {
            run(Command::new("dpkg-deb").arg("--extract").args([&archive, folder]), remedy)?;
        }
    }
    Ok(())
}

/// Where a machine keeps itself up to date, another apt-get may be at work: it is waited for.
fn apt(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.args(["-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=300"]).args(arguments);
    command.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_not_installed() {
        let there = Program { name: "true", package: "converse-no-such-package", idle: "--version" };
        assert!(!Program { name: "converse-no-such-program", ..there }.is_there());
        assert_eq!(there.provide("wait"), Ok(()));
    }
}
