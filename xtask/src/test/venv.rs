//! A Python for a step, with packages that the machine need not have.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{ask, run};
use crate::{Failure, House};

const PYTHON_REMEDY: &str = "install Python 3.11 or newer with venv, e.g. `apt-get install python3 python3-venv`";

/// A Python of its own in a temporary folder, so that nothing on the machine is changed.
pub(super) struct Venv {
    folder: PathBuf,
}

impl Venv {
    /// One for this step, with the packages that a file of requirements names.
    pub(super) fn make(house: &House, step: &str, requirements: &str) -> Result<Venv, Failure> {
        let recent = "import sys; sys.exit(sys.version_info < (3, 11))";
        if ask(Command::new("python3").args(["-c", recent])).is_none() {
            return Err(Failure::new("there is no python3 of 3.11 or newer", PYTHON_REMEDY));
        }
        let name = format!("converse-{step}-{}", std::process::id());
        let venv = Venv { folder: std::env::temp_dir().join(name) };
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv.folder), PYTHON_REMEDY)?;
        let mut command = Command::new(venv.python());
        command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        command.args(["-r", requirements]).current_dir(&house.root);
        run(&mut command, &format!("let pip reach a package index (PIP_INDEX_URL), or use `--skip {step}`"))?;
        Ok(venv)
    }

    pub(super) fn python(&self) -> PathBuf {
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
