//! What is run around the handlers of all messages that are of a kind: before them, and after them.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use converse_model::{Base, Entry, Origin, Role, Shape};
use converse_wire::Id;

use crate::came::Again;
use crate::explain::{Stop, explain, panicked};
use crate::handler::{Call, OnItsWay, Ran, Responder};
use crate::inject::Missing;
use crate::later::{Cut, watch};
use crate::reply::write_fault;
use crate::unit::{UnitSlot, concluded};
use crate::view::Viewed;
use crate::{BoxFuture, Dispatch, Error, Fault, FaultKind, Inject, Runtime, Scope, Sent, States, Unit};

/// Whether a hook is run before the handler, or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Before: it may refuse the message.
    Before,
    /// After, whatever came of the message.
    After,
}

/// One `#[before]` or `#[after]`: for which messages it is, and how it is called.
#[derive(Debug, Clone, Copy)]
pub struct Hook {
    /// When it is run.
    pub when: When,
    /// The class, the protocol or the union whose messages it is for.
    pub of: Base,
    /// What that is.
    pub role: Role,
    /// Its description.
    pub shape: &'static Shape,
    /// As what it reads the message.
    pub reads: Option<&'static Shape>,
    /// Its place among hooks that are as general.
    pub order: i32,
    /// The function.
    pub path: &'static str,
    /// Where it was declared.
    pub origin: Origin,
    /// Makes its arguments.
    pub run: fn(&Viewed, &Scope<'_>) -> Result<HookRun, Error>,
    /// For each argument, what is missing for it at start-up.
    pub missing: &'static [fn(&States) -> Option<Missing>],
}

inventory::collect!(Hook);

/// A hook with its arguments, to be called with what came of the message.
pub type HookRun = Box<dyn FnOnce(Answered) -> BoxFuture<Result<(), Error>> + Send>;

/// What came of a message, for an `#[after]` hook.
#[derive(Debug, Clone, Default)]
pub struct Answered {
    class: String,
    fault: Option<Arc<Fault>>,
}

impl Answered {
    fn of(sent: &Sent) -> Answered {
        Answered { class: sent.class.to_string(), fault: sent.fault.as_deref().cloned().map(Arc::new) }
    }

    /// The name of the reply's class: `Fault` for a fault, `Done` if the handler returned nothing.
    pub fn class(&self) -> &str {
        &self.class
    }

    /// The fault, if the reply is one.
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_deref()
    }
}

/// What a hook may ask for: what a handler may, and after the handler [`Answered`].
#[diagnostic::on_unimplemented(
    message = "a hook cannot ask for `{Self}`",
    label = "nothing makes a `{Self}` for a hook",
    note = "after its message, a hook asks for what a handler may: `State<T>`, `Peer`, `Principal`, `Context`, a type that implements `converse::Inject`; an `#[after]` hook also for `Answered`"
)]
pub trait HookArgument: Sized + Send + 'static {
    /// Makes the argument for one message.
    ///
    /// # Errors
    /// Why it cannot be made.
    fn take(scope: &Scope<'_>) -> Result<Self, Error>;

    /// What is missing for it, looked at once, when the program starts.
    fn missing(states: &States) -> Option<Missing>;

    /// The argument, once it is known what came of the message.
    #[must_use]
    fn answered(self, answered: &Answered) -> Self {
        let _ = answered;
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: Inject + Send + 'static> HookArgument for T {
    fn take(scope: &Scope<'_>) -> Result<T, Error> {
        T::inject(scope)
    }

    fn missing(states: &States) -> Option<Missing> {
        T::missing(states)
    }
}

impl HookArgument for Answered {
    fn take(_: &Scope<'_>) -> Result<Answered, Error> {
        Ok(Answered::default())
    }

    fn missing(_: &States) -> Option<Missing> {
        None
    }

    fn answered(self, answered: &Answered) -> Answered {
        answered.clone()
    }
}

/// How a hook may end.
#[diagnostic::on_unimplemented(
    message = "a hook cannot return `{Self}`",
    label = "a hook gives no reply",
    note = "a hook returns nothing, or a `Result<()>` whose error is the reply"
)]
pub trait IntoEnd {
    /// Nothing, or why the message is refused.
    ///
    /// # Errors
    /// What the hook ended with.
    fn end(self) -> Result<(), Error>;
}

impl IntoEnd for () {
    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

impl<E: Into<Error>> IntoEnd for Result<(), E> {
    fn end(self) -> Result<(), Error> {
        self.map_err(Into::into)
    }
}

/// The hooks of one class, each list in the order in which it is run.
#[derive(Debug, Default)]
pub(crate) struct Hooks {
    pub(crate) before: Vec<Hook>,
    pub(crate) after: Vec<Hook>,
}

impl Hooks {
    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Hook> {
        self.before.iter().chain(&self.after)
    }
}

/// Takes a message, whose body was read, through the hooks of its class and its handler.
pub(crate) fn around(call: &mut Call<'_, '_>, entry: &Arc<Entry>, responder: &Responder, hooks: &Hooks) -> Ran {
    let viewed = call.view(entry)?;
    call.authorise()?;
    let made = |hooks: &[Hook], scope: &Scope<'_>| {
        hooks.iter().map(|hook| (hook.run)(&viewed, scope)).collect::<Result<Vec<_>, Error>>()
    };
    let before = made(&hooks.before, &call.scope())?;
    // What comes after is no part of what the handler does: it is kept whatever came of that.
    let own = UnitSlot::default();
    let after = After { hooks: made(&hooks.after, &Scope { unit: &own, ..call.scope() })?, unit: own.take() };
    let dispatch = call.dispatch;
    let mut passing = Box::pin(pass(
        before,
        Arc::clone(&dispatch.runtime),
        dispatch.settings.handler_timeout,
        entry.name().to_owned(),
    ));
    // Most hooks need no waiting; a real waker comes with the next poll, if there has to be one.
    match passing.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(())) => {
            let (start, numbered) = (call.out.len(), call.head.id != Id::None);
            call.viewed = Some(viewed);
            let (came, class) = (call.came, entry.name().to_owned());
            let ran = responder.answer(call);
            let (out, sent) = (&mut *call.out, &mut *call.sent);
            let ran = ran.or_else(|stop| {
                out.truncate(start);
                Ok(dispatch.stopped(came, *stop, out, sent))
            });
            conclude(dispatch, ran, after, class, Written { start, numbered, out, sent })
        }
        Poll::Ready(Err(stop)) => {
            let (start, numbered) = (call.out.len(), call.head.id != Id::None);
            let (fault, form) = explain(dispatch, call.came, *stop);
            let (out, sent) = (&mut *call.out, &mut *call.sent);
            *sent = write_fault(fault, &form, out);
            conclude(dispatch, Ok(None), after, entry.name().to_owned(), Written { start, numbered, out, sent })
        }
        Poll::Pending => wait(call, passing, after, entry.name().to_owned()),
    }
}

/// The hooks that come after, and what they do that is kept.
struct After {
    hooks: Vec<HookRun>,
    unit: Option<Arc<dyn Unit>>,
}

/// A reply that stands where it was written.
struct Written<'w> {
    start: usize,
    numbered: bool,
    out: &'w mut Vec<u8>,
    sent: &'w mut Sent,
}

/// Runs the hooks that come after; the reply waits for those that wait.
fn conclude(dispatch: &Dispatch, ran: Ran, after: After, class: String, written: Written<'_>) -> Ran {
    if after.hooks.is_empty() {
        return ran;
    }
    let (runtime, timeout) = (Arc::clone(&dispatch.runtime), dispatch.settings.handler_timeout);
    if let Some(later) = ran? {
        let OnItsWay { numbered, reply } = *later;
        let reply = Box::pin(async move {
            let (sent, out) = reply.await;
            follow(after, Answered::of(&sent), runtime, timeout, class).await;
            (sent, out)
        });
        return Ok(Some(Box::new(OnItsWay { numbered, reply })));
    }
    let Written { start, numbered, out, sent } = written;
    let mut following = Box::pin(follow(after, Answered::of(sent), runtime, timeout, class));
    if following.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
        return Ok(None);
    }
    let written = (std::mem::replace(sent, Sent::done()), out.split_off(start));
    let reply = Box::pin(async move {
        following.await;
        written
    });
    Ok(Some(Box::new(OnItsWay { numbered, reply })))
}

/// The message, once the hooks before it have done what they wait for.
fn wait(call: &Call<'_, '_>, passing: BoxFuture<Result<(), Box<Stop>>>, after: After, class: String) -> Ran {
    let Some(dispatch) = call.dispatch.this.upgrade() else {
        return Err(Error::new("a hook that waits needs a dispatcher that is shared").into());
    };
    let (message, sender) = (call.came.keep(), call.sender.clone());
    let numbered = call.head.id != Id::None;
    let again = Again { sender: Ok(sender), passed: true, claimed: false, unit: call.unit.take() };
    let reply = Box::pin(async move {
        let (sent, out) = match passing.await {
            Ok(()) => dispatch.go_on(&message, &again).await,
            Err(stop) => {
                let mut out = Vec::new();
                let (fault, form) = explain(&dispatch, &message.lend(&again), *stop);
                let (sent, form) = (write_fault(fault, &form, &mut out), form.into_owned());
                let refused = Box::pin(std::future::ready((sent, out)));
                concluded(again.unit.clone(), refused, &class, &form).await
            }
        };
        let timeout = dispatch.settings.handler_timeout;
        follow(after, Answered::of(&sent), Arc::clone(&dispatch.runtime), timeout, class).await;
        (sent, out)
    });
    Ok(Some(Box::new(OnItsWay { numbered, reply })))
}

/// Runs the hooks that come before, until one refuses.
async fn pass(
    hooks: Vec<HookRun>,
    runtime: Arc<dyn Runtime>,
    timeout: std::time::Duration,
    class: String,
) -> Result<(), Box<Stop>> {
    let all = Box::pin(async move {
        for run in hooks {
            run(Answered::default()).await?;
        }
        Ok(())
    });
    match watch(all, None, &*runtime, timeout).await {
        Ok(ended) => ended.map_err(|error: Error| error.into()),
        Err(Cut::Panicked(panic)) => Err(Box::new(panicked(&class, &*panic)).into()),
        Err(Cut::Late) => {
            tracing::warn!(class, ?timeout, "the hooks before a handler were dropped at their deadline");
            let message =
                format!("{class} was not looked at within {} ms; send it again a little later", timeout.as_millis());
            let fault = Fault { executed: Some(false), retryable: true, ..Fault::of(FaultKind::TIMEOUT, message) };
            Err(Box::new(fault).into())
        }
    }
}

/// Runs the hooks that come after. What goes wrong with one of them is for the log: the message was answered.
async fn follow(
    after: After,
    answered: Answered,
    runtime: Arc<dyn Runtime>,
    timeout: std::time::Duration,
    class: String,
) {
    for run in after.hooks {
        match watch(run(answered.clone()), None, &*runtime, timeout).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                let _logged = error.into_fault(&class);
            }
            Err(Cut::Panicked(panic)) => {
                let _logged = panicked(&class, &*panic);
            }
            Err(Cut::Late) => tracing::warn!(class, ?timeout, "a hook after a handler was dropped at its deadline"),
        }
    }
    if let Some(unit) = after.unit
        && let Err(error) = unit.commit().await
    {
        let _logged = error.into_fault(&class);
    }
}
