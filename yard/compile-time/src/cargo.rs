//! A workspace of its own, built by cargo.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::programs::Program;

/// The folder of the programs.
pub(crate) struct Workspace(PathBuf);

/// The seconds that a build took.
#[derive(Clone, Copy)]
pub(crate) struct Took {
    /// Of processors, which tells the same on a busy machine; only Linux knows.
    pub(crate) processor: f64,
    pub(crate) clock: f64,
}

/// The manifest of the workspace of these programs.
fn manifest(programs: &[Program]) -> String {
    let members: Vec<String> = programs.iter().map(|program| format!("{:?}", program.name)).collect();
    format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\nexclude = [\"house\"]\n\n\
         [profile.release]\nlto = \"thin\"\ncodegen-units = 1\n",
        members.join(", ")
    )
}

impl Workspace {
    /// Writes the programs into a temporary folder of this name, with the dependencies of the yard's own lock file.
    pub(crate) fn write(name: &str, programs: &[Program]) -> Result<Workspace, String> {
        let yard = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let folder = std::env::temp_dir().join(name);
        let house = folder.join("house");
        copy_crates(&yard.join(".."), &house).map_err(|why| format!("copying converse: {why}"))?;
        put(&folder.join("Cargo.toml"), &manifest(programs))?;
        fs::copy(yard.join("Cargo.lock"), folder.join("Cargo.lock")).map_err(|why| format!("Cargo.lock: {why}"))?;
        for program in programs {
            let place = folder.join(program.name);
            let manifest = program.manifest.replace("HOUSE", &house.display().to_string());
            put(&place.join("Cargo.toml"), &manifest)?;
            put(&place.join("src/main.rs"), &program.source)?;
        }
        Ok(Workspace(folder))
    }

    /// Builds a program.
    pub(crate) fn build(&self, name: &str, profile: &str) -> Result<Took, String> {
        self.timed(&["build", "--quiet", "--jobs", "1", "--profile", profile, "--package", name])
    }

    /// Downloads what the programs depend on.
    pub(crate) fn fetch(&self) -> Result<(), String> {
        self.cargo(&["fetch", "--quiet"])
    }

    /// Builds a program and all that it depends on, of which nothing was built before, with as many jobs as cargo likes.
    pub(crate) fn build_cold(&self, name: &str) -> Result<Took, String> {
        let target = self.0.join("target");
        if target.exists() {
            fs::remove_dir_all(&target).map_err(|why| format!("{}: {why}", target.display()))?;
        }
        self.timed(&["build", "--quiet", "--offline", "--package", name])
    }

    fn timed(&self, arguments: &[&str]) -> Result<Took, String> {
        let (processor, clock) = (processor_time(), Instant::now());
        self.cargo(arguments)?;
        let clock = clock.elapsed().as_secs_f64();
        let processor = match (processor, processor_time()) {
            (Some(before), Some(after)) => after - before,
            _ => clock,
        };
        Ok(Took { processor, clock })
    }

    /// Removes what was built of a program, and of nothing else.
    pub(crate) fn forget(&self, name: &str, profile: &str) -> Result<(), String> {
        self.cargo(&["clean", "--quiet", "--profile", profile, "--package", name])
    }

    fn cargo(&self, arguments: &[&str]) -> Result<(), String> {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        command.current_dir(&self.0).args(arguments).env("CARGO_TARGET_DIR", self.0.join("target"));
        // A build is as the manifest says, whatever else its caller's builds are told.
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CARGO_PROFILE_")) {
            command.env_remove(name);
        }
        command.env_remove("CARGO_INCREMENTAL").env_remove("RUSTC_BOOTSTRAP").env_remove("RUSTFLAGS");
        let status = command.status().map_err(|why| format!("cargo cannot be run: {why}"))?;
        if status.success() { Ok(()) } else { Err(format!("cargo {} failed", arguments.join(" "))) }
    }
}

/// Copies converse as it is now: if somebody edits it meanwhile, a build would be of that too.
fn copy_crates(from: &Path, to: &Path) -> io::Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::create_dir_all(to)?;
    fs::copy(from.join("Cargo.toml"), to.join("Cargo.toml"))?;
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        if name.to_string_lossy().starts_with("converse") && from.join(&name).is_dir() {
            copy_folder(&from.join(&name), &to.join(&name))?;
        }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to)?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

fn put(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
    written.map_err(|why| format!("{}: {why}", path.display()))
}

/// Seconds of processor time of all children that have ended; only Linux tells.
fn processor_time() -> Option<f64> {
    // proc_pid_stat(5): after the name in parentheses, cutime and cstime are the 14th and 15th words,
    // in hundredths of a second.
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, words) = stat.rsplit_once(')')?;
    let words: Vec<&str> = words.split_whitespace().collect();
    let ticks = |index: usize| words.get(index)?.parse::<f64>().ok();
    Some((ticks(13)? + ticks(14)?) / 100.0)
}
