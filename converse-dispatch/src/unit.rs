//! What a handler does that is kept as a whole, or not at all.
//!
//! An argument that needs it, such as a table, makes the unit; the dispatcher commits it once the reply is
//! encoded, and only then sends the reply. A handler that asks for no such argument has none, and pays nothing.

use std::any::Any;
use std::cell::Cell;
use std::sync::Arc;

use crate::keeper::kept;
use crate::reply::{Form, write_fault};
use crate::{BoxFuture, Error, LaterReply, Sent};

/// The work of one handler.
pub trait Unit: Any + Send + Sync {
    /// Keeps what was done. Resolves once it is safe, or right away where nothing was done.
    ///
    /// # Errors
    /// Why nothing is kept, or why nobody knows; the client is told instead of the reply.
    fn commit(self: Arc<Self>) -> BoxFuture<Result<(), Error>>;

    /// Whether the reply is to be kept with what was done.
    fn wants_reply(&self) -> bool {
        false
    }

    /// The reply, which is to be kept with what was done: its envelope in JSON.
    fn keep_reply(&self, reply: String) {
        drop(reply);
    }

    /// Forgets what was done, because the reply is a fault.
    ///
    /// # Errors
    /// Why the fault may not be true either, because it followed from what others did and did not keep; the
    /// client is told instead of it.
    fn abandon(self: Arc<Self>) -> BoxFuture<Result<(), Error>>;

    /// Forgets what was done, unless it has come to one of the two ends before: there is no reply.
    fn roll_back(&self);
}

/// The place for a handler's unit while its arguments are made.
#[derive(Default)]
pub(crate) struct UnitSlot(Cell<Option<Arc<dyn Unit>>>);

impl UnitSlot {
    /// The unit, which is made by the first who asks.
    pub(crate) fn get<U: Unit>(&self, make: impl FnOnce() -> Arc<U>) -> Result<Arc<U>, Error> {
        let unit = self.0.take().unwrap_or_else(|| make());
        let any: Arc<dyn Any + Send + Sync> = Arc::<dyn Unit>::clone(&unit);
        self.0.set(Some(unit));
        any.downcast().map_err(|_| Error::new("a handler has one unit of work, and two kinds were asked for"))
    }

    /// Puts a unit in that was made before.
    pub(crate) fn put(&self, unit: Option<Arc<dyn Unit>>) {
        self.0.set(unit);
    }

    #[inline]
    pub(crate) fn take(&self) -> Option<Arc<dyn Unit>> {
        self.0.take()
    }
}

/// A unit that is rolled back if nobody gets to its end: at a panic, or at the deadline.
struct Held(Arc<dyn Unit>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.roll_back();
    }
}

/// The reply, which is sent once its unit has ended, or the fault of a unit that could not be kept.
pub(crate) fn concluded(
    unit: Option<Arc<dyn Unit>>,
    reply: LaterReply,
    class: &str,
    form: &Form<'static>,
) -> LaterReply {
    let Some(unit) = unit else { return reply };
    let (class, form) = (class.to_owned(), form.clone());
    Box::pin(async move {
        let held = Held(unit);
        let (sent, out) = reply.await;
        let unit = Arc::clone(&held.0);
        if sent.fault.is_none() && unit.wants_reply() {
            match kept(&sent, &out, &form) {
                Ok(reply) => unit.keep_reply(reply),
                Err(error) => return refused(error, &class, &form),
            }
        }
        let ended = if sent.fault.is_none() { unit.commit() } else { unit.abandon() };
        match ended.await {
            Ok(()) => (sent, out),
            Err(error) => refused(error, &class, &form),
        }
    })
}

#[cold]
fn refused(error: Error, class: &str, form: &Form<'_>) -> (Sent, Vec<u8>) {
    let mut out = Vec::new();
    let sent = write_fault(error.into_fault(class), form, &mut out);
    (sent, out)
}
