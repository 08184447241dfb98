//! The server, and the process that it is.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use converse::{App, Config, message, respond};

/// Waits for something, as for a database.
#[message]
struct Sleep {}

#[respond(max_in_flight = 100)]
async fn sleep(_: Sleep) {
    tokio::time::sleep(Duration::from_millis(5)).await;
}

/// Computes.
#[message]
struct Burn {}

#[respond]
fn burn(_: Burn) {
    let until = Instant::now() + Duration::from_micros(200);
    while Instant::now() < until {
        std::hint::spin_loop();
    }
}

/// Serves with one thread, and the delay that the literature has, until the process is ended.
pub(crate) fn serve() {
    let anywhere = Some(([127, 0, 0, 1], 0).into());
    let config = Config { http: anywhere, tcp: anywhere, queue_delay: Duration::from_millis(20), ..Config::default() };
    converse::block_on(async {
        let engine = App::linked().build_with(config).expect("the classes fit together");
        let serving = engine.serve().await.expect("ports");
        let ports = [serving.tcp_address(), serving.http_address()].map(|address| address.expect("an address").port());
        println!("{} {}", ports[0], ports[1]);
        std::future::pending::<()>().await;
    });
}

pub(crate) struct Server {
    child: Child,
    pub(crate) tcp: u16,
    pub(crate) http: u16,
}

impl Server {
    /// Starts it on the first core.
    pub(crate) fn start() -> Result<Server, String> {
        let program = std::env::current_exe().map_err(|why| why.to_string())?;
        let mut child = Command::new("taskset")
            .args(["-c", "0"])
            .arg(program)
            .arg("serve")
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|why| format!("taskset cannot be run: {why}; install util-linux"))?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line).map_err(|why| why.to_string())?;
        }
        let ports: Vec<u16> = line.split_whitespace().filter_map(|port| port.parse().ok()).collect();
        match ports[..] {
            [tcp, http] => Ok(Server { child, tcp, http }),
            _ => Err("the server did not start".to_owned()),
        }
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
