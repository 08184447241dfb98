//! Who may send what: the checks between the envelope and the body.

use std::borrow::Cow;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use converse_wire::{Format, Head, Id, Pull, envelope};

use crate::authenticate::{Authenticators, ask};
use crate::came::Again;
use crate::explain::{Stop, panicked};
use crate::guesses::{Guesses, Turn};
use crate::handler::{Call, OnItsWay, Source};
use crate::identity::Standing;
use crate::later::{Cut, watch};
use crate::principal::unauthenticated;
use crate::rate::Rates;
use crate::{
    Authenticate, BoxFuture, Credentials, Dispatch, Error, Fault, FaultKind, Home, Peer, Principal, Rate, Runtime,
};

/// Who sent a message.
#[derive(Clone)]
pub(crate) enum Sender {
    /// Nobody asked: there is no authenticator.
    Unasked,
    /// Nobody who is known.
    Stranger,
    /// This principal.
    Known(Principal),
}

impl From<Option<Principal>> for Sender {
    fn from(principal: Option<Principal>) -> Sender {
        principal.map_or(Sender::Stranger, Sender::Known)
    }
}

/// Who sent a message, or why nobody could find out.
pub(crate) type Asked = Result<Sender, Box<Fault>>;

/// What stands before every message, where there is an authenticator or a rate.
pub(crate) struct Guard {
    authenticators: Authenticators,
    rates: Option<Rates>,
    /// How many wrong tokens, keys and sessions one address may show.
    guesses: Option<Arc<Guesses>>,
}

impl Guard {
    pub(crate) fn new(
        authenticators: Vec<Box<dyn Authenticate>>,
        rate: Option<Rate>,
        guesses: Option<Rate>,
        runtime: &Arc<dyn Runtime>,
    ) -> Guard {
        let guesses = guesses.map(|rate| Arc::new(Guesses::new(rate, Arc::clone(runtime))));
        let rates = rate.map(|rate| Rates::new(rate, runtime.now()));
        Guard { authenticators: authenticators.into(), rates, guesses }
    }

    /// Whether there is an authenticator.
    pub(crate) fn authenticates(&self) -> bool {
        !self.authenticators.is_empty()
    }

    /// Authentication, then the rate. `public` says whether the class is for everybody, and is `None` if there
    /// is no such class, or no handler for it. What it gives back is a message that has to wait for an authenticator.
    ///
    /// Without a principal only public classes are there: of any other, and of any name, nothing is told
    /// but `unauthenticated`.
    #[inline(never)]
    pub(crate) fn admit(
        &self,
        call: &mut Call<'_, '_>,
        public: Option<bool>,
    ) -> Result<Option<Box<OnItsWay>>, Box<Stop>> {
        let now = call.dispatch.runtime.now();
        let sender = match call.came.again {
            Some(again) => again.sender.clone()?,
            None if !self.authenticates() => call.came.peer.signed_in().map_or(Sender::Unasked, Sender::Known),
            None => match self.identify(call, now)? {
                Identified::Now(asked) => asked?,
                Identified::Later(waiting) => return Ok(Some(waiting)),
            },
        };
        if matches!(sender, Sender::Stranger) && public != Some(true) {
            return Err(Box::new(unauthenticated()).into());
        }
        if let (Some(rates), Some(_)) = (&self.rates, public) {
            rates.take(&sender, call.came.peer, now).map_err(Box::new)?;
        }
        call.sender = sender;
        Ok(None)
    }

    /// Who sent the message: whose its own `$auth` is; else who the connection is.
    fn identify(&self, call: &mut Call<'_, '_>, now: Instant) -> Result<Identified, Box<Stop>> {
        let ahead = call.look_ahead();
        let peer = call.came.peer;
        let (credentials, of_connection) = match ahead.auth {
            Some(token) => (Credentials::default().with_bearer(token), None),
            None => match peer.identity().standing(now) {
                Standing::Known(principal) => return Ok(Identified::Now(Ok(principal.into()))),
                Standing::Bearer(credentials) => (credentials, Some(peer.clone())),
            },
        };
        let turn = self.turn(&credentials, peer);
        let asking = ask(&self.authenticators, credentials);
        let asking = async move {
            let place = match turn {
                Some(turn) => Some(turn.await.map_err(guessed)?),
                None => None,
            };
            let known = asking.await?;
            if let (None, Some(place)) = (&known, place) {
                place.was_wrong();
            }
            Ok::<_, Error>(known)
        };
        let (runtime, timeout) = (Arc::clone(&call.dispatch.runtime), call.dispatch.settings.handler_timeout);
        let mut asking: BoxFuture<Asked> = Box::pin(async move {
            match watch(Box::pin(asking), None, &*runtime, timeout).await {
                Ok(Ok(principal)) => {
                    if let Some(peer) = of_connection {
                        peer.identity().keep(principal.clone(), now);
                    }
                    Ok(principal.into())
                }
                Ok(Err(error)) => Err(Box::new(error.into_fault(AUTHENTICATOR))),
                Err(Cut::Panicked(panic)) => Err(Box::new(panicked("the authenticator", AUTHENTICATOR, &*panic))),
                Err(Cut::Late) => Err(Box::new(late())),
            }
        });
        // Most know at once, from a table; a real waker comes with the next poll, if there has to be one.
        match asking.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(asked) => Ok(Identified::Now(asked)),
            Poll::Pending => Guard::wait(call, asking, ahead.numbered).map(Identified::Later),
        }
    }

    /// The turn of these credentials to be looked up, if they are something that somebody may try to guess, and come from an
    /// address. Whose address has shown too many that were wrong has none.
    fn turn(&self, credentials: &Credentials, peer: &Peer) -> Option<impl Future<Output = Turn> + Send + use<>> {
        let guesses = self.guesses.as_ref()?;
        let home = Home::of(peer.address()?.ip());
        let guess = self.authenticators.iter().any(|authenticator| authenticator.looks_up(credentials));
        guess.then(|| Arc::clone(guesses).turn(home))
    }

    /// The message, once it is known who sent it.
    fn wait(call: &Call<'_, '_>, asking: BoxFuture<Asked>, numbered: bool) -> Result<Box<OnItsWay>, Box<Stop>> {
        let Some(dispatch) = call.dispatch.this.upgrade() else {
            return Err(Error::new("the dispatcher is gone").into());
        };
        let message = call.came.keep();
        let reply = Box::pin(async move {
            let again = Again { sender: asking.await, passed: false, claimed: false, class: None, unit: None };
            dispatch.go_on(&message, &again).await
        });
        Ok(Box::new(OnItsWay { numbered, reply }))
    }
}

/// What the log calls an authenticator that fails.
const AUTHENTICATOR: &str = "(authenticator)";

/// Who sent a message, or when that will be known.
enum Identified {
    Now(Asked),
    Later(Box<OnItsWay>),
}

/// What stands beside a body, before or behind it.
struct Ahead {
    auth: Option<String>,
    numbered: bool,
}

impl Call<'_, '_> {
    /// Looks past the body, which nobody may read yet, at what stands behind it. Where the body or what is
    /// behind it cannot be read, only what stands before it counts.
    fn look_ahead(&mut self) -> Ahead {
        let mut head = self.head.clone();
        if !self.came.bare() && (head.auth.is_none() || head.id == Id::None) {
            match &mut self.source {
                Source::Json(reader) => {
                    let (mark, mut whole) = (reader.mark(), self.head.clone());
                    let read = reader.skip().and_then(|()| envelope::tail(reader, &mut whole));
                    reader.reset(mark);
                    if read.is_ok() {
                        head = whole;
                    }
                }
                Source::Other { .. } => {
                    let request = self.came.exchange.map(|exchange| &*exchange.request);
                    if let Some(whole) = request.and_then(|format| whole_head(format, self.came.bytes, self.dispatch)) {
                        head = whole;
                    }
                }
            }
        }
        Ahead { auth: head.auth.map(Cow::into_owned), numbered: head.id != Id::None }
    }
}

/// All that stands beside the body of a message in any format.
fn whole_head<'a>(format: &dyn Format, bytes: &'a [u8], dispatch: &Dispatch) -> Option<Head<'a>> {
    let mut head = Head::default();
    let mut opened = format.open(bytes, &dispatch.settings.limits, &mut head).ok()?;
    opened.body(&mut |pull| pull.skip()).ok()?;
    opened.finish(&mut head).ok()?;
    drop(opened);
    Some(head)
}

#[cold]
fn guessed(nanoseconds: u64) -> Error {
    let text = "too many tokens, keys or sessions from this address were wrong; the next is looked at a little later";
    Fault::of(FaultKind::RATE_LIMITED, text).with_retry_after_ms(nanoseconds.div_ceil(1_000_000)).into()
}

#[cold]
fn late() -> Fault {
    tracing::warn!("an authenticator was dropped at its deadline");
    let text = "the server could not find out in time who sends this; send it again a little later";
    Fault { executed: Some(false), retryable: true, ..Fault::of(FaultKind::TIMEOUT, text) }
}
