//! Peers that are programs of their own: told how many connect and for how long, they answer with rows a second.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::{Side, TURN};

/// sqlx, whose SQLite cannot be linked into this program too; it is compiled here.
pub(crate) fn sqlx(file: &Path) -> Result<Side, String> {
    let yard = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = yard.join("target/sqlx");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.args(["build", "--release", "--quiet", "--manifest-path"]).arg(yard.join("sqlx/Cargo.toml"));
    let status =
        cargo.env("CARGO_TARGET_DIR", &target).status().map_err(|why| format!("cargo cannot be run: {why}"))?;
    if !status.success() {
        return Err("yard/sqlx does not compile; mend what it says above".to_owned());
    }
    start(Command::new(target.join("release/by-sqlx")).arg(file))
}

/// SQLAlchemy.
pub(crate) fn sqlalchemy(file: &Path) -> Result<Side, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/python/sqlalchemy_rows.py");
    start(Command::new(python::program()?).arg("-B").arg(script).arg(file))
}

struct Process {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

fn start(command: &mut Command) -> Result<Side, String> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(|why| why.to_string())?;
    let no_pipes = || "a peer has no pipes".to_owned();
    let (questions, answers) = child.stdin.take().zip(child.stdout.take()).ok_or_else(no_pipes)?;
    let mut process = Process { child, questions, answers: BufReader::new(answers) };
    Ok(Box::new(move |connections| process.ask(connections)))
}

impl Process {
    fn ask(&mut self, connections: usize) -> f64 {
        writeln!(self.questions, "{connections} {}", TURN.as_millis()).expect("a peer that runs");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("a peer that runs");
        answer.trim().parse().expect("rows a second; the peer says above what went wrong")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
