//! Who holds what of a load: each gives it back when it is dropped.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use super::{Load, Shed};
use crate::Fault;

/// The place of a handler that waits, and of the bytes of its message; free again once this is dropped.
pub(crate) struct Place {
    load: Arc<Load>,
    bytes: usize,
}

impl Place {
    pub(crate) fn take(load: &Arc<Load>, bytes: usize) -> Place {
        load.in_flight.fetch_add(1, Relaxed);
        // What comes next is refused if this is too much: what began goes on.
        let _fits = load.hold(bytes);
        Place { load: Arc::clone(load), bytes }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.load.in_flight.fetch_sub(1, Relaxed);
        self.load.give_back(self.bytes);
    }
}

/// Bytes that wait to be pushed: counted once, however many peers they wait for, until this is dropped.
#[derive(Debug)]
pub(crate) struct Waiting {
    load: Arc<Load>,
    bytes: usize,
}

impl Waiting {
    pub(crate) fn count(load: &Arc<Load>, bytes: usize) -> Waiting {
        // Whoever holds it asks when it is to be pushed.
        let _fits = load.hold(bytes);
        Waiting { load: Arc::clone(load), bytes }
    }

    /// Whether more is held than may be.
    pub(crate) fn is_too_much(&self) -> bool {
        self.load.bytes() > self.load.budget.bytes
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.load.give_back(self.bytes);
    }
}

/// What one connection holds: messages that are not whole, and replies that were not taken. Given back once
/// this is dropped.
#[derive(Debug)]
pub struct Share {
    load: Arc<Load>,
    held: usize,
}

impl Share {
    /// Up to so many bytes a connection counts as holding nothing: it touches no shared counter then.
    pub const FREE: usize = 16 * 1024;

    /// The share of a connection that holds nothing.
    pub fn new(load: Arc<Load>) -> Share {
        Share { load, held: 0 }
    }

    /// So many bytes are held now. False if that is more than before, and more than there is room for: then
    /// it has to be given back. The first 16 KiB of a connection always have room.
    #[must_use]
    pub fn hold(&mut self, bytes: usize) -> bool {
        let bytes = if bytes > Share::FREE { bytes } else { 0 };
        let before = std::mem::replace(&mut self.held, bytes);
        if bytes > before {
            return self.load.hold(bytes - before);
        }
        if bytes < before {
            self.load.give_back(before - bytes);
        }
        true
    }

    /// The fault of whoever finds no room.
    pub fn refuse(&self) -> Fault {
        self.load.refuse(Shed::Bytes)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.held > 0 {
            self.load.give_back(self.held);
        }
    }
}
