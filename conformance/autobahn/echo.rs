//! Sends every WebSocket message back as it came, for Autobahn's test suite: the server is converse's own, from its
//! sockets to its codec, and what it asks for an answer is this instead of a dispatcher.
//!
//! Without a subprotocol messages are texts, with `msgpack` they are bytes; what is in them is not looked at. It prints
//! where it listens, and ends with its standard input.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use converse_dispatch::{Budget, Exchange, Exposition, Fault, Flow, Formats, Load, Peer, Sent, SharedFormat};
use converse_net::{Answer, BindError, Listen, NetLimits, Server};
use tokio::io::AsyncReadExt;

/// The suite's largest message has 16 MiB.
const LARGEST: usize = 16 * 1024 * 1024;

struct Echo {
    formats: Formats,
    load: Arc<Load>,
    draining: AtomicBool,
}

fn sent() -> Sent {
    Sent { class: "Echo".into(), fault: None }
}

impl Answer for Echo {
    fn handle(&self, bytes: &[u8], _: &Peer, out: &mut Vec<u8>) -> Flow {
        out.extend_from_slice(bytes);
        Flow::Done(sent())
    }

    fn handle_body(&self, _: &str, body: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow {
        self.handle(body, peer, out)
    }

    fn refuse(&self, fault: Fault, out: &mut Vec<u8>) -> Sent {
        out.extend_from_slice(fault.code.as_bytes());
        Sent { class: "Fault".into(), fault: Some(Box::new(fault)) }
    }

    fn refused(&self, _: &Fault) {}

    fn formats(&self) -> &Formats {
        &self.formats
    }

    fn handle_format(&self, _: &Exchange, bytes: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow {
        self.handle(bytes, peer, out)
    }

    fn handle_body_format(&self, _: &Exchange, _: &str, body: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow {
        self.handle(body, peer, out)
    }

    fn refuse_format(&self, _: &SharedFormat, fault: Fault, out: &mut Vec<u8>) -> Sent {
        self.refuse(fault, out)
    }

    fn max_message(&self) -> usize {
        LARGEST
    }

    fn load(&self) -> &Arc<Load> {
        &self.load
    }

    fn measure(&self, _: &mut Exposition) {}

    fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    fn draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}

async fn serve() -> Result<(), BindError> {
    let load = Arc::new(Load::new(Budget::default()));
    let echo = Arc::new(Echo { formats: Formats::default(), load, draining: AtomicBool::default() });
    let listen = Listen { http: Some(([127, 0, 0, 1], 0).into()), ..Listen::default() };
    let server = Server::bind(echo, listen, NetLimits { queued: 2 * LARGEST, ..NetLimits::default() }).await?;
    if let Some(address) = server.http_address() {
        println!("ws://{address}/ws");
    }
    server
        .run(async {
            // Its end, or that it cannot be read, is the same here.
            let _ended = tokio::io::stdin().read_to_end(&mut Vec::new()).await;
        })
        .await;
    Ok(())
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Runtime::new();
    let served = runtime
        .map_err(|error| error.to_string())
        .and_then(|runtime| runtime.block_on(serve()).map_err(|error| error.to_string()));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}
