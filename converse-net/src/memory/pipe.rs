//! One direction of a connection in memory: a bounded queue of messages between two tasks.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// A queue with one writer and one reader.
pub(super) struct Pipe {
    capacity: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    messages: VecDeque<String>,
    bytes: usize,
    closed: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Pipe {
    /// A pipe whose writer waits while it holds `capacity` bytes.
    pub(super) fn new(capacity: usize) -> Arc<Pipe> {
        Arc::new(Pipe { capacity, state: Mutex::default() })
    }

    /// Waits until there is room: true, or until the pipe is closed: false.
    pub(super) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<bool> {
        let mut state = self.state();
        if state.closed || state.bytes < self.capacity {
            return Poll::Ready(!state.closed);
        }
        state.writer = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Puts a message in; a closed pipe swallows it.
    pub(super) fn push(&self, message: String) {
        let mut state = self.state();
        if !state.closed {
            state.bytes += message.len();
            state.messages.push_back(message);
            wake(state.reader.take());
        }
    }

    /// Waits for a message; none once the pipe is closed and empty.
    pub(super) fn poll_pop(&self, cx: &mut Context<'_>) -> Poll<Option<String>> {
        let mut state = self.state();
        if let Some(message) = state.messages.pop_front() {
            state.bytes -= message.len();
            wake(state.writer.take());
            return Poll::Ready(Some(message));
        }
        if state.closed {
            return Poll::Ready(None);
        }
        state.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Ends the pipe; what is in it can still be read.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        wake(state.reader.take());
        wake(state.writer.take());
    }

    /// The state is whole between any two calls, so a panic elsewhere does not spoil it.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}
