//! A server as a process on a core of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
}

impl Server {
    /// Starts a peer on the first core.
    pub(crate) fn start(peer: &str) -> Result<Server, String> {
        let program = std::env::current_exe().map_err(|why| why.to_string())?;
        let mut child = Command::new("taskset")
            .args(["-c", "0"])
            .arg(program)
            .args(["serve", peer])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|why| format!("taskset cannot be run: {why}; install util-linux"))?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line).map_err(|why| why.to_string())?;
        }
        let port = line.trim().parse().map_err(|_| format!("{peer} did not start"))?;
        Ok(Server { child, port })
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
