//! What is pushed to the peer of a connection: taken from its mailbox between the replies.

use std::task::Context;

use converse_dispatch::Mailbox;

use super::{Connection, FLUSH_AT, State};
use crate::{Answer, Transport};

impl<T: Transport, A: Answer + ?Sized> Connection<T, A> {
    /// Queues what is pushed to the peer, as much as is sent at a time: what waits longer stays in the
    /// mailbox, whose bounds are those of a slow reader.
    pub(super) fn push(&mut self) -> bool {
        let mut pushed = 0;
        if let Some(mailbox) = self.peer.posted()
            && matches!(self.state, State::Open | State::Ended)
        {
            while !self.pace.is_over()
                && self.transport.queued() <= FLUSH_AT.min(self.limits.queued)
                && let Some(envelope) = mailbox.take()
            {
                self.transport.queue(&envelope);
                self.pace.took();
                pushed += 1;
            }
        }
        if pushed > 0 {
            self.answer.load().traffic().pushed(pushed);
        }
        pushed > 0
    }

    /// Asks to be woken for what is pushed to the peer; once the connection ends, it tells those who push.
    pub(super) fn mind_pushes(&mut self, cx: &mut Context<'_>) {
        let Some(mailbox) = self.peer.mailbox() else { return };
        if !matches!(self.state, State::Open | State::Ended) {
            self.peer.close();
        } else if mailbox.rest(cx.waker(), self.transport.queued() > 0) {
            cx.waker().wake_by_ref();
        }
    }

    /// The server stops: what is in flight and what was pushed before is still sent.
    pub(super) fn drain(&mut self) {
        self.draining = true;
        if let Some(mailbox) = self.peer.mailbox() {
            mailbox.finish();
        }
    }

    /// Whether something was pushed and is not queued yet.
    pub(super) fn pushes_wait(&self) -> bool {
        self.peer.posted().is_some_and(|mailbox| !mailbox.is_empty())
    }

    /// Whether more was pushed than the peer took.
    pub(super) fn overflowed(&self) -> bool {
        matches!(self.state, State::Open | State::Ended) && self.peer.posted().is_some_and(Mailbox::overflowed)
    }
}
