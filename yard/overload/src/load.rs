//! The load: lines over some connections, each at its time.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::time::{sleep, sleep_until, timeout};

const CONNECTIONS: usize = 32;
/// How long replies are waited for that are still due.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often health is asked for.
const HEALTH: Duration = Duration::from_millis(50);

/// One message of a step.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    /// When it was due, from the start of the step.
    pub(crate) due: Duration,
    pub(crate) end: Option<(End, Duration)>,
}

/// What became of a message, and after which time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Done,
    /// `overloaded`, with `retry_after_ms`.
    Refused,
    Otherwise,
}

/// What became of all.
pub(crate) struct Outcome {
    pub(crate) samples: Vec<Sample>,
    /// How long `GET /livez` took each time; `None` where it was not answered in a second.
    pub(crate) health: Vec<Option<Duration>>,
}

struct Ledger {
    start: Instant,
    samples: Vec<Sample>,
}

type Shared = Rc<RefCell<Ledger>>;

/// Sends so many messages a second for so long, whether or not they are answered.
pub(crate) async fn run(class: &str, tcp: u16, http: u16, rate: f64, time: Duration) -> std::io::Result<Outcome> {
    let ledger = Rc::new(RefCell::new(Ledger { start: Instant::now(), samples: Vec::new() }));
    let mut writers = Vec::new();
    let mut readers = Vec::new();
    for _ in 0..CONNECTIONS {
        let socket = TcpStream::connect(("127.0.0.1", tcp)).await?;
        socket.set_nodelay(true)?;
        let (read, write) = socket.into_split();
        let lines = BufReader::with_capacity(64 << 10, read);
        let (due, to_send) = tokio::sync::mpsc::unbounded_channel();
        readers.push(tokio::task::spawn_local(hear(lines, Rc::clone(&ledger))));
        tokio::task::spawn_local(send(write, to_send));
        writers.push(due);
    }
    ledger.borrow_mut().start = Instant::now();
    let health = tokio::task::spawn_local(health(http, time));
    offer(class, rate, time, &ledger, &writers).await;
    let waited = Instant::now();
    while ledger.borrow().samples.iter().any(|sample| sample.end.is_none()) && waited.elapsed() < PATIENCE {
        sleep(Duration::from_millis(20)).await;
    }
    for reader in readers {
        reader.abort();
    }
    let health = health.await.map_err(std::io::Error::other)?;
    let samples = std::mem::take(&mut ledger.borrow_mut().samples);
    Ok(Outcome { samples, health })
}

type Due = tokio::sync::mpsc::UnboundedSender<Vec<u8>>;

/// Hands each connection its messages as they are due, a millisecond's at a time.
async fn offer(class: &str, rate: f64, time: Duration, ledger: &Shared, writers: &[Due]) {
    let start = ledger.borrow().start;
    let (mut sent, mut turn) = (0_u32, 0);
    while start.elapsed() < time {
        let now = start.elapsed();
        let mut batches = vec![Vec::new(); writers.len()];
        while f64::from(sent) / rate <= now.as_secs_f64() {
            let due = Duration::from_secs_f64(f64::from(sent) / rate);
            ledger.borrow_mut().samples.push(Sample { due, end: None });
            batches[turn % writers.len()]
                .extend_from_slice(format!("{{\"$id\":{sent},\"{class}\":{{}}}}\n").as_bytes());
            sent += 1;
            turn += 1;
        }
        for (batch, writer) in batches.into_iter().zip(writers) {
            if !batch.is_empty() {
                // A connection that has ended answers nothing: that is seen in the samples.
                let _ = writer.send(batch);
            }
        }
        sleep_until((start + now + Duration::from_millis(1)).into()).await;
    }
}

async fn send(mut socket: OwnedWriteHalf, mut due: tokio::sync::mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(batch) = due.recv().await {
        if socket.write_all(&batch).await.is_err() {
            return;
        }
    }
}

async fn hear(mut lines: BufReader<tokio::net::tcp::OwnedReadHalf>, ledger: Shared) {
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).await.is_ok_and(|count| count > 0) {
        let text = String::from_utf8_lossy(&line);
        let digits = text.strip_prefix("{\"$id\":").and_then(|rest| rest.split(',').next());
        let end = if text.contains("\"Done\"") {
            End::Done
        } else if text.contains("\"overloaded\"") && text.contains("\"retry_after_ms\":") {
            End::Refused
        } else {
            End::Otherwise
        };
        let mut ledger = ledger.borrow_mut();
        let now = ledger.start.elapsed();
        if let Some(sample) =
            digits.and_then(|digits| digits.parse::<usize>().ok()).and_then(|id| ledger.samples.get_mut(id))
        {
            sample.end = Some((end, now.saturating_sub(sample.due)));
        }
        drop(ledger);
        line.clear();
    }
}

/// Asks whether the server lives, each time over a connection of its own.
async fn health(http: u16, time: Duration) -> Vec<Option<Duration>> {
    let (start, mut all) = (Instant::now(), Vec::new());
    while start.elapsed() < time {
        let asked = Instant::now();
        let answered = timeout(Duration::from_secs(1), ask(http)).await;
        all.push(matches!(answered, Ok(Ok(true))).then(|| asked.elapsed()));
        sleep(HEALTH).await;
    }
    all
}

async fn ask(http: u16) -> std::io::Result<bool> {
    let mut socket = TcpStream::connect(("127.0.0.1", http)).await?;
    socket.write_all(b"GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
    let mut response = Vec::new();
    socket.read_to_end(&mut response).await?;
    Ok(response.starts_with(b"HTTP/1.1 200 "))
}
