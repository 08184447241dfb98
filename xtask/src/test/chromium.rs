//! The browser of the end-to-end tests: there, or installed.

use std::process::Command;

use crate::process::ask;
use crate::{Failure, debian};

/// Under which names it is known; `conformance/e2e/browser` looks for the same.
const PROGRAMS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];
/// The variable that has the path of another.
const VARIABLE: &str = "CHROMIUM";
const REMEDY: &str = "install Chromium, on Debian by `apt-get install chromium` as root, or set CHROMIUM to its path; \
                      or use `--skip e2e`";

/// Installs the browser where none is.
pub(super) fn provide() -> Result<(), Failure> {
    let named = std::env::var(VARIABLE).ok();
    if named.as_deref().into_iter().chain(PROGRAMS.iter().copied()).any(starts) {
        return Ok(());
    }
    debian::install("chromium", REMEDY)?;
    if PROGRAMS.iter().copied().any(starts) {
        return Ok(());
    }
    Err(Failure::new("Chromium was installed and does not start", REMEDY))
}

fn starts(program: &str) -> bool {
    ask(Command::new(program).arg("--version")).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_does_not_start() {
        assert!(!starts("converse-no-such-browser"));
    }
}
