//! A peer in a test: it calls handlers, and awaits what they push to it.

use std::time::Duration;

use converse_dispatch::FromReply;
use converse_model::Message;
use converse_net::client::{Call, Client, Connector, PushStream, Pushed};
use converse_wire::{Decode, Encode};
use tokio::time::timeout;

/// How long a test waits for what is pushed.
const PATIENCE: Duration = Duration::from_secs(5);

/// A peer of a [`TestApp`](crate::TestApp), with a connection of its own. Dropping it ends the connection.
///
/// ```text
/// let mut josh = app.peer().await;
/// let () = josh.call(Join::new("kitchen")).await?;
/// assert_eq!(josh.pushed::<Said>().await.text, "hello");
/// ```
pub struct TestPeer {
    client: Client,
    pushed: PushStream,
}

impl TestPeer {
    #[allow(clippy::panic, reason = "a test that cannot connect has failed; the text says why")]
    pub(crate) async fn connect(connector: Connector) -> TestPeer {
        match connector.connect().await {
            Ok(client) => TestPeer { pushed: client.pushed(), client },
            Err(error) => panic!("the peer does not connect: {error}"),
        }
    }

    /// Sends a message to its handler and waits for the reply.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub fn call<M, R>(&self, message: M) -> Call<R>
    where
        M: Message + Encode + Send + 'static,
        R: FromReply,
    {
        self.client.call(message)
    }

    /// The next message that is pushed to this peer, which must be of this class.
    ///
    /// # Panics
    /// If none comes within five seconds, or one of another class.
    #[allow(clippy::panic, reason = "a test that waits in vain has failed; the text says for what")]
    pub async fn pushed<M: Message + Decode>(&mut self) -> M {
        let Pushed { message, .. } = self.next().await;
        match message.downcast() {
            Some(message) => message,
            None => panic!("a {} was pushed where a {} was expected", message.class().name(), M::NAME),
        }
    }

    /// The next message that is pushed to this peer, with its topic.
    ///
    /// # Panics
    /// If none comes within five seconds.
    #[allow(clippy::panic, reason = "a test that waits in vain has failed")]
    pub async fn next(&mut self) -> Pushed {
        match timeout(PATIENCE, self.pushed.next()).await {
            Ok(Some(pushed)) => pushed,
            Ok(None) | Err(_) => panic!("nothing was pushed to this peer"),
        }
    }
}
