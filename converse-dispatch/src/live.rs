//! Handlers of classes that are made while the program runs.

use std::future::Future;
use std::sync::Arc;

use converse_model::object::{Class, Statement};
use converse_model::{Classed, Entry, Problems, Registry, Terms, Value};
use converse_wire::Refused;

use crate::handler::{Call, Ran};
use crate::outcome::{Done, Later, Outcome, Settled};
use crate::{AnyMessage, Error, Fault, FaultKind, Inject, IntoReply, Missing, Scope, States};

/// What a class statement of the class model can say when the class is a message: who answers it.
///
/// ```
/// use converse_dispatch::{AnyMessage, Answers, Error, Scope};
/// use converse_model::Type;
/// use converse_model::object::Class;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let echo = Class::define("Echo")
///     .field(("text", Type::Text))
///     .respond(|message: AnyMessage, _: &Scope<'_>| -> Result<AnyMessage, Error> { Ok(message) })
///     .create()?;
/// # let _ = echo;
/// # Ok(())
/// # }
/// ```
pub trait Answers: Sized {
    /// Answers messages of the class, and of those that derive from it without an answer of their own. What it asks for
    /// besides, it gets from the scope: `scope.get::<State<Pool>>()?`.
    #[must_use]
    fn respond<R: IntoReply>(self, answer: impl Fn(AnyMessage, &Scope<'_>) -> R + Send + Sync + 'static) -> Self;

    /// The same for an answer that waits: what it asks for it gets before.
    #[must_use]
    fn respond_later<F>(self, answer: impl Fn(AnyMessage, &Scope<'_>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output: IntoReply> + Send + 'static;
}

impl Answers for Statement {
    fn respond<R: IntoReply>(self, answer: impl Fn(AnyMessage, &Scope<'_>) -> R + Send + Sync + 'static) -> Statement {
        self.slot(Answer::new(false, move |message, scope| Done(answer(message, scope))))
    }

    fn respond_later<F>(self, answer: impl Fn(AnyMessage, &Scope<'_>) -> F + Send + Sync + 'static) -> Statement
    where
        F: Future<Output: IntoReply> + Send + 'static,
    {
        self.slot(Answer::new(true, move |message, scope| Later(answer(message, scope))))
    }
}

type Run = dyn Fn(&mut Call<'_, '_>) -> Ran + Send + Sync;

/// The answer of a class that was made while the program runs.
#[derive(Clone)]
pub(crate) struct Answer {
    run: Arc<Run>,
    /// Whether its reply is waited for: then it takes a place among those in flight.
    pub(crate) waits: bool,
}

impl Answer {
    fn new<R, O: Outcome<R>>(
        waits: bool,
        answer: impl Fn(AnyMessage, &Scope<'_>) -> O + Send + Sync + 'static,
    ) -> Answer {
        let run = move |call: &mut Call<'_, '_>| {
            // Read before, as a message without a compiled type always is.
            let Some(viewed) = call.viewed.take() else { return Err(Refused.into()) };
            call.admitted()?;
            let outcome = answer(viewed.message(), &call.scope());
            let Settled(ran) = outcome.settle(call.settling());
            ran
        };
        Answer { run: Arc::new(run), waits }
    }

    /// Answers a message.
    pub(crate) fn run(&self, call: &mut Call<'_, '_>) -> Ran {
        (self.run)(call)
    }
}

/// The classes of a serving program, for a handler that adds, replaces or removes some:
/// `fn respond(self, classes: Classes) -> Result<()>`.
#[derive(Debug, Clone)]
pub struct Classes(Arc<Registry>);

impl Classes {
    /// Those of a registry.
    pub fn of(registry: &Arc<Registry>) -> Classes {
        Classes(Arc::clone(registry))
    }

    /// The message with this name.
    pub fn get(&self, name: &str) -> Option<Arc<Entry>> {
        self.0.message(name).map(|found| Arc::clone(&found))
    }

    /// The class of a Rust type, to derive from or to relate to: a message, an abstract class, a protocol.
    pub fn class_of<T: Classed>(&self) -> Option<Class> {
        self.0.class_of::<T>().cloned()
    }

    /// Every message that can be sent at this moment, in no order.
    pub fn all(&self) -> Vec<Arc<Entry>> {
        self.0.messages()
    }

    /// A message of a class, by its name and its body.
    ///
    /// # Errors
    /// A fault if there is no such class, or with everything that is wrong with the body.
    pub fn message(&self, name: &str, body: Value) -> Result<AnyMessage, Fault> {
        match self.get(name) {
            Some(entry) => AnyMessage::new(entry, body),
            None => Err(Fault::of(FaultKind::UNKNOWN_CLASS, format!("there is no class {name}"))),
        }
    }

    /// Adds a class, to be sent and answered from now on like any other: [`Registry::add`].
    ///
    /// # Errors
    /// All that is wrong with it.
    #[track_caller]
    pub fn add(&self, class: &Class, terms: Terms) -> Result<Arc<Entry>, Problems> {
        self.0.add(class, terms)
    }

    /// Adds a class, or puts it in the place of the one that has its name: [`Registry::replace`].
    ///
    /// # Errors
    /// All that is wrong with it: then nothing has changed.
    #[track_caller]
    pub fn replace(&self, class: &Class, terms: Terms) -> Result<Arc<Entry>, Problems> {
        self.0.replace(class, terms)
    }

    /// Takes a message out: [`Registry::remove`].
    pub fn remove(&self, name: &str) -> Option<Arc<Entry>> {
        self.0.remove(name)
    }

    /// Counts a class among the subclasses of an abstract one: [`Registry::relate`].
    ///
    /// # Errors
    /// As there.
    pub fn relate(&self, base: &Class, class: &Class) -> Result<(), Problems> {
        self.0.relate(base, class)
    }
}

impl Inject for Classes {
    fn inject(scope: &Scope<'_>) -> Result<Classes, Error> {
        Ok(Classes::of(scope.registry))
    }

    fn missing(_: &States) -> Option<Missing> {
        None
    }
}
