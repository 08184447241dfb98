//! What calling a handler gave: its reply, or what will give it. The kind is known to the compiler, so a
//! handler that needs no waiting compiles none of what waiting takes.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::explain::Stop;
use crate::handler::Ran;
use crate::reply::{Form, finish};
use crate::unit::concluded;
use crate::{Dispatch, IntoReply, LaterReply, Sent, Shed, Unit, oneshot};

/// What calling a handler gave.
pub trait Outcome<R> {
    /// Writes the reply, or sets it on its way.
    #[doc(hidden)]
    fn settle(self, to: Settling<'_>) -> Settled;
}

/// What became of a reply.
pub struct Settled(pub(crate) Ran);

/// Where a reply goes.
pub struct Settling<'s> {
    pub(crate) dispatch: &'s Dispatch,
    pub(crate) class: &'s str,
    /// How many bytes the message has.
    pub(crate) size: usize,
    pub(crate) form: Form<'s>,
    /// What is kept before the reply is sent.
    pub(crate) unit: Option<Arc<dyn Unit>>,
    pub(crate) out: &'s mut Vec<u8>,
    pub(crate) sent: &'s mut Sent,
}

impl Settling<'_> {
    /// Has a reply that is written, from `start` on, wait for its unit.
    #[cold]
    fn conclude(self, start: usize) -> Settled {
        let Settling { dispatch, class, size, form, unit, out, sent } = self;
        let form = form.into_owned();
        let written = (std::mem::replace(sent, Sent::done()), out.split_off(start));
        let reply = concluded(unit, Box::pin(std::future::ready(written)), class, &form);
        Settled(Ok(Some(Box::new(dispatch.watched(reply, class, size, form)))))
    }
}

/// The reply.
pub struct Done<R>(pub R);

/// A future of the reply.
pub struct Later<F>(pub F);

/// Work for the blocking pool that gives the reply.
pub struct Blocking<F>(pub F);

impl<R: IntoReply> Outcome<R> for Done<R> {
    #[inline]
    fn settle(self, to: Settling<'_>) -> Settled {
        let start = to.out.len();
        finish(self.0, to.class, &to.form, to.out, to.sent);
        if to.unit.is_some() {
            return to.conclude(start);
        }
        if let Some(fault) = &to.sent.fault {
            to.dispatch.count_fault(to.class, fault);
        }
        Settled(Ok(None))
    }
}

impl<R: IntoReply, F: Future<Output = R> + Send + 'static> Outcome<R> for Later<F> {
    fn settle(self, to: Settling<'_>) -> Settled {
        let Settling { dispatch, class, size, form, unit, .. } = to;
        let (name, form) = (class.to_owned(), form.into_owned());
        let mirrored = form.clone();
        let future = self.0;
        let reply = Box::pin(async move {
            let reply = future.await;
            let (mut sent, mut out) = (Sent::done(), Vec::new());
            finish(reply, &name, &form, &mut out, &mut sent);
            (sent, out)
        });
        let reply = concluded(unit, reply, class, &mirrored);
        Settled(Ok(Some(Box::new(dispatch.watched(reply, class, size, mirrored)))))
    }
}

impl<R: IntoReply, F: FnOnce() -> R + Send + 'static> Outcome<R> for Blocking<F> {
    fn settle(self, to: Settling<'_>) -> Settled {
        let Settling { dispatch, class, size, form, unit, .. } = to;
        let (name, form) = (class.to_owned(), form.into_owned());
        let mirrored = form.clone();
        let work = self.0;
        let pooled = dispatch.pooled(Box::new(move || {
            let (mut sent, mut out) = (Sent::done(), Vec::new());
            finish(work(), &name, &form, &mut out, &mut sent);
            (sent, out)
        }));
        Settled(pooled.map(|reply| {
            let reply = concluded(unit, reply, class, &mirrored);
            Some(Box::new(dispatch.watched(reply, class, size, mirrored)))
        }))
    }
}

impl Dispatch {
    /// Runs work on the blocking pool; a panic there is a panic of whoever waits for it.
    fn pooled(&self, work: Box<dyn FnOnce() -> (Sent, Vec<u8>) + Send>) -> Result<LaterReply, Box<Stop>> {
        let (sender, receiver) = oneshot::channel();
        let task = move || {
            // Nobody is told any more what was not begun before the deadline.
            if sender.is_wanted() {
                sender.send(catch_unwind(AssertUnwindSafe(work)));
            }
        };
        if self.runtime.is_backed_up(self.load.budget().queue_delay)
            || self.runtime.spawn_blocking(Box::new(task)).is_err()
        {
            return Err(Box::new(Stop::Fault(Box::new(self.load.refuse(Shed::Blocking)))));
        }
        Ok(Box::pin(async {
            match receiver.await {
                Some(Ok(reply)) => reply,
                Some(Err(panic)) => std::panic::resume_unwind(panic),
                None => std::panic::resume_unwind(Box::new("the blocking pool dropped the handler")),
            }
        }))
    }
}
