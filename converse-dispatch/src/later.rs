//! Handlers, and authenticators, that wait: polled with a deadline, and with their panics caught.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::desk;
use crate::explain::panicked;
use crate::handler::OnItsWay;
use crate::load::Place;
use crate::reply::{Form, write_fault};
use crate::tally::{Tally, Waiting};
use crate::{BoxFuture, Dispatch, Fault, FaultKind, LaterReply, Runtime};

/// Why what had begun did not finish.
pub(crate) enum Cut {
    Panicked(Box<dyn Any + Send>),
    Late,
}

impl Dispatch {
    /// A reply that is on its way, with an eye on the clock.
    pub(crate) fn watched(&self, reply: LaterReply, class: &str, size: usize, form: Form<'static>) -> OnItsWay {
        let numbered = form.numbered();
        let class = class.to_owned();
        let runtime = Arc::clone(&self.runtime);
        let timeout = self.settings.handler_timeout;
        let place = Place::take(&self.load, size);
        let (waiting, begun) = (Waiting::new(self.tally(&class).unwrap_or_default()), Instant::now());
        let reply = Box::pin(async move {
            let (sent, out) = match watch(reply, Some(waiting.tally()), &*runtime, timeout).await {
                Ok(done) => done,
                Err(cut) => {
                    let mut out = Vec::new();
                    let sent = write_fault(fault_of(cut, &class, timeout), &form, &mut out);
                    (sent, out)
                }
            };
            waiting.tally().took(begun.elapsed());
            if let Some(fault) = &sent.fault {
                waiting.tally().fault(fault);
            }
            drop(place);
            (sent, out)
        });
        OnItsWay { numbered, reply }
    }
}

/// Polls a future until it is done, panics, or runs out of time. The timer is made only for one that really
/// waits; at the deadline it is dropped.
pub(crate) async fn watch<T>(
    mut future: BoxFuture<T>,
    tally: Option<&Tally>,
    runtime: &dyn Runtime,
    timeout: Duration,
) -> Result<T, Cut> {
    let mut timer: Option<BoxFuture<()>> = None;
    poll_fn(|cx| match desk::at(tally, || catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)))) {
        Err(panic) => Poll::Ready(Err(Cut::Panicked(panic))),
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Ok(Poll::Pending) => {
            let timer = timer.get_or_insert_with(|| runtime.sleep(timeout));
            timer.as_mut().poll(cx).map(|()| Err(Cut::Late))
        }
    })
    .await
}

/// A future's output, or what it panicked with.
pub(crate) async fn caught<T>(mut future: BoxFuture<T>) -> Result<T, Box<dyn Any + Send>> {
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(polled) => polled.map(Ok),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

#[cold]
fn fault_of(cut: Cut, class: &str, timeout: Duration) -> Fault {
    match cut {
        Cut::Panicked(panic) => panicked("the handler", class, &*panic),
        Cut::Late => {
            tracing::warn!(class, ?timeout, "a handler was dropped at its deadline");
            let message =
                format!("{class} was not answered within {} ms; it may have taken effect", timeout.as_millis());
            Fault::of(FaultKind::TIMEOUT, message)
        }
    }
}
