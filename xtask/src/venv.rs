//! The Python that end-to-end scripts run in.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{ask, run, twice};
use crate::{Failure, House, debian};

const REQUIREMENTS: &str = "conformance/e2e/requirements.txt";
const PYTHON_REMEDY: &str = "install Python 3.11 or newer with venv, e.g. `apt-get install python3 python3-venv`";

/// A Python of its own in a temporary folder, so that nothing on the machine is changed.
pub(crate) struct Venv {
    folder: PathBuf,
}

impl Venv {
    /// One with what the end-to-end scripts need.
    pub(crate) fn make(house: &House) -> Result<Venv, Failure> {
        Venv::with(house, "e2e", REQUIREMENTS)
    }

    /// One for a step, with the packages that a file of requirements names.
    pub(crate) fn with(house: &House, step: &str, requirements: &str) -> Result<Venv, Failure> {
        let recent = "import sys; sys.exit(sys.version_info < (3, 11))";
        if ask(Command::new("python3").args(["-c", recent])).is_none() {
            return Err(Failure::new("there is no python3 of 3.11 or newer", PYTHON_REMEDY));
        }
        if ask(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_none() {
            // Debian's Python comes without them.
            debian::install("python3-venv", PYTHON_REMEDY)?;
        }
        let name = format!("converse-{step}-{}", std::process::id());
        let venv = Venv { folder: std::env::temp_dir().join(name) };
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv.folder), PYTHON_REMEDY)?;
        twice(|| {
            let mut command = Command::new(venv.python());
            command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
            command.args(["-r", requirements]).current_dir(&house.root);
            run(&mut command, &format!("let pip reach a package index (PIP_INDEX_URL), or use `--skip {step}`"))
        })?;
        Ok(venv)
    }

    pub(crate) fn python(&self) -> PathBuf {
        let program = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python3" };
        self.folder.join(program)
    }
}

impl Drop for Venv {
    fn drop(&mut self) {
        // What is left behind stands in the folder for temporary things.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
