//! The proxies of the end-to-end tests: there, or unpacked into a folder of the build's.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::ask;
use crate::{Failure, House, debian};

/// The programs, which are called as their packages are, and the argument with which each does nothing.
const PROXIES: &[(&str, &str)] = &[("nginx", "-v"), ("haproxy", "-v")];
/// The variable by which a script finds those that were unpacked.
pub(super) const UNPACKED: &str = "CONVERSE_UNPACKED";
const FOLDER: &str = "target/tools/debian";
const REMEDY: &str = "install nginx and HAProxy, on Debian by `apt-get install nginx haproxy` as root, which also starts \
                      them; or use `--skip e2e`";

/// Unpacks what the system has not; the folder, if there is one.
pub(super) fn provide(house: &House) -> Result<Option<PathBuf>, Failure> {
    let missing: Vec<&str> = PROXIES.iter().filter(|(name, idle)| !starts(name, idle)).map(|(name, _)| *name).collect();
    if missing.is_empty() {
        return Ok(None);
    }
    let folder = house.root.join(FOLDER);
    if !missing.iter().all(|name| is_in(&folder, name)) {
        debian::unpack(&missing, &folder, REMEDY)?;
    }
    match missing.iter().find(|name| !is_in(&folder, name)) {
        Some(name) => Err(Failure::new(format!("{name} was unpacked and is not there"), REMEDY)),
        None => Ok(Some(folder)),
    }
}

fn starts(name: &str, idle: &str) -> bool {
    ask(Command::new(name).arg(idle)).is_some()
}

fn is_in(folder: &Path, name: &str) -> bool {
    folder.join("usr/sbin").join(name).is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_not_found() {
        assert!(!starts("converse-no-such-proxy", "-v"));
        assert!(!is_in(Path::new("no/such/folder"), "nginx"));
    }
}
