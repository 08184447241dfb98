//! What those who send notice: in process, on a thread that has a core for itself, and over 64 connections.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use converse::Engine;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::core::Thread;
use crate::{CONNECTIONS, MANY, PAUSE, STALL, TIME};

/// How long messages took.
#[derive(Default)]
pub(crate) struct Messages {
    pub(crate) count: usize,
    pub(crate) faults: usize,
    /// The longest from its begin to its end.
    pub(crate) longest: Duration,
    /// How much of that a thread on its way waited for its core.
    pub(crate) delay: Duration,
    /// The longest without such waiting.
    pub(crate) own: Duration,
    /// How many took longer than a stall, without such waiting.
    pub(crate) stalls: usize,
}

impl Messages {
    fn took(&mut self, took: Duration, delay: Duration, reply: &[u8]) {
        let own = took.saturating_sub(delay);
        self.count += 1;
        self.faults += usize::from(reply.windows(7).any(|text| text == b"\"Fault\""));
        if took > self.longest {
            (self.longest, self.delay) = (took, delay.min(took));
        }
        self.own = self.own.max(own);
        self.stalls += usize::from(own > STALL);
    }

    fn and(mut self, other: Messages) -> Messages {
        if other.longest > self.longest {
            (self.longest, self.delay) = (other.longest, other.delay);
        }
        self.count += other.count;
        self.faults += other.faults;
        self.own = self.own.max(other.own);
        self.stalls += other.stalls;
        self
    }
}

/// Compiled and live messages in turn.
fn message(turn: usize) -> String {
    let name = if turn.is_multiple_of(2) { "Ping".to_owned() } else { live::name(turn.wrapping_mul(7_919) % MANY) };
    format!("{{\"{name}\":{{\"text\":\"a\"}}}}\n")
}

/// One message after another on this thread, from bytes to reply, without a socket.
pub(crate) fn in_process(engine: &Engine) -> Messages {
    let (thread, mut messages) = (Thread::this(), Messages::default());
    let until = Instant::now() + TIME;
    while Instant::now() < until {
        let message = message(messages.count);
        let (delayed, begun) = (thread.delayed(), Instant::now());
        let answering = pin!(engine.handle(message.as_bytes()));
        let Poll::Ready(reply) = answering.poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("no handler here waits")
        };
        let took = begun.elapsed();
        messages.took(took, thread.delayed() - delayed, &reply);
    }
    messages
}

/// 64 connections, each with one message at a time, all on this thread.
pub(crate) fn over_tcp(address: SocketAddr, server: &Arc<Thread>) -> Messages {
    let runtime = live::runtime();
    let client = Arc::new(Thread::this());
    runtime.block_on(async {
        let senders: Vec<_> = (0..CONNECTIONS)
            .map(|at| tokio::spawn(connection(address, at, Arc::clone(server), Arc::clone(&client))))
            .collect();
        let mut all = Messages::default();
        for sender in senders {
            all = all.and(sender.await.expect("a sender").expect("a connection"));
        }
        all
    })
}

async fn connection(
    address: SocketAddr,
    at: usize,
    server: Arc<Thread>,
    client: Arc<Thread>,
) -> std::io::Result<Messages> {
    let mut socket = BufReader::new(TcpStream::connect(address).await?);
    socket.get_ref().set_nodelay(true)?;
    let (mut messages, mut line) = (Messages::default(), String::new());
    let until = Instant::now() + TIME;
    while Instant::now() < until {
        let message = message(at * 997 + messages.count);
        let (of_server, of_client, begun) = (server.delayed(), client.delayed(), Instant::now());
        socket.get_mut().write_all(message.as_bytes()).await?;
        line.clear();
        socket.read_line(&mut line).await?;
        let took = begun.elapsed();
        // Both may have waited at the same time: what is taken off is the longer, and so never too much.
        let delay = (server.delayed() - of_server).max(client.delayed() - of_client);
        messages.took(took, delay, line.as_bytes());
        // All that is sent at once would wait for each other.
        tokio::time::sleep(PAUSE).await;
    }
    Ok(messages)
}
