//! A server as a process on a core of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::peers::{Peer, Run, find};

pub(crate) struct Server {
    child: Child,
    pub(crate) peer: &'static Peer,
    pub(crate) port: u16,
}

impl Server {
    /// Starts a peer on the first core.
    pub(crate) fn start(name: &str) -> Result<Server, String> {
        let peer = find(name)?;
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]);
        match peer.run {
            Run::Here(_) => {
                let program = std::env::current_exe().map_err(|why| why.to_string())?;
                command.arg(program).args(["serve", name]);
            }
            Run::Python(script, told) => {
                let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/python").join(script);
                command.arg(python::program()?).arg("-B").arg(script).args(told);
            }
        }
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|why| format!("taskset cannot be run: {why}; install util-linux"))?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line).map_err(|why| why.to_string())?;
        }
        let port = line.trim().parse().map_err(|_| format!("{name} did not start"))?;
        Ok(Server { child, peer, port })
    }

    /// The bytes of memory that are its own and resident.
    pub(crate) fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        kilobytes.unwrap_or_default() * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
