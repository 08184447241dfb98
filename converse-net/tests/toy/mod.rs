//! A stand-in for the dispatcher: it answers by words in the message, and counts what it ran.

#![allow(dead_code, clippy::unwrap_used, clippy::missing_panics_doc)]

pub(crate) mod running;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use converse_dispatch::{
    Budget, Exchange, Exposition, Fault, FaultKind, Flow, Formats, Load, Peer, Sent, SharedFormat,
};
use converse_net::Answer;
use tokio::sync::Semaphore;

/// Tells `who` the peer's address, and echoes every other message: at once, when the gate opens (`wait`), or after some milliseconds
/// (`sleep 50`), in turn or, if it has an `$id`, as it is ready.
pub(crate) struct Toy {
    started: AtomicUsize,
    finished: Arc<AtomicUsize>,
    refusals: AtomicUsize,
    limit: Option<usize>,
    gate: Arc<Gate>,
    draining: AtomicBool,
    formats: Formats,
    load: Arc<Load>,
}

impl Default for Toy {
    fn default() -> Toy {
        Toy {
            started: AtomicUsize::default(),
            finished: Arc::default(),
            refusals: AtomicUsize::default(),
            limit: None,
            gate: Arc::default(),
            draining: AtomicBool::default(),
            formats: Formats::default(),
            load: Arc::new(Load::new(Budget::default())),
        }
    }
}

struct Gate(Semaphore);

impl Default for Gate {
    fn default() -> Gate {
        Gate(Semaphore::new(0))
    }
}

impl Toy {
    /// Lets one waiting handler finish.
    pub(crate) fn open(&self) {
        self.gate.0.add_permits(1);
    }

    /// One whose largest message is so many bytes.
    pub(crate) fn limited(limit: usize) -> Toy {
        Toy { limit: Some(limit), ..Toy::default() }
    }

    /// One that may hold so many bytes.
    pub(crate) fn holding(bytes: usize) -> Toy {
        Toy { load: Arc::new(Load::new(Budget { bytes, ..Budget::default() })), ..Toy::default() }
    }

    /// How many bytes are held.
    pub(crate) fn held(&self) -> usize {
        self.load.bytes()
    }

    pub(crate) fn started(&self) -> usize {
        self.started.load(Ordering::SeqCst)
    }

    /// How often a fault was written that is no handler's.
    pub(crate) fn refusals(&self) -> usize {
        self.refusals.load(Ordering::SeqCst)
    }

    pub(crate) fn finished(&self) -> usize {
        self.finished.load(Ordering::SeqCst)
    }
}

fn sent() -> Sent {
    Sent { class: "Echo".into(), fault: None }
}

impl Answer for Toy {
    fn handle(&self, bytes: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow {
        if self.draining() {
            return Flow::Done(self.refuse(Fault::of(FaultKind::SHUTTING_DOWN, "bye"), out));
        }
        self.started.fetch_add(1, Ordering::SeqCst);
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let numbered = text.contains("$id");
        let finished = Arc::clone(&self.finished);
        if let Some((_, rest)) = text.split_once("sleep ") {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let pause = Duration::from_millis(digits.parse().unwrap());
            let reply = Box::pin(async move {
                tokio::time::sleep(pause).await;
                finished.fetch_add(1, Ordering::SeqCst);
                (sent(), text.into_bytes())
            });
            return Flow::Later { numbered, reply };
        }
        if text.contains("wait") {
            let gate = Arc::clone(&self.gate);
            let reply = Box::pin(async move {
                gate.0.acquire().await.unwrap().forget();
                finished.fetch_add(1, Ordering::SeqCst);
                (sent(), text.into_bytes())
            });
            return Flow::Later { numbered, reply };
        }
        finished.fetch_add(1, Ordering::SeqCst);
        if text.contains("cookie") {
            peer.set_cookie("a=1");
        }
        if text.contains("who") {
            out.extend_from_slice(peer.address().map_or("nobody".to_owned(), |it| it.to_string()).as_bytes());
        } else if let Some((_, rest)) = text.split_once("large ") {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            out.resize(out.len() + digits.parse::<usize>().unwrap(), b'x');
        } else {
            out.extend_from_slice(bytes);
        }
        Flow::Done(sent())
    }

    fn handle_body(&self, class: &str, body: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow {
        match class {
            "Quiet" => Flow::Done(Sent { class: "Done".into(), fault: None }),
            "Refused" => {
                let fault = Fault::of(FaultKind::OVERLOADED, "later").with_retry_after_ms(1500);
                Flow::Done(Sent { class: "Fault".into(), fault: Some(Box::new(fault)) })
            }
            _ => self.handle(body, peer, out),
        }
    }

    fn refuse(&self, fault: Fault, out: &mut Vec<u8>) -> Sent {
        self.refusals.fetch_add(1, Ordering::SeqCst);
        out.extend_from_slice(format!("{{\"Fault\":\"{}\"}}", fault.code).as_bytes());
        Sent { class: "Fault".into(), fault: Some(Box::new(fault)) }
    }

    fn refused(&self, _: &Fault) {}

    fn formats(&self) -> &Formats {
        &self.formats
    }

    fn handle_format(&self, _exchange: &Exchange, bytes: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow {
        self.handle(bytes, peer, out)
    }

    fn handle_body_format(
        &self,
        _exchange: &Exchange,
        class: &str,
        body: &[u8],
        peer: &Peer,
        out: &mut Vec<u8>,
    ) -> Flow {
        self.handle_body(class, body, peer, out)
    }

    fn refuse_format(&self, _format: &SharedFormat, fault: Fault, out: &mut Vec<u8>) -> Sent {
        self.refuse(fault, out)
    }

    fn max_message(&self) -> usize {
        self.limit.unwrap_or(1024 * 1024)
    }

    fn load(&self) -> &Arc<Load> {
        &self.load
    }

    fn measure(&self, _all: &mut Exposition) {}

    fn drain(&self) {
        self.draining.store(true, Ordering::SeqCst);
    }

    fn draining(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }
}
