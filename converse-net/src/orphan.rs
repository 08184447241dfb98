//! Handlers whose client is gone: a started handler runs to its end.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use converse_dispatch::{LaterReply, Sent};
use tokio::runtime::Handle;

use crate::drain::Ticket;

/// Lets the runtime finish a handler that nobody waits for; what it answers is lost. The server
/// waits for it while the ticket lives.
pub(crate) fn adopt(handler: LaterReply, ticket: Option<Arc<Ticket>>) {
    // Without a runtime the process is ending, and the handler with it.
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(async move {
            handler.await;
            drop(ticket);
        });
    }
}

/// A handler that is [adopted](adopt) if this future is dropped before it is done.
pub(crate) struct Kept {
    handler: Option<LaterReply>,
    ticket: Arc<Ticket>,
}

impl Kept {
    pub(crate) fn new(handler: LaterReply, ticket: Arc<Ticket>) -> Kept {
        Kept { handler: Some(handler), ticket }
    }
}

impl Future for Kept {
    type Output = (Sent, Vec<u8>);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(handler) = &mut self.handler else {
            return Poll::Pending;
        };
        let answered = handler.as_mut().poll(cx);
        if answered.is_ready() {
            self.handler = None;
        }
        answered
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some(handler) = self.handler.take() {
            adopt(handler, Some(Arc::clone(&self.ticket)));
        }
    }
}
