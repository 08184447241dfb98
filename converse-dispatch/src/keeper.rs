//! The same `$idempotency_key` takes effect once: what is looked up before the handler, and what is kept of its reply.

use std::sync::Arc;

use converse_model::{Value, complete};
use converse_wire::{Head, Json, Limits};

use crate::came::{Again, Came};
use crate::encode::encode;
use crate::explain::{Stop, explain, read_other, read_whole, read_whole_other, text};
use crate::formats::is_json;
use crate::handler::{Call, OnItsWay, Source};
use crate::plain::body;
use crate::reply::{Form, finish, write_fault};
use crate::value::{Dynamic, value_to_json};
use crate::{AnyMessage, BoxFuture, Dispatch, Error, Incoming, LaterReply, Sent, SharedFormat, Unit};

/// A message that came under a key.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The name of its class.
    pub class: String,
    /// The id of the principal who sent it; none for strangers.
    pub principal: Option<String>,
    /// The key.
    pub key: String,
    /// The body as its class has it, as JSON: the same for messages that are the same.
    pub body: String,
}

/// What is known of a key.
pub enum Claimed {
    /// It is new: the handler is called, and its reply kept with this unit.
    New(Arc<dyn Unit>),
    /// It was answered with this envelope, in JSON.
    Answered(String),
}

/// Knows which keys there were.
pub trait Keeper: Send + Sync + 'static {
    /// Takes a key for a message. `unit` is what hooks have done already.
    ///
    /// # Errors
    /// What the sender is told: the key was used for another message, or is in use.
    fn claim(&self, claim: Claim, unit: Option<Arc<dyn Unit>>) -> BoxFuture<Result<Claimed, Error>>;
}

/// A message whose key must be looked up before it goes on.
pub(crate) struct Claiming {
    claim: Claim,
    again: Again,
    form: Form<'static>,
}

impl Call<'_, '_> {
    /// Stops a message that has a key, until it is known whether the key is new.
    #[cold]
    pub(crate) fn claim(&mut self) -> Result<(), Box<Stop>> {
        // That of the message itself goes before one beside it.
        let beside = self.came.key.unwrap_or_default();
        let key = self.head.idempotency_key.get_or_insert_with(|| beside.to_owned().into()).to_string();
        if self.dispatch.keeper.is_none() || self.came.again.is_some_and(|again| again.claimed) {
            return Ok(());
        }
        let (class, bare) = (self.head.class.to_string(), self.came.bare());
        let principal = self.scope().principal().map(|principal| principal.id().to_owned());
        let body = self.canonical_body(&class)?;
        let form = match &self.source {
            Source::Json(_) => Form::of(self.head, bare),
            Source::Other { reply, .. } => {
                Form::Other { format: SharedFormat::clone(reply), id: std::mem::take(&mut self.head.id), bare }
            }
        };
        let class_of = self.came.again.and_then(|again| again.class.clone());
        let (sender, unit) = (Ok(self.sender.clone()), self.unit.take());
        let again = Again { sender, passed: true, claimed: true, class: class_of, unit };
        let claim = Claim { class, principal, key, body };
        Err(Box::new(Stop::Claim(Box::new(Claiming { claim, again, form: form.into_owned() }))))
    }

    /// The body once more, as its class has it.
    fn canonical_body(&self, class: &str) -> Result<String, Box<Stop>> {
        let limits = &self.dispatch.settings.limits;
        let read = match (self.came.class, self.came.exchange) {
            (None, None) => text(self.came.bytes, limits).and_then(|text| body(text, limits, false)),
            (None, Some(exchange)) => read_other(&*exchange.request, self.came.bytes, limits, false),
            (Some(_), None) => {
                text(self.came.bytes, limits).and_then(|text| read_whole(text, limits)).map(without_head)
            }
            (Some(_), Some(exchange)) => {
                read_whole_other(&*exchange.request, self.came.bytes, limits).map(without_head)
            }
        };
        let (_, value) = read.map_err(Box::new)?;
        let entry = self.dispatch.registry().message(class);
        let value = entry.map_or(Value::None, |entry| complete(entry.shape(), value));
        let mut out = Vec::new();
        encode(&Dynamic(&value), false, &mut out)?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }
}

/// A body whose key came beside it.
fn without_head(body: Value) -> (Head<'static>, Value) {
    (Head::default(), body)
}

impl Dispatch {
    /// The way of a message that stopped for its key; any other stop is given back.
    #[cold]
    pub(crate) fn look_up(&self, came: &Came<'_>, stop: Stop) -> Result<Box<OnItsWay>, Stop> {
        let Claiming { claim, mut again, form } = match stop {
            Stop::Claim(claiming) => *claiming,
            other => return Err(other),
        };
        let (Some(dispatch), Some(keeper)) = (self.this.upgrade(), self.keeper.clone()) else {
            return Err(Stop::Error(Error::new("a message with a key needs a dispatcher that is shared")));
        };
        let (message, numbered) = (came.keep(), form.numbered());
        let reply: LaterReply = Box::pin(async move {
            let class = claim.class.clone();
            match keeper.claim(claim, again.unit.take()).await {
                Ok(Claimed::New(unit)) => {
                    again.unit = Some(unit);
                    dispatch.go_on(&message, &again).await
                }
                Ok(Claimed::Answered(json)) => dispatch.answer_again(&json, &class, &form),
                Err(error) => {
                    let mut out = Vec::new();
                    (write_fault(error.into_fault(&class), &form, &mut out), out)
                }
            }
        });
        Ok(Box::new(OnItsWay { numbered, reply }))
    }

    /// The way of a message that stopped: it waits for its key, or is refused.
    pub(crate) fn stopped(
        &self,
        came: &Came<'_>,
        stop: Stop,
        out: &mut Vec<u8>,
        sent: &mut Sent,
    ) -> Option<Box<OnItsWay>> {
        match self.look_up(came, stop) {
            Ok(later) => Some(later),
            Err(stop) => {
                let (fault, form) = explain(self, came, stop);
                *sent = write_fault(fault, &form, out);
                None
            }
        }
    }

    /// A reply once more, in the form in which it is asked for now.
    fn answer_again(&self, json: &str, class: &str, form: &Form<'_>) -> (Sent, Vec<u8>) {
        let (mut sent, mut out) = (Sent::done(), Vec::new());
        if json == DONE {
            finish((), class, form, &mut out, &mut sent);
        } else {
            let reply = AnyMessage::from_json_in(self.registry(), json);
            finish(reply, class, form, &mut out, &mut sent);
        }
        (sent, out)
    }
}

/// How the reply of a handler that returns nothing is kept.
const DONE: &str = "{\"Done\":{}}";

/// A reply as it is kept: its envelope in JSON, without what belonged to one message alone.
pub(crate) fn kept(sent: &Sent, out: &[u8], form: &Form<'_>) -> Result<String, Error> {
    if &*sent.class == "Done" {
        return Ok(DONE.to_owned());
    }
    let limits = Limits::DEFAULT;
    let value = match form {
        Form::Bare => read_whole(text(out, &limits)?, &limits)?,
        Form::Envelope { .. } => Incoming::read_format(out, &Json, &limits)?.into_body(),
        Form::Other { format, bare: true, .. } if is_json(&**format) => read_whole(text(out, &limits)?, &limits)?,
        Form::Other { format, bare: true, .. } => crate::explain::read_whole_other(&**format, out, &limits)?,
        Form::Other { format, .. } => Incoming::read_format(out, &**format, &limits)?.into_body(),
    };
    Ok(format!("{{\"{}\":{}}}", sent.class, value_to_json(&value)))
}
