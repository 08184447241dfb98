//! The whole way of a message, on one screen.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use converse_model::report::Issue;
use converse_model::{Entry, Found, Problem, Problems, Registry};
use converse_wire::json::Reader;
use converse_wire::{Head, Id, Limits, envelope};
use rustc_hash::FxHashSet;

use crate::came::{Again, Came, Kept};
use crate::explain::{Stop, explain};
use crate::guard::{Guard, Sender};
use crate::handler::{Call, Ran, Responder, Source};
use crate::hook::around;
use crate::reply::{Form, write_fault};
use crate::tally::Tally;
use crate::{
    Authenticate, Budget, Exchange, Fault, Faults, Flow, Formats, Keeper, Load, Look, Peer, Rate, Record, Runtime,
    Sent, SharedFormat, States,
};

/// How a dispatcher behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Bounds on one message.
    pub limits: Limits,
    /// How long a handler may take before it is dropped at its next await. 30 s.
    pub handler_timeout: Duration,
    /// How much may be in flight, over all connections.
    pub budget: Budget,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { limits: Limits::DEFAULT, handler_timeout: Duration::from_secs(30), budget: Budget::default() }
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
    guard: Option<Guard>,
    pub(crate) keeper: Option<Arc<dyn Keeper>>,
    /// Itself, once it is shared: a message that waits for an authenticator or a hook holds it.
    pub(crate) this: Weak<Dispatch>,
    pub(crate) load: Arc<Load>,
    strays: Faults,
    pub(crate) recorder: Option<Arc<dyn Record>>,
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
        let mut hooks_told = FxHashSet::default();
        for class in registry.classes() {
            let Some(responder) = class.slot::<Responder>() else { continue };
            for missing in responder.missing.iter().filter_map(|missing| missing(&states)) {
                problems.push(Problem {
                    what: format!("the handler of `{}` ({}) needs {}", class.name(), responder.origin, missing.what),
                    remedy: missing.remedy,
                });
            }
            for hook in responder.hooks.iter().flat_map(|hooks| hooks.iter()) {
                // However many classes it is for, it is told once what it needs.
                if !hooks_told.insert(hook.path) {
                    continue;
                }
                for missing in hook.missing.iter().filter_map(|missing| missing(&states)) {
                    problems.push(Problem {
                        what: format!("the hook `{}` ({}) needs {}", hook.path, hook.origin, missing.what),
                        remedy: missing.remedy,
                    });
                }
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
                guard: None,
                keeper: None,
                this: Weak::new(),
                load: Arc::new(Load::new(settings.budget)),
                strays: Faults::default(),
                recorder: None,
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

    /// The same dispatcher, for which this knows which keys there were.
    #[must_use]
    pub fn with_keeper(mut self, keeper: Option<Arc<dyn Keeper>>) -> Dispatch {
        self.keeper = keeper;
        self
    }

    /// The same dispatcher, which tells this of every message that it answered and whose trace is recorded.
    #[must_use]
    pub fn recorded(mut self, recorder: Option<Arc<dyn Record>>) -> Dispatch {
        if recorder.is_some() {
            self.load.record();
        }
        self.recorder = recorder;
        self
    }

    /// The formats that are spoken.
    pub fn formats(&self) -> &Formats {
        &self.formats
    }

    /// The same dispatcher, which lets only those who are known send what is not public, and everybody only so
    /// much. With no authenticator everybody may send everything that asks for no role. `guesses` is how many wrong tokens,
    /// keys or sessions one address may show.
    #[must_use]
    pub fn guarded(
        self,
        authenticators: Vec<Box<dyn Authenticate>>,
        rate: Option<Rate>,
        guesses: Option<Rate>,
    ) -> Arc<Dispatch> {
        let guarded = !authenticators.is_empty() || rate.is_some();
        let guard = guarded.then(|| Guard::new(authenticators, rate, guesses, &self.runtime));
        Arc::new_cyclic(|this| Dispatch { guard, this: Weak::clone(this), ..self })
    }

    /// Whether somebody finds out who sends a message, so that not everybody may send everything.
    pub fn authenticates(&self) -> bool {
        self.guard.as_ref().is_some_and(Guard::authenticates)
    }

    /// Takes one envelope to its reply, both in JSON.
    ///
    /// A handler that needs no waiting has finished when this returns, and its reply, or the fault,
    /// stands at the end of `out`; otherwise the reply is on its way. Never panics, whatever the bytes.
    pub fn handle(&self, bytes: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow {
        self.take(&Came::json(bytes, None, peer), out)
    }

    /// Takes one bare body, whose class the caller knows, to its bare reply.
    ///
    /// Nothing is appended to `out` for a fault, nor for a handler that returns nothing, whose reply
    /// is called `Done`.
    pub fn handle_body(&self, class: &str, body: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow {
        self.take(&Came::json(body, Some(class), peer), out)
    }

    /// Takes one envelope in any format to its reply in any other, as [`handle`](Self::handle) does.
    pub fn handle_format(&self, exchange: &Exchange, bytes: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow {
        self.take(&Came::other(bytes, exchange, None, peer), out)
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
        self.take(&Came::other(body, exchange, Some(class), peer), out)
    }

    /// The whole way; by a detour where some messages are refused, or told of.
    #[inline(always)]
    fn take(&self, came: &Came<'_>, out: &mut Vec<u8>) -> Flow {
        if self.load.selects() {
            return self.detour(came, out);
        }
        // It is written where it is returned, not copied there, because that is waited for.
        let mut flow = Flow::Done(Sent::done());
        self.go(came, out, &mut flow);
        flow
    }

    /// The way of a message that may have to be refused before anything of it is read, or that is told of. One whose
    /// sender was waited for is on its way already.
    #[cold]
    #[inline(never)]
    fn detour(&self, came: &Came<'_>, out: &mut Vec<u8>) -> Flow {
        let mut way = || {
            if came.again.is_none()
                && let Err(fault) = self.load.begin(self.runtime.now())
            {
                let (fault, form) = explain(self, came, Stop::Fault(Box::new(fault)));
                return Flow::Done(write_fault(fault, &form, out));
            }
            let mut flow = Flow::Done(Sent::done());
            self.go(came, out, &mut flow);
            flow
        };
        if came.again.is_none() && self.load.is_told() { self.spanned(came, way) } else { way() }
    }

    /// The way, and the refusal of what did not get to its end.
    #[inline(always)]
    fn go(&self, came: &Came<'_>, out: &mut Vec<u8>, flow: &mut Flow) {
        let start = out.len();
        let Flow::Done(sent) = flow else { return };
        let ran = match came.exchange {
            None => self.json(came, out, sent),
            Some(exchange) => self.other(exchange, came, out, sent),
        };
        match ran {
            Ok(None) => {}
            Ok(Some(later)) => *flow = Flow::Later { numbered: later.numbered, reply: later.reply },
            Err(stop) => {
                out.truncate(start);
                if let Some(later) = self.stopped(came, *stop, out, sent) {
                    *flow = Flow::Later { numbered: later.numbered, reply: later.reply };
                }
            }
        }
    }

    /// The way of a message whose sender was waited for, or its hooks, which let it pass.
    pub(crate) async fn go_on(&self, message: &Kept, again: &Again) -> (Sent, Vec<u8>) {
        let mut out = Vec::new();
        match self.take(&message.lend(again), &mut out) {
            Flow::Done(sent) => (sent, out),
            Flow::Later { reply, .. } => reply.await,
        }
    }

    /// The way of a message in JSON. Inlined into each of its ways in: 17 instructions less a message.
    #[inline(always)]
    fn json(&self, came: &Came<'_>, out: &mut Vec<u8>, sent: &mut Sent) -> Ran {
        let mut reader = self.read(came)?;
        let mut head = Head::default();
        if let Some(class) = came.class {
            head.class = class.into();
        } else {
            envelope::head(&mut reader, &mut head)?;
            // Where it is none, a text is no body of any class; but that is for those who may know the class.
            head.string_body &= self.settings.limits.string_bodies;
        }
        self.respond(&mut Call::new(self, Source::Json(&mut reader), &mut head, came, out, sent))
    }

    /// The way of a message in any format.
    fn other(&self, exchange: &Exchange, came: &Came<'_>, out: &mut Vec<u8>, sent: &mut Sent) -> Ran {
        let limits = &self.settings.limits;
        self.may_read(came)?;
        let mut head = Head { class: came.class.unwrap_or_default().into(), ..Head::default() };
        let opened = match came.class {
            None => exchange.request.open(came.bytes, limits, &mut head),
            Some(_) => exchange.request.open_body(came.bytes, limits),
        };
        let mut opened = opened.map_err(|_| Box::new(Stop::Unread))?;
        let source = Source::Other { opened: &mut *opened, reply: &exchange.reply };
        self.respond(&mut Call::new(self, source, &mut head, came, out, sent))
    }

    /// The first checks of JSON: those of every format, and UTF-8.
    #[inline(always)]
    fn read<'a>(&self, came: &Came<'a>) -> Result<Reader<'a>, Box<Stop>> {
        self.may_read(came)?;
        Reader::new(came.bytes, &self.settings.limits).map_err(|_| Box::new(Stop::Unread))
    }

    /// The first check: the size.
    #[inline]
    fn may_read(&self, came: &Came<'_>) -> Result<(), Box<Stop>> {
        if came.bytes.len() > self.settings.limits.bytes {
            return Err(Box::new(Stop::Unread));
        }
        Ok(())
    }

    /// Looks up the class and its handler, finds out who sends this, and lets the handler's own code decode,
    /// respond and encode.
    #[inline(always)]
    fn respond(&self, call: &mut Call<'_, '_>) -> Ran {
        let class = match call.came.again.and_then(|again| again.class.as_ref()) {
            None => self.registry.message(&call.head.class),
            Some(class) => Some(Found::Live(Arc::clone(class))),
        };
        let found = class.as_ref().and_then(|class| Some((&**class, class.slot::<Responder>()?)));
        let passed = call.came.again.filter(|again| again.passed);
        if let Some(again) = passed {
            call.sender = again.sender.clone()?;
            call.unit.put(again.unit.clone());
        } else if let Some(guard) = &self.guard
            && let Some(waiting) = guard.admit(call, found.map(|(class, _)| class.is_public()))?
        {
            return Ok(Some(waiting));
        }
        let Some((class, responder)) = found else {
            return Err(Box::new(unanswered(class.is_some(), &call.sender)));
        };
        if !class.allow().is_empty() {
            call.restricted = Some(Arc::clone(class));
        }
        // One that goes on was counted when it began.
        let begun = match &responder.tally {
            Some(_) if passed.is_some() => Some(Instant::now()),
            Some(tally) => tally.begin(),
            None => None,
        };
        let hooks = responder.hooks.as_ref().filter(|_| passed.is_none());
        let run = || match hooks {
            None if !responder.viewed => (responder.run)(call),
            None => responder.view(call, class),
            Some(hooks) => around(call, class, responder, hooks),
        };
        let ran = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(Box::new(Stop::Panicked(panic))));
        if let (Some(begun), Ok(None), Some(tally)) = (begun, &ran, &responder.tally) {
            tally.took(begun.elapsed());
        }
        ran
    }

    /// What is counted of the class with this name.
    pub(crate) fn tally(&self, class: &str) -> Option<Arc<Tally>> {
        self.registry.message(class)?.slot::<Responder>()?.tally.clone()
    }

    /// What is counted of each class that is answered.
    pub fn tallies(&self) -> Vec<(Arc<Entry>, Arc<Tally>)> {
        let tally = |class: &Arc<Entry>| class.slot::<Responder>()?.tally.clone();
        let mut all: Vec<_> = self
            .registry
            .messages()
            .into_iter()
            .filter_map(|class| tally(&class).map(|tally| (class, tally)))
            .collect();
        all.sort_unstable_by(|(one, _), (other, _)| one.name().cmp(other.name()));
        all
    }

    /// Counts a fault as one of this class; as nobody's, where there is no such class.
    #[cold]
    pub(crate) fn count_fault(&self, class: &str, fault: &Fault) {
        match self.tally(class) {
            Some(tally) => tally.fault(fault),
            None => self.strays.add(fault),
        }
    }

    /// The faults of messages of no class that is answered.
    pub fn strays(&self) -> &Faults {
        &self.strays
    }

    /// The classes whose handlers have kept their thread since the last look; each is told once for each time.
    pub fn stuck(&self, look: &mut Look) -> Vec<Arc<Entry>> {
        let stuck = look.again(|| self.tallies());
        stuck.into_iter().inspect(|(_, tally)| tally.stuck()).map(|(class, _)| class).collect()
    }

    /// What is in flight, and how much of it there may be.
    pub fn load(&self) -> &Arc<Load> {
        &self.load
    }

    /// Appends an envelope that refuses: for transports, before there is a message.
    pub fn refuse(&self, fault: Fault, out: &mut Vec<u8>) -> Sent {
        self.strays.add(&fault);
        write_fault(fault, &Form::Envelope { id: Id::None, string_body: false }, out)
    }

    /// The same in any format.
    pub fn refuse_format(&self, format: &SharedFormat, fault: Fault, out: &mut Vec<u8>) -> Sent {
        self.strays.add(&fault);
        let form = Form::Other { format: SharedFormat::clone(format), id: Id::None, bare: false };
        write_fault(fault, &form, out)
    }

    /// Counts a fault that a transport tells in a form of its own, before there is a message.
    pub fn refused(&self, fault: &Fault) {
        self.strays.add(fault);
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
        self.load.drain();
    }

    /// Whether [`drain`](Self::drain) was called.
    pub fn draining(&self) -> bool {
        self.load.draining()
    }
}

/// Why nobody answers a message; whether there is such a class. Strangers hear of no class that they do not know.
#[cold]
fn unanswered(there: bool, sender: &Sender) -> Stop {
    let known = matches!(sender, Sender::Known(_));
    if there { Stop::NotRespondable } else { Stop::UnknownClass { known } }
}
