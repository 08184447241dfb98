//! What waits to be pushed to one peer: between those who send it, and the one connection that takes it.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::task::Waker;

use rustc_hash::FxHashMap;

use crate::PushError;
use crate::letter::Letter;
use crate::room::Room;

/// How many messages may wait for a peer that takes nothing.
pub(crate) const MOST: usize = 256;

/// A queue with many writers and one reader, which never makes a writer wait.
pub struct Mailbox {
    /// How many bytes may wait.
    limit: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Letter>,
    bytes: usize,
    /// Whether the peer has not taken what was sent to it before.
    blocked: bool,
    /// Who takes what is put in, if it is to be woken for that.
    waker: Option<Waker>,
    asleep: bool,
    /// How many were dropped because the peer took too little.
    dropped: u64,
    /// Why nothing more is taken in.
    ended: Option<Ended>,
    /// Whether the connection has ended, and all were told.
    closed: bool,
    rooms: FxHashMap<usize, Weak<Room>>,
    farewells: Vec<Box<dyn FnOnce() + Send>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// The connection ends, or has ended.
    Leaving,
    /// More came than the peer took.
    TooSlow,
}

impl Ended {
    fn error(self) -> PushError {
        if self == Ended::TooSlow { PushError::TooSlow } else { PushError::Gone }
    }
}

impl Mailbox {
    pub(crate) fn new(limit: usize) -> Mailbox {
        Mailbox { limit, state: Mutex::default() }
    }

    /// Puts an envelope behind those that wait, and wakes the connection.
    pub(crate) fn put(&self, envelope: Letter) -> Result<(), PushError> {
        let mut state = self.state();
        if let Some(ended) = state.ended {
            return Err(ended.error());
        }
        // A single message may always wait: it is no larger than its sender chose to make it.
        let full = state.bytes.saturating_add(envelope.len()) > self.limit && !state.waiting.is_empty();
        // Where the server holds as much as it may, who takes nothing has no more put in.
        let crowded = state.blocked && !state.waiting.is_empty() && envelope.is_too_much();
        let too_slow = full || crowded || (state.blocked && state.waiting.len() >= MOST);
        if too_slow {
            state.ended = Some(Ended::TooSlow);
            state.dropped = u64::try_from(state.waiting.len()).unwrap_or(u64::MAX).saturating_add(1);
            state.empty();
        } else {
            state.bytes += envelope.len();
            state.waiting.push_back(envelope);
        }
        // A blocked connection is woken by its socket.
        let wanted = state.asleep && (too_slow || !state.blocked);
        let waker = if wanted { state.wake() } else { None };
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        if too_slow { Err(PushError::TooSlow) } else { Ok(()) }
    }

    /// The envelope that has waited longest.
    pub fn take(&self) -> Option<Letter> {
        let mut state = self.state();
        let envelope = state.waiting.pop_front()?;
        state.bytes -= envelope.len();
        if state.waiting.is_empty() {
            // An idle connection holds no memory for what it was once sent.
            state.waiting = VecDeque::new();
        }
        Some(envelope)
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.state().waiting.is_empty()
    }

    /// Whether more came than the peer took: its connection is to end.
    pub fn overflowed(&self) -> bool {
        self.state().ended == Some(Ended::TooSlow)
    }

    /// How many messages were dropped then, until it was asked.
    pub fn take_dropped(&self) -> u64 {
        std::mem::take(&mut self.state().dropped)
    }

    /// The connection has nothing to do, and is to be woken when something is put in; `blocked` if what it
    /// sent before was not taken. True if something is here already that it can send.
    pub fn rest(&self, waker: &Waker, blocked: bool) -> bool {
        let mut state = self.state();
        if !state.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
            state.waker = Some(waker.clone());
        }
        state.asleep = true;
        state.blocked = blocked;
        !blocked && !state.waiting.is_empty() || state.ended == Some(Ended::TooSlow)
    }

    /// The connection is about to end: nothing more is put in, and what waits is still sent.
    pub fn finish(&self) {
        self.state().ended.get_or_insert(Ended::Leaving);
    }

    /// The connection of this peer has ended: it leaves its topics, and whoever asked for it is told.
    pub(crate) fn close(&self, peer: u64) {
        let mut state = self.state();
        state.ended.get_or_insert(Ended::Leaving);
        state.closed = true;
        state.empty();
        state.waker = None;
        let rooms = std::mem::take(&mut state.rooms);
        let farewells = std::mem::take(&mut state.farewells);
        // A room is locked before the mailboxes of its peers, never after.
        drop(state);
        for room in rooms.into_values().filter_map(|room| room.upgrade()) {
            room.leave(peer);
        }
        for farewell in farewells {
            if catch_unwind(AssertUnwindSafe(farewell)).is_err() {
                tracing::error!("what was to run once a peer is gone panicked");
            }
        }
    }

    /// Runs this once the connection has ended.
    pub(crate) fn on_gone(&self, farewell: Box<dyn FnOnce() + Send>) -> Result<(), PushError> {
        let mut state = self.state();
        if state.closed {
            return Err(PushError::Gone);
        }
        state.farewells.push(farewell);
        Ok(())
    }

    /// Remembers a room that the peer is to leave when it goes.
    pub(crate) fn enter(&self, key: usize, room: Weak<Room>) -> Result<(), PushError> {
        let mut state = self.state();
        if let Some(ended) = state.ended {
            return Err(ended.error());
        }
        state.rooms.insert(key, room);
        Ok(())
    }

    /// Forgets a room.
    pub(crate) fn exit(&self, key: usize) {
        self.state().rooms.remove(&key);
    }

    /// No code of others runs under the lock, so it is whole even if it was poisoned.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn empty(&mut self) {
        self.waiting = VecDeque::new();
        self.bytes = 0;
    }

    fn wake(&mut self) -> Option<Waker> {
        self.asleep = false;
        self.waker.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::task::Waker;

    use converse_wire::Json;

    use super::Mailbox;
    use crate::letter::Letter;
    use crate::{Budget, Load, PushError, SharedFormat};

    fn letter(load: &Arc<Load>) -> Letter {
        let format: SharedFormat = Arc::new(Json);
        Letter::write("", &format, Some(load), &|_, _| Ok(vec![0; 1_000])).unwrap()
    }

    #[test]
    fn what_waits_is_counted_once_and_until_the_last_has_taken_it() {
        let load = Arc::new(Load::new(Budget::default()));
        let (one, other) = (Mailbox::new(1 << 20), Mailbox::new(1 << 20));
        let shared = letter(&load);
        one.put(shared.clone()).unwrap();
        other.put(shared).unwrap();
        assert_eq!(load.bytes(), 1_000);
        drop(one.take());
        assert_eq!(load.bytes(), 1_000);
        other.close(1);
        assert_eq!(load.bytes(), 0);
    }

    #[test]
    fn where_too_much_is_held_who_takes_nothing_is_dropped() {
        let load = Arc::new(Load::new(Budget { bytes: 2_500, ..Budget::default() }));
        let (stuck, reads) = (Mailbox::new(1 << 20), Mailbox::new(1 << 20));
        assert!(!stuck.rest(Waker::noop(), true));
        stuck.put(letter(&load)).unwrap();
        stuck.put(letter(&load)).unwrap();
        assert!(!load.selects());
        reads.put(letter(&load)).unwrap();
        assert!(load.selects(), "messages are refused until it is less");
        assert!(matches!(stuck.put(letter(&load)), Err(PushError::TooSlow)));
        assert!(stuck.overflowed() && stuck.take_dropped() == 3);
        assert_eq!(load.bytes(), 1_000, "what waited for it is free");
        reads.put(letter(&load)).unwrap();
    }
}
