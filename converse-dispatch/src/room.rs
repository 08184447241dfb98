//! Which peers are in a topic, and which topics there are: what topics of all classes have in common.

use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use converse_wire::{Format, Head};
use rustc_hash::FxHashMap;

use crate::letter::Letter;
use crate::{Fault, Peer, PushError};

/// Writes a message into its envelope, in any format.
pub(crate) type Write<'m> = &'m dyn Fn(Head<'_>, &dyn Format) -> Result<Vec<u8>, Fault>;

/// The peers of one topic.
pub(crate) struct Room {
    name: String,
    peers: Mutex<FxHashMap<u64, Peer>>,
    /// From where the room is removed when it is empty.
    house: Weak<House>,
}

impl Room {
    pub(crate) fn new(name: String) -> Arc<Room> {
        Room::within(name, Weak::new())
    }

    fn within(name: String, house: Weak<House>) -> Arc<Room> {
        Arc::new(Room { name, peers: Mutex::default(), house })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn len(&self) -> usize {
        self.peers().len()
    }

    pub(crate) fn enter(self: &Arc<Room>, peer: &Peer) -> Result<(), PushError> {
        let mailbox = peer.reach()?;
        // Under the lock, so that a peer that goes now finds itself here and leaves.
        let mut peers = self.peers();
        mailbox.enter(self.key(), Arc::downgrade(self))?;
        peers.insert(peer.id(), peer.clone());
        Ok(())
    }

    /// Takes a peer out that is subscribed and stays.
    pub(crate) fn exit(&self, peer: &Peer) {
        if let Ok(mailbox) = peer.reach() {
            mailbox.exit(self.key());
        }
        self.leave(peer.id());
    }

    /// Takes a peer out.
    pub(crate) fn leave(&self, peer: u64) {
        let left = self.peers().remove(&peer);
        drop(left);
        self.tidy();
    }

    /// Writes the envelope once for each format, and puts it into the mailboxes of all: in the same order
    /// for all, whoever publishes. How many it was put into.
    pub(crate) fn publish(&self, write: Write<'_>) -> Result<usize, PushError> {
        let mut peers = self.peers();
        let letters = letters(&self.name, &peers, write)?;
        let before = peers.len();
        peers.retain(|_, peer| {
            let letter = letters.iter().find(|(format, _)| *format == peer.format().name());
            let put = peer.reach().and_then(|mailbox| match letter {
                Some((_, letter)) => mailbox.put(letter.clone()),
                None => Err(PushError::Gone),
            });
            put.is_ok()
        });
        let reached = peers.len();
        drop(peers);
        if reached < before {
            self.tidy();
        }
        Ok(reached)
    }

    fn tidy(&self) {
        if let Some(house) = self.house.upgrade() {
            house.remove_empty(&self.name);
        }
    }

    /// What tells this room from all others while it exists.
    fn key(&self) -> usize {
        ptr::from_ref(self).addr()
    }

    /// No code of others runs under the lock, so it is whole even if it was poisoned.
    fn peers(&self) -> MutexGuard<'_, FxHashMap<u64, Peer>> {
        self.peers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let key = self.key();
        for mailbox in self.peers().values().filter_map(|peer| peer.reach().ok()) {
            mailbox.exit(key);
        }
    }
}

/// A message as it is sent to peers of a format.
type Written = (&'static str, Letter);

/// The message in the formats of these peers.
fn letters(topic: &str, peers: &FxHashMap<u64, Peer>, write: Write<'_>) -> Result<Vec<Written>, PushError> {
    let mut letters: Vec<Written> = Vec::new();
    for peer in peers.values() {
        let format = peer.format();
        if letters.iter().all(|(known, _)| *known != format.name()) {
            letters.push((format.name(), Letter::write(topic, &format, peer.load(), write)?));
        }
    }
    Ok(letters)
}

/// The rooms that are not empty, by their names.
pub(crate) struct House {
    limit: usize,
    rooms: Mutex<FxHashMap<String, Arc<Room>>>,
}

impl House {
    pub(crate) fn new(limit: usize) -> Arc<House> {
        Arc::new(House { limit, rooms: Mutex::default() })
    }

    pub(crate) fn len(&self) -> usize {
        self.rooms().len()
    }

    pub(crate) fn find(&self, name: &str) -> Option<Arc<Room>> {
        self.rooms().get(name).map(Arc::clone)
    }

    pub(crate) fn enter(self: &Arc<House>, name: &str, peer: &Peer) -> Result<(), PushError> {
        // Under the lock, so that the room is not removed as an empty one before the peer is in it.
        let mut rooms = self.rooms();
        if let Some(room) = rooms.get(name) {
            return room.enter(peer);
        }
        if rooms.len() >= self.limit {
            return Err(PushError::TooManyTopics(self.limit));
        }
        let room = Room::within(name.to_owned(), Arc::downgrade(self));
        room.enter(peer)?;
        rooms.insert(name.to_owned(), room);
        Ok(())
    }

    fn remove_empty(&self, name: &str) {
        let mut rooms = self.rooms();
        let removed = if rooms.get(name).is_some_and(|room| room.len() == 0) { rooms.remove(name) } else { None };
        drop(rooms);
        drop(removed);
    }

    /// No code of others runs under the lock, so it is whole even if it was poisoned.
    fn rooms(&self) -> MutexGuard<'_, FxHashMap<String, Arc<Room>>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
