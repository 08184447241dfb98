//! What is told of one message while it is answered: a span of tracing, where somebody listens.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime};

use tracing::Span;

use crate::came::Came;
use crate::context::text_of;
use crate::explain::{Found, excerpt, reread, reread_other};
use crate::{Dispatch, Flow, LaterReply, Sent, Trace};

/// Whether somebody listens.
pub(crate) fn is_wanted() -> bool {
    tracing::enabled!(target: "converse::message", tracing::Level::DEBUG)
}

/// A message that was answered, as a step of its trace.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The trace, and the step.
    pub trace: Trace,
    /// The step before it, if it is not the first.
    pub parent: Option<u64>,
    /// The name of its class; `(unknown)` for what is no class's.
    pub class: String,
    /// The transport that it came over.
    pub transport: &'static str,
    /// When it came.
    pub begun: SystemTime,
    /// After how long it was answered.
    pub took: Duration,
    /// `ok`, or the code of its fault.
    pub code: Cow<'static, str>,
    /// The HTTP status that goes with it.
    pub status: u16,
}

/// Who keeps, or sends away, what was answered. It is called once for each message, and must not wait.
pub trait Record: Send + Sync + 'static {
    /// Takes a message that was answered.
    fn record(&self, message: Recorded);
}

impl Dispatch {
    /// The way of a message inside a span of its own, which goes with the handler wherever that is polled.
    pub(crate) fn spanned(&self, came: &Came<'_>, go: impl FnOnce() -> Flow) -> Flow {
        let seen = seen(self, came);
        let from = seen.trace.or_else(|| came.peer.trace());
        let trace = from.map_or_else(Trace::root, Trace::child);
        // A name that is no class's is what somebody sent.
        let known = self.registry().message(&seen.class);
        let shown = known.as_ref().map_or_else(|| excerpt(&seen.class), |class| class.name().to_owned());
        let span = tracing::debug_span!(
            target: "converse::message",
            "message",
            class = shown,
            id = seen.id,
            transport = came.peer.transport(),
            trace_id = format_args!("{:032x}", trace.trace_id()),
            span_id = format_args!("{:016x}", trace.span_id()),
            parent_id = from.map(|from| format!("{:016x}", from.span_id())),
        );
        let kept = self.recorder.as_ref().filter(|_| trace.sampled()).map(|recorder| Kept {
            recorder: Arc::clone(recorder),
            parent: from.map(Trace::span_id),
            class: known.map_or_else(|| "(unknown)".to_owned(), |class| class.name().to_owned()),
            transport: came.peer.transport(),
            begun: SystemTime::now(),
        });
        let mut step = Step { span, trace, begun: Instant::now(), kept };
        match step.within(go) {
            Flow::Done(sent) => {
                step.end(&sent);
                Flow::Done(sent)
            }
            Flow::Later { numbered, reply } => Flow::Later { numbered, reply: Box::pin(Spanned { reply, step }) },
        }
    }
}

/// What stands beside the body of a message, as far as it can be read.
struct Seen {
    class: String,
    id: Option<String>,
    trace: Option<Trace>,
}

/// Looks at what stands beside the body of a message, wherever it stands.
fn seen(dispatch: &Dispatch, came: &Came<'_>) -> Seen {
    let limits = &dispatch.settings.limits;
    let found = match (came.class, came.exchange) {
        (Some(class), _) => return Seen { class: class.to_owned(), id: None, trace: None },
        (None, None) => reread(came.bytes, limits, false),
        (None, Some(exchange)) => {
            let mut found = Found::default();
            // What is wrong with it is told when it is answered.
            let _whatever = reread_other(&*exchange.request, came.bytes, limits, false, &mut found);
            found
        }
    };
    Seen { class: found.class, id: text_of(&found.id), trace: found.trace }
}

/// One message in its trace.
struct Step {
    span: Span,
    trace: Trace,
    begun: Instant,
    kept: Option<Kept>,
}

/// What a recorder is told of it, as far as it is known.
struct Kept {
    recorder: Arc<dyn Record>,
    parent: Option<u64>,
    class: String,
    transport: &'static str,
    begun: SystemTime,
}

impl Step {
    fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        let _in = self.span.enter();
        self.trace.within(work)
    }

    fn end(&mut self, sent: &Sent) {
        let code = sent.fault.as_ref().map_or("ok", |fault| &*fault.code);
        let took = self.begun.elapsed();
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let _in = self.span.enter();
        tracing::debug!(target: "converse::message", code, micros, "answered");
        if let Some(Kept { recorder, parent, class, transport, begun }) = self.kept.take() {
            let code = sent.fault.as_ref().map_or(Cow::Borrowed("ok"), |fault| fault.code.clone());
            let (trace, status) = (self.trace, sent.status());
            recorder.record(Recorded { trace, parent, class, transport, begun, took, code, status });
        }
    }
}

/// A reply that is on its way, in its span.
struct Spanned {
    reply: LaterReply,
    step: Step,
}

impl Future for Spanned {
    type Output = (Sent, Vec<u8>);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Spanned { reply, step } = &mut *self;
        let answered = step.within(|| reply.as_mut().poll(cx));
        if let Poll::Ready((sent, _)) = &answered {
            step.end(sent);
        }
        answered
    }
}
