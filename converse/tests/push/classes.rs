//! What is sent in these tests, and who answers.

use std::sync::{Arc, Mutex, PoisonError};

use converse::{Peer, Result, State, Topic, Topics, message, respond, union};

#[message]
#[derive(Debug, PartialEq)]
pub(crate) struct Said {
    #[field(max_length = 100_000)]
    pub(crate) text: String,
}

/// More than any socket takes unread.
#[message]
pub(crate) struct Flood {
    pub(crate) text: String,
}

impl Flood {
    pub(crate) fn of_eight_mib() -> Flood {
        Flood::new("x".repeat(8 * 1024 * 1024))
    }
}

/// Every peer that asked to be kept.
#[derive(Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<Vec<Peer>>>);

impl Kept {
    pub(crate) fn last(&self) -> Peer {
        self.peers().last().unwrap().clone()
    }

    pub(crate) fn peers(&self) -> std::sync::MutexGuard<'_, Vec<Peer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks to be kept, and to be sent so many messages before the answer.
#[message]
pub(crate) struct Keep {
    #[field(default = 0)]
    pub(crate) first: usize,
}

#[respond]
impl Keep {
    fn respond(self, peer: Peer, kept: State<Kept>) -> Result<()> {
        for number in 0..self.first {
            peer.send(Said::new(number.to_string()))?;
        }
        kept.peers().push(peer);
        Ok(())
    }
}

#[message]
pub(crate) struct Subscribe {}

#[respond]
fn subscribe(_: Subscribe, peer: Peer, news: Topic<Said>) -> Result<()> {
    Ok(news.subscribe(&peer)?)
}

#[message]
pub(crate) struct Join {
    #[field(max_length = 20)]
    pub(crate) room: String,
}

#[respond]
fn join(join: Join, peer: Peer, rooms: Topics<Said>) -> Result<()> {
    Ok(rooms.subscribe(&join.room, &peer)?)
}

#[message]
pub(crate) struct Part {
    pub(crate) room: String,
}

#[respond]
fn part(part: Part, peer: Peer, rooms: Topics<Said>) {
    rooms.unsubscribe(&part.room, &peer);
}

/// Answered when the test is over, or the server out of patience.
#[message]
pub(crate) struct Wait {}

#[respond]
async fn wait(_: Wait) {
    tokio::time::sleep(std::time::Duration::from_mins(1)).await;
}

/// Somebody came.
#[message]
#[derive(Debug, PartialEq)]
pub(crate) struct Came {
    #[field(min_length = 1)]
    pub(crate) who: String,
}

/// What happens in a chat.
#[union]
pub(crate) enum Chat {
    Said(Said),
    Came(Came),
}

#[message]
pub(crate) struct Watch {}

#[respond]
fn watch(_: Watch, peer: Peer, chat: Topic<Chat>) -> Result<()> {
    chat.subscribe(&peer)?;
    Ok(peer.send(Chat::from(Came::new("you")))?)
}
