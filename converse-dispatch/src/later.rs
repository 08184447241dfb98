//! Handlers that wait: polled with a deadline, and with their panics caught.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use converse_wire::Head;

use crate::explain::{Stop, panicked};
use crate::handler::OnItsWay;
use crate::oneshot;
use crate::reply::{Form, finish, write_fault};
use crate::{BoxFuture, Dispatch, Fault, FaultKind, IntoReply, Runtime, Sent};

/// Why a handler that had begun did not finish.
enum Cut {
    Panicked(Box<dyn Any + Send>),
    Late,
}

impl Dispatch {
    /// A reply that comes from a future.
    pub(crate) fn later<R: IntoReply>(
        &self,
        future: impl Future<Output = R> + Send + 'static,
        head: &Head<'_>,
        form: Form<'_>,
    ) -> OnItsWay {
        let numbered = form.numbered();
        let form = form.into_owned();
        let class = head.class.to_string();
        let runtime = Arc::clone(&self.runtime);
        let timeout = self.settings.handler_timeout;
        let reply = Box::pin(async move {
            let outcome = watch(future, &*runtime, timeout).await;
            let (mut sent, mut out) = (Sent::done(), Vec::new());
            match outcome {
                Ok(reply) => finish(reply, &class, &form, &mut out, &mut sent),
                Err(cut) => sent = write_fault(fault_of(cut, &class, timeout), &form, &mut out),
            }
            (sent, out)
        });
        OnItsWay { numbered, reply }
    }

    /// A reply that comes from work on the blocking pool.
    pub(crate) fn blocking<R: IntoReply>(
        &self,
        work: Box<dyn FnOnce() -> R + Send>,
        head: &Head<'_>,
        form: Form<'_>,
    ) -> Result<OnItsWay, Box<Stop>> {
        let (sender, receiver) = oneshot::channel();
        let task = move || sender.send(catch_unwind(AssertUnwindSafe(work)));
        if self.runtime.spawn_blocking(Box::new(task)).is_err() {
            let message = "every thread for blocking handlers is busy, and so is their queue";
            let fault = Fault::of(FaultKind::OVERLOADED, message).with_retry_after_ms(1000);
            return Err(Box::new(Stop::Fault(Box::new(fault))));
        }
        let reply = async move {
            match receiver.await {
                Some(Ok(reply)) => reply,
                Some(Err(panic)) => std::panic::resume_unwind(panic),
                None => std::panic::resume_unwind(Box::new("the blocking pool dropped the handler")),
            }
        };
        Ok(self.later(reply, head, form))
    }
}

/// Polls a future until it is done, panics, or runs out of time. The timer is made only for a future
/// that really waits.
async fn watch<F: Future>(future: F, runtime: &dyn Runtime, timeout: Duration) -> Result<F::Output, Cut> {
    let mut future = pin!(future);
    let mut timer: Option<BoxFuture<()>> = None;
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Err(panic) => Poll::Ready(Err(Cut::Panicked(panic))),
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Ok(Poll::Pending) => {
            let timer = timer.get_or_insert_with(|| runtime.sleep(timeout));
            timer.as_mut().poll(cx).map(|()| Err(Cut::Late))
        }
    })
    .await
}

#[cold]
fn fault_of(cut: Cut, class: &str, timeout: Duration) -> Fault {
    match cut {
        Cut::Panicked(panic) => panicked(class, &*panic),
        Cut::Late => {
            tracing::warn!(class, ?timeout, "a handler was dropped at its deadline");
            let message =
                format!("{class} was not answered within {} ms; it may have taken effect", timeout.as_millis());
            Fault::of(FaultKind::TIMEOUT, message)
        }
    }
}
