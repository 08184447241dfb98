//! What a handler's further arguments are made from.

use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use converse_model::Registry;
use converse_wire::Head;
use rustc_hash::FxHashMap;

use crate::guard::Sender;
use crate::unit::UnitSlot;
use crate::{Error, Peer, Principal, Unit};

/// A type that a handler may ask for, besides its message.
///
/// Implement it for a type of your own, from what a [`Scope`] offers:
///
/// ```
/// use converse_dispatch::{Error, Inject, Scope};
///
/// struct Transport(&'static str);
///
/// impl Inject for Transport {
///     fn inject(scope: &Scope<'_>) -> Result<Self, Error> {
///         Ok(Transport(scope.peer.transport()))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a handler cannot ask for `{Self}`",
    label = "nothing makes a `{Self}` for a handler",
    note = "a handler asks for its message first, then for `Table<T>`, `Store`, `State<T>`, `Topic<T>`, `Topics<T>`, `Peer`, `Principal`, `Context`, or a type that implements `converse::Inject`"
)]
pub trait Inject: Sized {
    /// Makes the argument for one message.
    ///
    /// # Errors
    /// Why it cannot be made; the handler is not called then, and the client is told as if it had failed.
    fn inject(scope: &Scope<'_>) -> Result<Self, Error>;

    /// What is missing for it, looked at once, when the program starts.
    fn missing(states: &States) -> Option<Missing> {
        let _ = states;
        None
    }
}

/// What is missing at start-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What is missing: `State<Pool>`.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// What there is around one message.
pub struct Scope<'c> {
    /// The connection that it came over.
    pub peer: &'c Peer,
    /// What the application was given with `.state(…)`.
    pub states: &'c States,
    /// The message's envelope.
    pub(crate) head: &'c Head<'c>,
    /// The classes that are served.
    pub(crate) registry: &'c Arc<Registry>,
    /// Who sent it, as far as that was asked.
    pub(crate) sender: &'c Sender,
    /// What the handler does that is kept as a whole.
    pub(crate) unit: &'c UnitSlot,
}

impl Scope<'_> {
    /// An argument, for a handler that is given the scope.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub fn get<T: Inject>(&self) -> Result<T, Error> {
        T::inject(self)
    }

    /// The unit of work of the handler, which is made by the first argument that asks for it: committed once the
    /// reply is encoded, rolled back when there is a fault instead.
    ///
    /// # Errors
    /// If the handler has one of another type.
    pub fn unit<U: Unit>(&self, make: impl FnOnce() -> Arc<U>) -> Result<Arc<U>, Error> {
        self.unit.get(make)
    }

    /// The message's `$idempotency_key`.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.head.idempotency_key.as_deref()
    }

    /// Who sent the message, if that is known.
    pub fn principal(&self) -> Option<Principal> {
        match self.sender {
            Sender::Unasked => self.peer.signed_in(),
            Sender::Stranger => None,
            Sender::Known(principal) => Some(principal.clone()),
        }
    }
}

/// What the application was given with `.state(…)`: one value of each type.
#[derive(Default, Clone)]
pub struct States(FxHashMap<TypeId, Arc<dyn Any + Send + Sync>>);

impl States {
    /// Puts a value in; a second one of the same type replaces the first.
    pub fn put<T: Send + Sync + 'static>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Arc::new(value));
    }

    /// The value of this type.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let value = Arc::clone(self.0.get(&TypeId::of::<T>())?);
        value.downcast().ok()
    }
}

impl fmt::Debug for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} states", self.0.len())
    }
}

/// A value that the application was given with `.state(…)`, shared by all handlers.
pub struct State<T>(Arc<T>);

impl<T> Deref for State<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Clone for State<T> {
    fn clone(&self) -> State<T> {
        State(Arc::clone(&self.0))
    }
}

impl<T: fmt::Debug> fmt::Debug for State<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: Send + Sync + 'static> State<T> {
    /// Wraps a value, for calling a handler by hand.
    pub fn of(value: T) -> State<T> {
        State(Arc::new(value))
    }
}

impl<T: Send + Sync + 'static> Inject for State<T> {
    fn inject(scope: &Scope<'_>) -> Result<State<T>, Error> {
        let value = scope.states.get::<T>();
        value.map(State).ok_or_else(|| Error::new(format!("no State<{}> was given", type_name::<T>())))
    }

    fn missing(states: &States) -> Option<Missing> {
        let name = type_name::<T>();
        let remedy = || format!("add .state(…) with a value of type {name} to the App");
        missing_state::<T>(states, &format!("State<{name}>"), remedy)
    }
}

/// What is missing of a value that a handler asks for under this name.
pub(crate) fn missing_state<T: 'static>(
    states: &States,
    asked: &str,
    remedy: impl FnOnce() -> String,
) -> Option<Missing> {
    if states.0.contains_key(&TypeId::of::<T>()) {
        return None;
    }
    Some(Missing { what: format!("{asked}, which the application was not given"), remedy: remedy() })
}

impl Inject for Peer {
    fn inject(scope: &Scope<'_>) -> Result<Peer, Error> {
        Ok(scope.peer.clone())
    }
}
