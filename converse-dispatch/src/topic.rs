//! Messages for every peer that has subscribed to them.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::inject::missing_state;
use crate::room::{House, Room};
use crate::{Error, Inject, Missing, Peer, PushError, Pushable, Scope, States};

/// A topic, on which messages of one class are published to the peers that are subscribed. Cheap to clone. Of a
/// `#[union]` any member is published, `chat.publish(Chat::from(Said::new("hello")))`, under its own class.
///
/// An application is given it by `.state(Topic::<Said>::new("news"))`, and a handler asks for it as
/// `Topic<Said>`. What is published is written once for each format and put into the queue of every
/// subscriber; nobody waits for anybody. A subscriber that takes too little is told so (`slow_consumer`)
/// and dropped, and one whose connection ends is no subscriber any more. All subscribers get the messages of
/// a topic in the same order, whoever publishes them.
pub struct Topic<T> {
    room: Arc<Room>,
    class: PhantomData<fn(T)>,
}

impl<T: Pushable> Topic<T> {
    /// A topic of this name, which its subscribers see as `$push`. An empty one they see as `true`.
    pub fn new(name: impl Into<String>) -> Topic<T> {
        Topic { room: Room::new(name.into()), class: PhantomData }
    }

    /// Subscribes a peer, until it is gone; once, however often it is called.
    ///
    /// # Errors
    /// [`PushError`] for a peer that is gone, or that takes replies alone.
    pub fn subscribe(&self, peer: &Peer) -> Result<(), PushError> {
        self.room.enter(peer)
    }

    /// Ends the subscription of a peer, if there is one.
    pub fn unsubscribe(&self, peer: &Peer) {
        self.room.exit(peer);
    }

    /// Sends a message to every subscriber, and returns how many there were. What a subscriber gets of it
    /// depends on its connection; it is sent once at most.
    ///
    /// # Errors
    /// [`PushError::Invalid`] for a message that breaks its own rules or has no form on the wire. Nobody
    /// gets it then.
    #[allow(clippy::needless_pass_by_value, reason = "a message is sent away, as everywhere")]
    pub fn publish(&self, message: T) -> Result<usize, PushError> {
        message.check()?;
        self.room.publish(&|head, format| message.envelope(head, format))
    }

    /// The name.
    pub fn name(&self) -> &str {
        self.room.name()
    }

    /// How many peers are subscribed.
    pub fn subscribers(&self) -> usize {
        self.room.len()
    }
}

impl<T> Clone for Topic<T> {
    fn clone(&self) -> Topic<T> {
        Topic { room: Arc::clone(&self.room), class: PhantomData }
    }
}

impl<T> fmt::Debug for Topic<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Topic({:?}, {} subscribers)", self.room.name(), self.room.len())
    }
}

impl<T: Pushable + 'static> Inject for Topic<T> {
    fn inject(scope: &Scope<'_>) -> Result<Topic<T>, Error> {
        let topic = scope.states.get::<Topic<T>>();
        topic.map(|topic| (*topic).clone()).ok_or_else(|| Error::new(format!("no Topic<{}> was given", T::NAME)))
    }

    fn missing(states: &States) -> Option<Missing> {
        let remedy = || format!("add .state(Topic::<{}>::new(…)) with the topic's name to the App", T::NAME);
        missing_state::<Topic<T>>(states, &format!("Topic<{}>", T::NAME), remedy)
    }
}

/// How many topics there may be at a time, unless it is said otherwise.
const MOST: usize = 10_000;

/// Topics by name, as of rooms: each is there from its first subscriber to its last. Cheap to clone.
///
/// An application is given them by `.state(Topics::<Said>::new())`, and a handler asks for them as
/// `Topics<Said>`. Each is as a [`Topic`].
pub struct Topics<T> {
    house: Arc<House>,
    class: PhantomData<fn(T)>,
}

impl<T: Pushable> Topics<T> {
    /// At most 10,000 topics at a time.
    pub fn new() -> Topics<T> {
        Topics::with_limit(MOST)
    }

    /// At most so many topics at a time.
    pub fn with_limit(limit: usize) -> Topics<T> {
        Topics { house: House::new(limit), class: PhantomData }
    }

    /// Subscribes a peer to the topic of this name, until it is gone. Where names come from clients, their
    /// length is for the class of the message to limit.
    ///
    /// # Errors
    /// As [`Topic::subscribe`], and [`PushError::TooManyTopics`].
    pub fn subscribe(&self, name: &str, peer: &Peer) -> Result<(), PushError> {
        self.house.enter(name, peer)
    }

    /// Ends the subscription of a peer, if there is one.
    pub fn unsubscribe(&self, name: &str, peer: &Peer) {
        if let Some(room) = self.house.find(name) {
            room.exit(peer);
        }
    }

    /// Sends a message to every subscriber of the topic of this name, and returns how many there were.
    ///
    /// # Errors
    /// As [`Topic::publish`].
    #[allow(clippy::needless_pass_by_value, reason = "a message is sent away, as everywhere")]
    pub fn publish(&self, name: &str, message: T) -> Result<usize, PushError> {
        message.check()?;
        match self.house.find(name) {
            Some(room) => room.publish(&|head, format| message.envelope(head, format)),
            None => Ok(0),
        }
    }

    /// How many peers are subscribed to the topic of this name.
    pub fn subscribers(&self, name: &str) -> usize {
        self.house.find(name).map_or(0, |room| room.len())
    }

    /// How many topics there are.
    pub fn len(&self) -> usize {
        self.house.len()
    }

    /// Whether nobody is subscribed to anything.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T: Pushable> Default for Topics<T> {
    fn default() -> Topics<T> {
        Topics::new()
    }
}

impl<T> Clone for Topics<T> {
    fn clone(&self) -> Topics<T> {
        Topics { house: Arc::clone(&self.house), class: PhantomData }
    }
}

impl<T> fmt::Debug for Topics<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} Topics", self.house.len())
    }
}

impl<T: Pushable + 'static> Inject for Topics<T> {
    fn inject(scope: &Scope<'_>) -> Result<Topics<T>, Error> {
        let topics = scope.states.get::<Topics<T>>();
        topics.map(|topics| (*topics).clone()).ok_or_else(|| Error::new(format!("no Topics<{}> were given", T::NAME)))
    }

    fn missing(states: &States) -> Option<Missing> {
        let remedy = || format!("add .state(Topics::<{}>::new()) to the App", T::NAME);
        missing_state::<Topics<T>>(states, &format!("Topics<{}>", T::NAME), remedy)
    }
}
