//! The test kit: an application in memory, for tests of one's own handlers.

use std::sync::{Mutex, OnceLock, PoisonError};

use converse_dispatch::{Authenticate, Classes, Fault, FromReply, Peer, Principal, Secret};
use converse_model::{Classed, Message};
use converse_net::client::Connector;
use converse_net::memory;
use converse_store::{Row, Store, Table};
use converse_wire::{Encode, Format};

use crate::{App, Config, Engine, Sessions, StartError, TestPeer};

/// An application in memory.
///
/// ```text
/// let app = App::test().state(Users::default());
/// let reply: SignInResponse = app.call(SignIn::new("josh", "basketball")).await?;
/// ```
pub struct TestApp {
    app: Mutex<Option<App>>,
    engine: OnceLock<Engine>,
}

/// An application in memory, and who sends to it: made by [`TestApp::as_principal`].
pub struct TestSender<'a> {
    engine: &'a Engine,
    peer: Peer,
}

impl TestSender<'_> {
    /// Sends a message to its handler and waits for the reply, by way of the wire.
    ///
    /// # Errors
    /// The fault that the handler, or the way to it, answered with.
    pub async fn call<M: Message + Encode, R: FromReply>(&self, message: M) -> Result<R, Fault> {
        self.engine.call_over(&self.peer, message).await
    }
}

impl TestSender<'_> {
    /// Takes one envelope to the envelope of its reply, or of a fault.
    pub async fn handle(&self, message: &[u8]) -> Vec<u8> {
        self.engine.handle_over(&self.peer, message).await
    }
}

impl TestApp {
    pub(crate) fn new(app: App) -> TestApp {
        TestApp { app: Mutex::new(Some(app)), engine: OnceLock::new() }
    }

    fn map(self, change: impl FnOnce(App) -> App) -> TestApp {
        let app = self.app.into_inner().unwrap_or_else(PoisonError::into_inner);
        TestApp { app: Mutex::new(app.map(change)), engine: self.engine }
    }

    /// Gives handlers a value, which they ask for as `State<T>`.
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(self, value: T) -> TestApp {
        self.map(|app| app.state(value))
    }

    /// Speaks one more format.
    #[must_use]
    pub fn format(self, format: impl Format) -> TestApp {
        self.map(|app| app.format(format))
    }

    /// Goes on with the application once its tables are there, as [`App::with_store`] does.
    #[must_use]
    pub fn with_store(self, go_on: impl FnOnce(App, Store) -> App + Send + 'static) -> TestApp {
        self.map(|app| app.with_store(go_on))
    }

    /// Has these rows in a table from the start. The tables of a test are in memory, and its own.
    #[must_use]
    pub fn rows<R: Row>(self, rows: impl IntoIterator<Item = R> + Send + 'static) -> TestApp {
        self.map(|app| app.rows(rows))
    }

    /// The tables, if a class has one.
    ///
    /// # Panics
    /// As [`call`](Self::call).
    pub fn store(&self) -> Option<&Store> {
        self.engine().store()
    }

    /// The rows of a class, to look at what handlers did, or to do more. Each write is kept at once.
    ///
    /// # Panics
    /// As [`call`](Self::call), or if the class is not among those of the application.
    #[allow(clippy::panic, reason = "a test that asks for what is not there has failed; the text says why")]
    pub fn table<R: Row>(&self) -> Table<R> {
        match self.store().map(Store::table) {
            Some(Ok(table)) => table,
            Some(Err(error)) => panic!("{error}"),
            None => panic!("no class of the application has a table"),
        }
    }

    /// Lets this find out who sends a message.
    #[must_use]
    pub fn authenticate(self, authenticator: impl Authenticate) -> TestApp {
        self.map(|app| app.authenticate(authenticator))
    }

    /// Knows people by a cookie, under a key that is made for this test.
    #[must_use]
    pub fn sessions(self, sessions: Sessions) -> TestApp {
        self.map(|app| app.sessions(sessions))
    }

    /// The same application for this principal: what is called through it is sent by them, as if a handler
    /// had signed them in. It is one connection.
    ///
    /// ```text
    /// let josh = Principal::new("josh")?.with_role("admin");
    /// let reply: Removed = app.as_principal(josh).call(Remove::new("ada")).await?;
    /// ```
    ///
    /// # Panics
    /// As [`call`](Self::call).
    pub fn as_principal(&self, principal: Principal) -> TestSender<'_> {
        let peer = Peer::new("memory", None);
        peer.sign_in(principal);
        TestSender { engine: self.engine(), peer }
    }

    /// Leaves out a class that is linked.
    #[must_use]
    pub fn without<T: Classed>(self) -> TestApp {
        self.map(App::without::<T>)
    }

    /// Checks everything and makes the application ready to answer. `call` and `handle` do it by
    /// themselves; this is for tests of what is wrong with the classes.
    ///
    /// # Errors
    /// All that is wrong with classes, handlers and states, at once.
    ///
    /// # Panics
    /// Outside a tokio runtime; [`block_on`](crate::block_on) is one.
    pub fn build(self) -> Result<Engine, StartError> {
        let app = self.app.into_inner().unwrap_or_else(PoisonError::into_inner);
        build(app)
    }

    #[allow(clippy::panic, reason = "a test that cannot start has failed; the text says why")]
    fn engine(&self) -> &Engine {
        self.engine.get_or_init(|| {
            let app = self.app.lock().unwrap_or_else(PoisonError::into_inner).take();
            match build(app) {
                Ok(engine) => engine,
                Err(error) => panic!("the application does not start: {error}"),
            }
        })
    }

    /// Sends a message to its handler and waits for the reply, by way of the wire.
    ///
    /// # Errors
    /// The fault that the handler, or the way to it, answered with.
    ///
    /// # Panics
    /// If the application does not start, with everything that is wrong with it.
    pub async fn call<M: Message + Encode, R: FromReply>(&self, message: M) -> Result<R, Fault> {
        self.engine().call(message).await
    }

    /// Takes one envelope to the envelope of its reply, or of a fault.
    ///
    /// # Panics
    /// As [`call`](Self::call).
    pub async fn handle(&self, message: &[u8]) -> Vec<u8> {
        self.engine().handle(message).await
    }

    /// Takes one envelope in any format to the envelope of its reply, or of a fault, in the same.
    ///
    /// # Panics
    /// As [`call`](Self::call).
    pub async fn handle_format(&self, format: impl Format, message: &[u8]) -> Vec<u8> {
        self.engine().handle_format(format, message).await
    }

    /// The classes that are served, to be looked at, added to, replaced and taken away.
    ///
    /// # Panics
    /// As [`call`](Self::call).
    pub fn classes(&self) -> Classes {
        self.engine().classes()
    }

    /// A client in memory: `app.client().connect().await?`.
    ///
    /// # Panics
    /// As [`call`](Self::call).
    pub fn client(&self) -> Connector {
        self.engine().client()
    }

    /// A peer in memory, which calls handlers and awaits what they push to it.
    ///
    /// # Panics
    /// As [`call`](Self::call).
    pub async fn peer(&self) -> TestPeer {
        TestPeer::connect(self.client()).await
    }

    /// Connects in memory: a connection of its own, as over a socket.
    ///
    /// # Panics
    /// As [`call`](Self::call).
    pub fn connect(&self) -> memory::Client {
        self.engine().connect()
    }
}

/// Makes an application ready, with a key of its own for sessions.
fn build(app: Option<App>) -> Result<Engine, StartError> {
    let key = crate::password::token().map_err(StartError::Hook)?;
    let session_key = Some(Secret::new(key.into_exposed().into_bytes()));
    let store = "memory:".into();
    app.unwrap_or_else(App::linked).build_with(Config { session_key, store, ..Config::default() })
}
