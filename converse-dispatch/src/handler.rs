//! The code behind `respond`, as the macro describes it.

use std::any::TypeId;
use std::sync::Arc;

use converse_model::{Classed, Entry, Origin, Shape, assert_answered};
use converse_wire::json::Reader;
use converse_wire::{Head, Opened, Refused};

use crate::came::Came;
use crate::explain::Stop;
use crate::guard::Sender;
use crate::hook::Hooks;
use crate::inject::Missing;
use crate::live::Answer;
use crate::outcome::{Outcome, Settling};
use crate::reply::Form;
use crate::unit::UnitSlot;
use crate::view::Viewed;
use crate::{Answerable, Dispatch, Error, LaterReply, Scope, Sent, SharedFormat, Shed, States, Tally};

/// One `#[respond]`: which message it answers, with what, and how it is called.
pub trait Handler: 'static {
    /// The message.
    type Message: Answerable;
    /// What the function returns.
    type Reply;

    /// Makes the arguments and calls the function.
    ///
    /// # Errors
    /// An argument that cannot be made; the function was not called then.
    fn call(message: Self::Message, scope: &Scope<'_>) -> Result<impl Outcome<Self::Reply> + 'static, Error>;

    /// For each argument, what is missing for it at start-up.
    const MISSING: &'static [fn(&States) -> Option<Missing>];

    /// Whether its reply is waited for: then it takes a place among those in flight.
    const WAITS: bool;

    /// How many of this class may wait at a time.
    const MAX_IN_FLIGHT: usize;
}

/// A handler without its type: what a class's slot holds.
#[derive(Clone)]
pub struct Responder {
    /// The Rust type of the message.
    pub message: TypeId,
    /// Where the handler was declared.
    pub origin: Origin,
    pub(crate) run: fn(&mut Call<'_, '_>) -> Ran,
    pub(crate) missing: &'static [fn(&States) -> Option<Missing>],
    /// How many may wait at a time, if its reply is waited for.
    pub(crate) most: Option<usize>,
    /// What it reads of a message whose class derives from its own.
    pub(crate) reads: &'static Shape,
    /// Whether it is given a message as its class has it: then the body is read as a value first.
    pub(crate) viewed: bool,
    /// The answer, of a class that was made while the program runs.
    pub(crate) live: Option<Answer>,
    /// What is run around it.
    pub(crate) hooks: Option<Arc<Hooks>>,
    /// What is counted of the class; there once it is in a registry.
    pub(crate) tally: Option<Arc<Tally>>,
}

inventory::collect!(Responder);

impl Responder {
    /// The handler, made data.
    ///
    /// # Panics
    /// If no message is of the class that it answers: at compile time, where it is made.
    pub const fn of<H: Handler>(origin: Origin) -> Responder {
        if H::Message::VIEWED {
            assert_answered(
                <<H::Message as Answerable>::Class as Classed>::SHAPE,
                <<H::Message as Answerable>::Class as Classed>::ROLE,
            );
        }
        Responder {
            message: TypeId::of::<<H::Message as Answerable>::Class>(),
            origin,
            run: run::<H>,
            missing: H::MISSING,
            most: if H::WAITS { Some(H::MAX_IN_FLIGHT) } else { None },
            reads: <<H::Message as Answerable>::Class as Classed>::SHAPE,
            viewed: H::Message::VIEWED,
            live: None,
            hooks: None,
            tally: None,
        }
    }
}

/// One message on its way through its handler.
pub(crate) struct Call<'c, 'a> {
    pub(crate) dispatch: &'c Dispatch,
    pub(crate) source: Source<'c, 'a>,
    pub(crate) head: &'c mut Head<'a>,
    /// The message as it came.
    pub(crate) came: &'c Came<'c>,
    /// Who sent it.
    pub(crate) sender: Sender,
    /// The class, where it asks for a role that its sender has.
    pub(crate) restricted: Option<Arc<Entry>>,
    /// What its handler does that is kept as a whole, once an argument needs it.
    pub(crate) unit: UnitSlot,
    /// The message, where it was read as its class has it.
    pub(crate) viewed: Option<Viewed>,
    pub(crate) out: &'c mut Vec<u8>,
    /// What was sent, once something was.
    pub(crate) sent: &'c mut Sent,
}

/// What stands before the body of a message.
pub(crate) enum Source<'c, 'a> {
    /// A reader of JSON; the reply is JSON too.
    Json(&'c mut Reader<'a>),
    /// Something else is read, or answered.
    Other {
        /// The message.
        opened: &'c mut (dyn Opened<'a> + 'a),
        /// The format of the reply.
        reply: &'c SharedFormat,
    },
}

/// How the way of one message ended: its reply is written, or on its way. Two words, because what is
/// returned here is returned for every message; what was sent is in [`Call::sent`].
pub(crate) type Ran = Result<Option<Box<OnItsWay>>, Box<Stop>>;

/// A reply that is on its way.
pub(crate) struct OnItsWay {
    pub(crate) numbered: bool,
    pub(crate) reply: LaterReply,
}

/// The way of one class, from its body to its reply: the one function that is compiled per handler, so
/// every stage is typed and nothing is boxed.
#[allow(clippy::question_mark, reason = "a `?` is two more functions to compile for each handler")]
fn run<H: Handler>(call: &mut Call<'_, '_>) -> Ran {
    if H::WAITS
        && let Err(stop) = call.admit(H::MAX_IN_FLIGHT)
    {
        return Err(stop);
    }
    let mut place: Option<H::Message> = None;
    if let Err(stop) = call.ready(&mut place) {
        return Err(stop);
    }
    // A format that reads no body at all has not done what it must.
    let Some(message) = place else { return Err(Refused.into()) };
    match H::call(message, &call.scope()) {
        Ok(outcome) => outcome.settle(call.settling()).0,
        Err(error) => Err(error.into()),
    }
}

impl Responder {
    /// The answer of a class that was made while the program runs.
    pub(crate) fn of_live(answer: &Answer, class: &Entry) -> Responder {
        Responder {
            message: TypeId::of::<Answer>(),
            origin: *class.origin(),
            run: |_| Err(Refused.into()),
            most: answer.waits.then_some(usize::MAX),
            missing: &[],
            reads: &Shape::EMPTY,
            viewed: true,
            live: Some(answer.clone()),
            hooks: None,
            tally: None,
        }
    }

    /// Answers a message that is to be read as its class has it. What is beyond the server's means is refused before.
    #[cold]
    pub(crate) fn view(&self, call: &mut Call<'_, '_>, class: &Arc<Entry>) -> Ran {
        if let Some(most) = self.most {
            call.admit(most)?;
        }
        call.viewed = Some(call.view(class)?);
        self.answer(call)
    }

    /// Answers a message that was read as its class has it.
    pub(crate) fn answer(&self, call: &mut Call<'_, '_>) -> Ran {
        match &self.live {
            None => (self.run)(call),
            Some(live) => live.run(call),
        }
    }
}

impl<'c, 'a> Call<'c, 'a> {
    /// A message on its way, of whose sender nothing is known yet.
    #[inline(always)]
    pub(crate) fn new(
        dispatch: &'c Dispatch,
        source: Source<'c, 'a>,
        head: &'c mut Head<'a>,
        came: &'c Came<'c>,
        out: &'c mut Vec<u8>,
        sent: &'c mut Sent,
    ) -> Call<'c, 'a> {
        let unit = UnitSlot::default();
        Call { dispatch, source, head, came, sender: Sender::Unasked, restricted: None, viewed: None, unit, out, sent }
    }

    /// Refuses a message whose handler waits, where as many do as may: before anything of its body is read.
    pub(crate) fn admit(&self, most: usize) -> Result<(), Box<Stop>> {
        let load = &self.dispatch.load;
        load.waits().map_err(Box::new)?;
        if most == usize::MAX {
            return Ok(());
        }
        let waiting = self.dispatch.tally(&self.head.class).map_or(0, |tally| tally.in_flight());
        if waiting < most { Ok(()) } else { Err(Box::new(load.refuse(Shed::ClassInFlight)).into()) }
    }

    /// What arguments of the handler are made from.
    #[inline]
    pub(crate) fn scope(&self) -> Scope<'_> {
        let Call { dispatch, came, head, sender, unit, .. } = self;
        Scope { peer: came.peer, states: &dispatch.states, head, registry: dispatch.registry(), sender, unit }
    }

    /// Where the reply goes, in the form in which the message came.
    #[inline]
    pub(crate) fn settling(&mut self) -> Settling<'_> {
        let bare = self.came.bare();
        let form = match &self.source {
            Source::Json(_) => Form::of(self.head, bare),
            Source::Other { reply, .. } => {
                Form::Other { format: SharedFormat::clone(reply), id: std::mem::take(&mut self.head.id), bare }
            }
        };
        Settling {
            dispatch: self.dispatch,
            class: &self.head.class,
            size: self.came.bytes.len(),
            form,
            unit: self.unit.take(),
            out: self.out,
            sent: self.sent,
        }
    }
}
