//! The code behind `respond`, as the macro describes it.

use std::any::TypeId;

use converse_model::Origin;
use converse_wire::json::Reader;
use converse_wire::{Head, Opened};

use crate::explain::Stop;
use crate::inject::Missing;
use crate::outcome::{Outcome, Settling};
use crate::reply::Form;
use crate::{Answerable, Dispatch, Error, LaterReply, Peer, Scope, Sent, SharedFormat, States};

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

    /// The arguments for which something is missing at start-up.
    fn missing(states: &States) -> Vec<Missing>;
}

/// A handler without its type: what a class's slot holds.
#[derive(Debug, Clone, Copy)]
pub struct Responder {
    /// The Rust type of the message.
    pub message: TypeId,
    /// Where the handler was declared.
    pub origin: Origin,
    pub(crate) json: fn(Call<'_, '_>) -> Ran,
    pub(crate) any: fn(OtherCall<'_, '_>) -> Ran,
    pub(crate) missing: fn(&States) -> Vec<Missing>,
}

inventory::collect!(Responder);

impl Responder {
    /// The handler, made data.
    pub const fn of<H: Handler>(origin: Origin) -> Responder {
        Responder { message: TypeId::of::<H::Message>(), origin, json: json::<H>, any: any::<H>, missing: H::missing }
    }
}

/// One message on its way through its handler.
pub(crate) struct Call<'c, 'a> {
    pub(crate) dispatch: &'c Dispatch,
    pub(crate) reader: &'c mut Reader<'a>,
    pub(crate) head: &'c mut Head<'a>,
    pub(crate) peer: &'c Peer,
    pub(crate) out: &'c mut Vec<u8>,
    /// Whether the body came without an envelope.
    pub(crate) bare: bool,
    /// What was sent, once something was.
    pub(crate) sent: &'c mut Sent,
}

/// One message on its way through its handler, in any format.
pub(crate) struct OtherCall<'c, 'a> {
    pub(crate) dispatch: &'c Dispatch,
    pub(crate) opened: &'c mut (dyn Opened<'a> + 'a),
    pub(crate) head: &'c mut Head<'a>,
    pub(crate) peer: &'c Peer,
    pub(crate) out: &'c mut Vec<u8>,
    /// The format of the reply.
    pub(crate) reply: &'c SharedFormat,
    /// Whether the body came without an envelope.
    pub(crate) bare: bool,
    /// What was sent, once something was.
    pub(crate) sent: &'c mut Sent,
}

/// How the way of one message ended: its reply is written, or on its way. Two words, because what is
/// returned here is returned for every message; what was sent is in [`Call::sent`].
pub(crate) type Ran = Result<Option<Box<OnItsWay>>, Box<Stop>>;

/// A reply that is on its way.
pub(crate) struct OnItsWay {
    pub(crate) numbered: bool,
    pub(crate) reply: LaterReply,
}

/// The way of one class, from its body to its reply: the one function that is compiled per handler for
/// JSON, so every stage is typed and nothing is boxed.
fn json<H: Handler>(mut call: Call<'_, '_>) -> Ran {
    let message = call.decode::<H::Message>()?;
    let outcome = H::call(message, &call.scope())?;
    let Call { dispatch, head, out, bare, sent, .. } = call;
    let form = Form::of(head, bare);
    outcome.settle(Settling { dispatch, class: &head.class, form, out, sent }).0
}

/// The same in any format: the other function that is compiled per handler, for all formats together.
fn any<H: Handler>(call: OtherCall<'_, '_>) -> Ran {
    let OtherCall { dispatch, opened, head, peer, out, reply, bare, sent } = call;
    let mut message = None;
    opened.body(&mut |pull| {
        message = Some(H::Message::read_body(pull)?);
        Ok(())
    })?;
    opened.finish(head)?;
    // A format that reads no body at all has not done what it must.
    let message = message.ok_or_else(|| Box::new(Stop::Unread))?;
    let outcome = H::call(message, &Scope { peer, states: &dispatch.states, head })?;
    let form = Form::Other { format: SharedFormat::clone(reply), id: std::mem::take(&mut head.id), bare };
    outcome.settle(Settling { dispatch, class: &head.class, form, out, sent }).0
}
