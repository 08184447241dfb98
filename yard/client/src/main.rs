//! Calls a second of one client with one connection, at depth 1 and 32, against the most that can be had:
//! lines written by hand, a batch in one write, and counted when they come back.
//!
//! Server, client and the bare one take turns on two threads, so that each side has a core.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use converse::{App, Client, Config, message, respond};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

/// How long one side is measured before it is the other's turn.
const TURN: Duration = Duration::from_millis(250);
const ROUNDS: usize = 12;

#[message]
struct SignIn {
    #[field(min_length = 1, max_length = 64)]
    username: String,
    password: String,
}

#[message]
struct SignInResponse {
    success: bool,
    #[field(default = true)]
    valid_user: bool,
    #[field(default = true)]
    valid_password: bool,
}

#[respond]
impl SignIn {
    fn respond(self) -> SignInResponse {
        SignInResponse::new(self.username == "josh" && self.password == "basketball")
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Serves for as long as the program runs; where HTTP and TCP are.
fn serve() -> (SocketAddr, SocketAddr) {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        runtime().block_on(async {
            let any = Some("127.0.0.1:0".parse().expect("an address"));
            let config = Config { http: any, tcp: any, ..Config::default() };
            let serving = App::linked().build_with(config).expect("an app").serve().await.expect("a server");
            let addresses = (serving.http_address().expect("http"), serving.tcp_address().expect("tcp"));
            tell.send(addresses).expect("somebody waits");
            std::future::pending::<()>().await;
        });
    });
    told.recv().expect("a server")
}

/// Calls a second of a client.
async fn calls(client: &Client, depth: usize) -> f64 {
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..depth {
        let client = client.clone();
        tasks.push(tokio::spawn(async move {
            let mut count = 0_u32;
            while begun.elapsed() < TURN {
                let reply: SignInResponse = client.call(SignIn::new("josh", "basketball")).await.expect("a reply");
                assert!(reply.success);
                count += 1;
            }
            count
        }));
    }
    let mut count = 0;
    for task in tasks {
        count += task.await.expect("a count");
    }
    f64::from(count) / begun.elapsed().as_secs_f64()
}

/// The same of lines that are written, and counted when they come back.
async fn bare(socket: &mut TcpStream, depth: usize) -> f64 {
    const LINE: &[u8] = b"{\"$id\":1,\"SignIn\":{\"username\":\"josh\",\"password\":\"basketball\"}}\n";
    let batch = LINE.repeat(depth);
    let mut replies = vec![0; 64 * 1024];
    let begun = Instant::now();
    let mut count = 0_u32;
    while begun.elapsed() < TURN {
        socket.write_all(&batch).await.expect("a server");
        let mut missing = depth;
        while missing > 0 {
            let read = socket.read(&mut replies).await.expect("a server");
            missing -= replies[..read].iter().filter(|byte| **byte == b'\n').count();
        }
        count += u32::try_from(depth).expect("a small depth");
    }
    f64::from(count) / begun.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

async fn measure(http: SocketAddr, tcp: SocketAddr) {
    let mut socket = TcpStream::connect(tcp).await.expect("a server");
    socket.set_nodelay(true).expect("a socket");
    println!("{:<10} {:>5} {:>12} {:>12} {:>8}", "transport", "depth", "calls/s", "bare/s", "ratio");
    for (name, url) in
        [("tcp", format!("tcp://{tcp}")), ("websocket", format!("ws://{http}")), ("http", format!("http://{http}"))]
    {
        let client = Client::connect(&url).await.expect("a server");
        for depth in [1, 32] {
            let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                ours.push(calls(&client, depth).await);
                theirs.push(bare(&mut socket, depth).await);
                ratios.extend(ours.last().zip(theirs.last()).map(|(ours, theirs)| ours / theirs));
            }
            let (ours, theirs, ratio) = (median(ours), median(theirs), median(ratios));
            println!("{name:<10} {depth:>5} {ours:>12.0} {theirs:>12.0} {ratio:>8.2}");
        }
    }
}

fn main() {
    let (http, tcp) = serve();
    runtime().block_on(measure(http, tcp));
}
