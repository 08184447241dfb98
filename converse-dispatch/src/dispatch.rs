//! The whole way of a message, on one screen.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use converse_model::report::Issue;
use converse_model::{Problem, Problems, Registry};
use converse_wire::json::Reader;
use converse_wire::{Head, Id, Limits, envelope};

use crate::explain::{Stop, explain, explain_body, explain_other, explain_other_body};
use crate::handler::{Call, Ran, Responder, Source};
use crate::reply::{Form, write_fault};
use crate::{Exchange, Fault, FaultKind, Flow, Formats, Peer, Runtime, Sent, SharedFormat, States};

/// How a dispatcher behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Bounds on one message.
    pub limits: Limits,
    /// How long a handler may take before it is dropped at its next await. 30 s.
    pub handler_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { limits: Limits::DEFAULT, handler_timeout: Duration::from_secs(30) }
    }
}

/// Takes messages from bytes to replies: the classes, their handlers, and what handlers need.
pub struct Dispatch {
    registry: Arc<Registry>,
    pub(crate) states: States,
    pub(crate) settings: Settings,
    pub(crate) runtime: Arc<dyn Runtime>,
    formats: Formats,
    pub(crate) wording: Option<Wording>,
    draining: AtomicBool,
}

/// What an application says of a broken rule instead of the rule's own sentence; `None` leaves that one.
pub type Wording = Box<dyn Fn(&Issue) -> Option<String> + Send + Sync>;

impl Dispatch {
    /// A dispatcher over a registry whose classes had [`handlers`](crate::handlers) attached.
    ///
    /// # Errors
    /// Every handler that asks for what is not there, with the class it answers.
    pub fn new(
        registry: Arc<Registry>,
        states: States,
        settings: Settings,
        runtime: Arc<dyn Runtime>,
    ) -> Result<Dispatch, Problems> {
        let mut problems = Vec::new();
        for class in registry.classes() {
            let Some(responder) = class.slot::<Responder>() else { continue };
            for missing in responder.missing.iter().filter_map(|missing| missing(&states)) {
                problems.push(Problem {
                    what: format!("the handler of `{}` ({}) needs {}", class.name(), responder.origin, missing.what),
                    remedy: missing.remedy,
                });
            }
        }
        if problems.is_empty() {
            let formats = Formats::default();
            Ok(Dispatch {
                registry,
                states,
                settings,
                runtime,
                formats,
                wording: None,
                draining: AtomicBool::new(false),
            })
        } else {
            Err(Problems(problems))
        }
    }

    /// The same dispatcher, which speaks these formats.
    ///
    /// # Errors
    /// Formats that cannot be told apart, or that must not be spoken.
    pub fn with_formats(mut self, formats: Formats) -> Result<Dispatch, Problems> {
        formats.check()?;
        self.formats = formats;
        Ok(self)
    }

    /// The same dispatcher, which says this of broken rules.
    #[must_use]
    pub fn with_wording(mut self, wording: Option<Wording>) -> Dispatch {
        self.wording = wording;
        self
    }

    /// The formats that are spoken.
    pub fn formats(&self) -> &Formats {
        &self.formats
    }

    /// Takes one envelope to its reply, both in JSON.
    ///
    /// A handler that needs no waiting has finished when this returns, and its reply, or the fault,
    /// stands at the end of `out`; otherwise the reply is on its way. Never panics, whatever the bytes.
    pub fn handle(&self, bytes: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow {
        let start = out.len();
        let mut sent = Sent::done();
        let ran = self.envelope(bytes, peer, out, &mut sent);
        flow(ran, sent, |stop| {
            out.truncate(start);
            let (id, string_body, fault) = explain(self, bytes, stop);
            write_fault(fault, &Form::Envelope { id, string_body }, out)
        })
    }

    fn envelope(&self, bytes: &[u8], peer: &Peer, out: &mut Vec<u8>, sent: &mut Sent) -> Ran {
        let limits = &self.settings.limits;
        let mut reader = self.read(bytes)?;
        let mut head = Head::default();
        envelope::head(&mut reader, &mut head)?;
        if head.string_body && !limits.string_bodies {
            return Err(Box::new(Stop::Unread));
        }
        let source = Source::Json(&mut reader);
        self.respond(Call { dispatch: self, source, head: &mut head, peer, out, bare: false, sent })
    }

    /// Takes one bare body, whose class the caller knows, to its bare reply.
    ///
    /// Nothing is appended to `out` for a fault, nor for a handler that returns nothing, whose reply
    /// is called `Done`.
    pub fn handle_body(&self, class: &str, body: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow {
        let start = out.len();
        let mut sent = Sent::done();
        let ran = self.bare(class, body, peer, out, &mut sent);
        flow(ran, sent, |stop| {
            out.truncate(start);
            write_fault(explain_body(self, class, body, stop), &Form::Bare, out)
        })
    }

    fn bare(&self, class: &str, body: &[u8], peer: &Peer, out: &mut Vec<u8>, sent: &mut Sent) -> Ran {
        let mut reader = self.read(body)?;
        let mut head = Head { class: class.into(), ..Head::default() };
        let source = Source::Json(&mut reader);
        self.respond(Call { dispatch: self, source, head: &mut head, peer, out, bare: true, sent })
    }

    /// Takes one envelope in any format to its reply in any other, as [`handle`](Self::handle) does.
    pub fn handle_format(&self, exchange: &Exchange, bytes: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow {
        if exchange.is_json() {
            return self.handle(bytes, peer, out);
        }
        let start = out.len();
        let mut sent = Sent::done();
        let ran = self.other(exchange, None, bytes, peer, out, &mut sent);
        flow(ran, sent, |stop| {
            out.truncate(start);
            let (id, fault) = explain_other(self, &*exchange.request, bytes, stop);
            let form = Form::Other { format: SharedFormat::clone(&exchange.reply), id, bare: false };
            write_fault(fault, &form, out)
        })
    }

    /// Takes one bare body in any format to its bare reply in any other, as
    /// [`handle_body`](Self::handle_body) does.
    pub fn handle_body_format(
        &self,
        exchange: &Exchange,
        class: &str,
        body: &[u8],
        peer: &Peer,
        out: &mut Vec<u8>,
    ) -> Flow {
        if exchange.is_json() {
            return self.handle_body(class, body, peer, out);
        }
        let start = out.len();
        let mut sent = Sent::done();
        let ran = self.other(exchange, Some(class), body, peer, out, &mut sent);
        flow(ran, sent, |stop| {
            out.truncate(start);
            let fault = explain_other_body(self, &*exchange.request, class, body, stop);
            write_fault(fault, &Form::Bare, out)
        })
    }

    /// The way of a message in any format; `class` is that of a bare body.
    fn other(
        &self,
        exchange: &Exchange,
        class: Option<&str>,
        bytes: &[u8],
        peer: &Peer,
        out: &mut Vec<u8>,
        sent: &mut Sent,
    ) -> Ran {
        let limits = &self.settings.limits;
        self.may_read(bytes)?;
        let mut head = Head { class: class.unwrap_or_default().into(), ..Head::default() };
        let opened = match class {
            None => exchange.request.open(bytes, limits, &mut head),
            Some(_) => exchange.request.open_body(bytes, limits),
        };
        let mut opened = opened.map_err(|_| Box::new(Stop::Unread))?;
        let source = Source::Other { opened: &mut *opened, reply: &exchange.reply };
        self.respond(Call { dispatch: self, source, head: &mut head, peer, out, bare: class.is_some(), sent })
    }

    /// The first checks of JSON: those of every format, and UTF-8.
    fn read<'a>(&self, bytes: &'a [u8]) -> Result<Reader<'a>, Box<Stop>> {
        self.may_read(bytes)?;
        Reader::new(bytes, &self.settings.limits).map_err(|_| Box::new(Stop::Unread))
    }

    /// The first checks: that work is taken at all, and the size.
    #[inline]
    fn may_read(&self, bytes: &[u8]) -> Result<(), Box<Stop>> {
        if self.draining() {
            let message = "the server is shutting down; send the message again, to another one or a little later";
            return Err(Box::new(Stop::Fault(Box::new(Fault::of(FaultKind::SHUTTING_DOWN, message)))));
        }
        if bytes.len() > self.settings.limits.bytes {
            return Err(Box::new(Stop::Unread));
        }
        Ok(())
    }

    /// Looks up the class and its handler, and lets the handler's own code decode, respond and encode.
    fn respond(&self, call: Call<'_, '_>) -> Ran {
        let classes = self.registry.pin();
        let class = classes.message(&call.head.class).ok_or_else(|| Box::new(Stop::UnknownClass))?;
        let responder = class.slot::<Responder>().ok_or_else(|| Box::new(Stop::NotRespondable))?;
        let run = || (responder.run)(call);
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(Box::new(Stop::Panicked(panic))))
    }

    /// Appends an envelope that refuses: for transports, before there is a message.
    pub fn refuse(&self, fault: Fault, out: &mut Vec<u8>) -> Sent {
        write_fault(fault, &Form::Envelope { id: Id::None, string_body: false }, out)
    }

    /// The same in any format.
    pub fn refuse_format(&self, format: &SharedFormat, fault: Fault, out: &mut Vec<u8>) -> Sent {
        let form = Form::Other { format: SharedFormat::clone(format), id: Id::None, bare: false };
        write_fault(fault, &form, out)
    }

    /// The classes that are served.
    pub fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }

    /// The largest message in bytes.
    pub fn max_message(&self) -> usize {
        self.settings.limits.bytes
    }

    /// From now on every new message is answered `shutting_down`; what has begun goes on.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether [`drain`](Self::drain) was called.
    pub fn draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}

/// What became of a message: answered, on its way, or refused, which `refuse` writes.
#[inline]
fn flow(ran: Ran, sent: Sent, refuse: impl FnOnce(Stop) -> Sent) -> Flow {
    match ran {
        Ok(None) => Flow::Done(sent),
        Ok(Some(later)) => Flow::Later { numbered: later.numbered, reply: later.reply },
        Err(stop) => Flow::Done(refuse(*stop)),
    }
}
