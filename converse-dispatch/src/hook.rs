//! What is run around the handlers of all messages that are of a kind: before them, and after them.

use std::future::ready;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use converse_model::{Base, Entry, Origin, Shape};
use converse_wire::Id;

use crate::came::Again;
use crate::desk::seated;
use crate::explain::{Stop, explain, panicked};
use crate::handler::{Call, OnItsWay, Ran, Responder};
use crate::inject::Missing;
use crate::later::{Cut, caught, watch};
use crate::load::Place;
use crate::reply::write_fault;
use crate::tally::Waiting;
use crate::unit::{UnitSlot, concluded};
use crate::view::Viewed;
use crate::{BoxFuture, Error, Fault, FaultKind, Inject, Runtime, Scope, Sent, States, Tally, Unit};

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

/// What a `#[before]` hook may ask for: what a handler may.
#[diagnostic::on_unimplemented(
    message = "a `#[before]` hook cannot ask for `{Self}`",
    label = "nothing makes a `{Self}` before the handler",
    note = "after its message, a hook asks for what a handler may: `State<T>`, `Peer`, `Principal`, `Context`, a type that implements `converse::Inject`; `Answered` is for `#[after]` hooks"
)]
pub trait BeforeArgument: Sized + Send + 'static {
    /// Makes the argument for one message.
    ///
    /// # Errors
    /// Why it cannot be made.
    fn take(scope: &Scope<'_>) -> Result<Self, Error>;

    /// What is missing for it, looked at once, when the program starts.
    fn missing(states: &States) -> Option<Missing>;
}

#[diagnostic::do_not_recommend]
impl<T: Inject + Send + 'static> BeforeArgument for T {
    fn take(scope: &Scope<'_>) -> Result<T, Error> {
        T::inject(scope)
    }

    fn missing(states: &States) -> Option<Missing> {
        T::missing(states)
    }
}

/// What an `#[after]` hook may ask for: what a handler may, and [`Answered`].
#[diagnostic::on_unimplemented(
    message = "an `#[after]` hook cannot ask for `{Self}`",
    label = "nothing makes a `{Self}` for a hook",
    note = "after its message, a hook asks for what a handler may: `State<T>`, `Peer`, `Principal`, `Context`, a type that implements `converse::Inject`; an `#[after]` hook also for `Answered`"
)]
pub trait AfterArgument: Sized + Send + 'static {
    /// Makes the argument for one message, before it is known what comes of that.
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
impl<T: Inject + Send + 'static> AfterArgument for T {
    fn take(scope: &Scope<'_>) -> Result<T, Error> {
        T::inject(scope)
    }

    fn missing(states: &States) -> Option<Missing> {
        T::missing(states)
    }
}

impl AfterArgument for Answered {
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
    pub(crate) before: Vec<&'static Hook>,
    pub(crate) after: Vec<&'static Hook>,
}

impl Hooks {
    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &'static Hook> {
        self.before.iter().chain(&self.after).copied()
    }
}

/// Takes a message, whose body was read, through the hooks of its class and its handler.
pub(crate) fn around(call: &mut Call<'_, '_>, entry: &Arc<Entry>, responder: &Responder, hooks: &Hooks) -> Ran {
    // What is beyond the server's means is refused before anything is done for it, as without hooks.
    if let Some(most) = responder.most {
        call.admit(most)?;
    }
    let viewed = call.view(entry)?;
    call.authorise()?;
    let made = |hooks: &[&Hook], scope: &Scope<'_>| hooks.iter().map(|hook| Made::of(hook, &viewed, scope)).collect();
    let before: Vec<Made> = made(&hooks.before, &call.scope());
    // What comes after is no part of what the handler does: it is kept whatever came of that.
    let own = UnitSlot::default();
    let after: Vec<Made> = made(&hooks.after, &Scope { unit: &own, ..call.scope() });
    let dispatch = call.dispatch;
    let after = After {
        hooks: after,
        unit: own.take(),
        runtime: Arc::clone(&dispatch.runtime),
        timeout: dispatch.settings.handler_timeout,
        class: entry.name().to_owned(),
        tally: responder.tally.clone().unwrap_or_default(),
    };
    let passing = pass(before, Arc::clone(&after.runtime), after.timeout, after.class.clone());
    let mut passing: BoxFuture<_> = Box::pin(passing);
    // Most hooks need no waiting; a real waker comes with the next poll, if there has to be one.
    let passed = match passing.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(passed) => passed,
        Poll::Pending => return wait(call, entry, passing, after),
    };
    let (start, numbered, came) = (call.out.len(), call.head.id != Id::None, call.came);
    let ran = passed.and_then(|()| {
        call.viewed = Some(viewed);
        // What comes after is told of a panic as well.
        let run = catch_unwind(AssertUnwindSafe(|| responder.answer(call)));
        run.unwrap_or_else(|panic| Err(Box::new(Stop::Panicked(panic))))
    });
    let (out, sent) = (&mut *call.out, &mut *call.sent);
    let ran = ran.unwrap_or_else(|stop| {
        out.truncate(start);
        dispatch.stopped(came, *stop, out, sent)
    });
    Ok(after.conclude(ran, Written { start, numbered, out, sent }))
}

/// A hook with its arguments.
struct Made {
    path: &'static str,
    run: HookRun,
}

impl Made {
    /// A hook whose arguments cannot be made ends with that, once it is its turn.
    fn of(hook: &Hook, viewed: &Viewed, scope: &Scope<'_>) -> Made {
        let run = (hook.run)(viewed, scope).unwrap_or_else(|error| Box::new(|_| Box::pin(ready(Err(error)))));
        Made { path: hook.path, run }
    }

    /// Runs it. Its errors that are not for clients, and its panics, are logged under its name.
    async fn run(self, answered: Answered, class: &str) -> Result<(), Fault> {
        let Made { path, run } = self;
        match caught(Box::pin(async move { run(answered).await })).await {
            Ok(ended) => ended.map_err(|error| error.into_fault(&format!("{class} (the hook {path})"))),
            Err(panic) => Err(panicked(&format!("the hook {path}"), class, &*panic)),
        }
    }
}

/// Runs the hooks that come before, until one refuses.
async fn pass(hooks: Vec<Made>, runtime: Arc<dyn Runtime>, timeout: Duration, class: String) -> Result<(), Box<Stop>> {
    let of = class.clone();
    let all = Box::pin(async move {
        for hook in hooks {
            hook.run(Answered::default(), &of).await?;
        }
        Ok(())
    });
    match watch(all, None, &*runtime, timeout).await {
        Ok(ended) => ended.map_err(|fault: Fault| Box::new(fault).into()),
        Err(Cut::Panicked(panic)) => Err(Box::new(Stop::Panicked(panic))),
        Err(Cut::Late) => {
            tracing::warn!(class, ?timeout, "the hooks before a handler were dropped at their deadline");
            let message =
                format!("{class} was not looked at within {} ms; send it again a little later", timeout.as_millis());
            let fault = Fault { executed: Some(false), retryable: true, ..Fault::of(FaultKind::TIMEOUT, message) };
            Err(Box::new(fault).into())
        }
    }
}

/// The message, once the hooks before it have done what they wait for. Meanwhile it has a place among those in flight.
fn wait(call: &Call<'_, '_>, entry: &Arc<Entry>, passing: BoxFuture<Result<(), Box<Stop>>>, after: After) -> Ran {
    let Some(dispatch) = call.dispatch.this.upgrade() else {
        return Err(Error::new("a hook that waits needs a dispatcher that is shared").into());
    };
    dispatch.load.waits().map_err(Box::new)?;
    let place = Place::take(&dispatch.load, call.came.bytes.len());
    let waiting = Waiting::new(Arc::clone(&after.tally));
    let (message, sender, entry) = (call.came.keep(), call.sender.clone(), Arc::clone(entry));
    let numbered = call.head.id != Id::None;
    let tally = Arc::clone(&after.tally);
    let again = Again { sender: Ok(sender), passed: true, claimed: false, class: Some(entry), unit: call.unit.take() };
    let reply = Box::pin(seated(
        tally,
        Box::pin(async move {
            let passed = passing.await;
            // A handler that waits takes a place of its own.
            drop((place, waiting));
            let (sent, out) = match passed {
                Ok(()) => dispatch.go_on(&message, &again).await,
                Err(stop) => {
                    let mut out = Vec::new();
                    let (fault, form) = explain(&dispatch, &message.lend(&again), *stop);
                    let (sent, form) = (write_fault(fault, &form, &mut out), form.into_owned());
                    // What the hooks did before is not kept.
                    concluded(again.unit.clone(), Box::pin(ready((sent, out))), &after.class, &form).await
                }
            };
            after.follow(Answered::of(&sent)).await;
            (sent, out)
        }),
    ));
    Ok(Some(Box::new(OnItsWay { numbered, reply })))
}

/// The hooks that come after, and what it takes to run them.
struct After {
    hooks: Vec<Made>,
    /// What they do that is kept.
    unit: Option<Arc<dyn Unit>>,
    runtime: Arc<dyn Runtime>,
    timeout: Duration,
    class: String,
    tally: Arc<Tally>,
}

/// A reply that stands where it was written.
struct Written<'w> {
    start: usize,
    numbered: bool,
    out: &'w mut Vec<u8>,
    sent: &'w mut Sent,
}

impl After {
    /// Runs them, once the reply is there; it waits for those that wait.
    fn conclude(self, ran: Option<Box<OnItsWay>>, written: Written<'_>) -> Option<Box<OnItsWay>> {
        if self.hooks.is_empty() {
            return ran;
        }
        let tally = Arc::clone(&self.tally);
        if let Some(later) = ran {
            let OnItsWay { numbered, reply } = *later;
            let reply = Box::pin(async move {
                let (sent, out) = reply.await;
                self.follow(Answered::of(&sent)).await;
                (sent, out)
            });
            return Some(Box::new(OnItsWay { numbered, reply: Box::pin(seated(tally, reply)) }));
        }
        let Written { start, numbered, out, sent } = written;
        let mut following: BoxFuture<()> = Box::pin(self.follow(Answered::of(sent)));
        if following.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            return None;
        }
        let written = (std::mem::replace(sent, Sent::done()), out.split_off(start));
        let reply = Box::pin(async move {
            following.await;
            written
        });
        Some(Box::new(OnItsWay { numbered, reply: Box::pin(seated(tally, reply)) }))
    }

    /// Runs them one after another, each with a deadline of its own. What goes wrong with one of them is for the log: the
    /// message was answered.
    async fn follow(self, answered: Answered) {
        let After { hooks, unit, runtime, timeout, class, .. } = self;
        for hook in hooks {
            let (path, answered, of) = (hook.path, answered.clone(), class.clone());
            let run = Box::pin(async move { hook.run(answered, &of).await });
            match watch(run, None, &*runtime, timeout).await {
                Ok(Ok(())) => {}
                // Faults that are made for clients are not logged on the way.
                Ok(Err(fault)) => {
                    tracing::warn!(
                        class,
                        hook = path,
                        "a hook after a handler ended with {}: {}",
                        fault.code,
                        fault.message
                    );
                }
                Err(Cut::Panicked(panic)) => {
                    let _logged = panicked("a hook", &class, &*panic);
                }
                Err(Cut::Late) => {
                    tracing::warn!(class, hook = path, ?timeout, "a hook after a handler was dropped at its deadline");
                }
            }
        }
        if let Some(unit) = unit
            && let Err(error) = unit.commit().await
        {
            let _logged = error.into_fault(&class);
        }
    }
}
