//! What a connection holds of the memory that all have together.

use std::task::Context;

use super::{Connection, State};
use crate::{Answer, End, Refusal, Transport};

impl<T: Transport, A: Answer + ?Sized> Connection<T, A> {
    /// Counts what the connection holds now that it waits: the start of a message, and replies that were not
    /// taken. Where there is no room for more of it, the connection that wants more ends.
    pub(super) fn mind_memory(&mut self, cx: &mut Context<'_>) {
        let (unsent, partial) = (self.transport.queued(), self.transport.held());
        if self.share.hold(unsent.saturating_add(partial)) || !matches!(self.state, State::Open | State::Ended) {
            return;
        }
        if unsent > partial {
            self.slow_reader(cx);
        } else {
            let fault = Some(self.share.refuse());
            self.refuse(Refusal { fault, end: Some(End::NoRoom) });
            cx.waker().wake_by_ref();
        }
    }
}
