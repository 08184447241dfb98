//! What a program holds of its connection to a server.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use converse_dispatch::{AnyMessage, FromReply, Incoming, to_envelope};
use converse_model::Message;
use converse_wire::{Decode, Encode, Format, Head, Id};
use tokio::sync::watch;
use tokio::time::Instant;

use super::budget::Budget;
use super::dial::{Dialer, in_memory};
use super::ledger::Ledger;
use super::link::Line;
use super::pool::Pool;
use super::pushes::{PushStream, Pushes};
use super::subscriptions::{Made, Subscription, Subscriptions};
use super::target::{Protocol, Target};
use super::{Call, CallError, ConnectError, Connector, Failure};
use crate::Answer;

/// A connection to a server, shared by all who have a clone of it.
///
/// ```text
/// let client = Client::connect("ws://127.0.0.1:7117").await?;
/// let reply: SignInResponse = client.call(SignIn::new("josh", "basketball")).await?;
/// ```
///
/// Over WebSocket, TCP, Unix sockets and in memory all calls share one connection, 256 of them in flight;
/// over HTTP each has one of 16 connections to itself. Further calls wait for their turn. A connection
/// that is lost is made again, with growing pauses, for as long as there is a clone of the client.
///
/// # What is sent again
/// A message is sent again only when that is safe: when nothing of it was sent, when the server says that
/// it was not executed and may be sent again, or when the call is [`idempotent`](Call::idempotent). At most
/// three times in all, within the deadline of the call; and of all calls of a client one in ten may be
/// sent again, so that clients do not keep an overloaded server overloaded.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

struct Shared {
    carrier: Carrier,
    dialer: Arc<Dialer>,
    pushes: Arc<Pushes>,
    subscriptions: Arc<Subscriptions>,
    timeout: Duration,
    budget: Budget,
    next_id: AtomicI64,
    /// Tells the connection that the client is gone, when it is dropped.
    _here: watch::Sender<()>,
}

/// How messages go.
enum Carrier {
    /// Many at once over one connection, told apart by their ids.
    Line(Arc<Ledger>),
    /// One at a time over each of several.
    Pool(Pool),
}

impl Client {
    /// Connects to a server: `ws://host:port`, `wss://…`, `http://…`, `https://…`, `tcp://host:port`,
    /// or over a Unix socket `unix:///path` for what is spoken over TCP, `http+unix:///path` and `ws+unix:///path`.
    ///
    /// # Errors
    /// What is wrong with the URL, or why there is no connection; with what to do.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub async fn connect(url: &str) -> Result<Client, ConnectError> {
        Client::to(url).connect().await
    }

    /// The same with options: `Client::to(url).timeout(…).token(…).connect().await`.
    pub fn to(url: &str) -> Connector {
        Connector::new(url)
    }

    /// A client of who answers in this process, for tests and for parts of one program.
    pub fn memory<A: Answer>(answer: Arc<A>) -> Connector {
        Connector::of("memory", Ok(Target::memory(move || in_memory(&answer))))
    }

    pub(super) async fn over(dialer: Arc<Dialer>, timeout: Duration) -> Result<Client, ConnectError> {
        let (pushes, mut messages) = Pushes::new();
        let subscriptions = Arc::<Subscriptions>::default();
        let (here, client) = watch::channel(());
        let carrier = if dialer.target.protocol == Protocol::Http {
            let pool = Pool::new(Arc::clone(&dialer));
            pool.connect().await?;
            Carrier::Pool(pool)
        } else {
            let first = dialer.transport().await?;
            let ledger = Arc::new(Ledger::default());
            let (dialer, pushes) = (Arc::clone(&dialer), Arc::clone(&pushes));
            let wanted = Arc::downgrade(&pushes);
            let (ledger_of_line, subscriptions) = (Arc::clone(&ledger), Arc::clone(&subscriptions));
            let line = Line { ledger: ledger_of_line, pushes, subscriptions, patience: timeout, dialer, client };
            tokio::spawn(line.run(first));
            tokio::spawn(async move {
                while let Some(message) = messages.recv().await {
                    let Some(wanted) = wanted.upgrade() else { return };
                    wanted.deliver(message);
                }
            });
            Carrier::Line(ledger)
        };
        let (budget, next_id) = (Budget::new(), AtomicI64::new(1));
        let shared = Shared { carrier, dialer, pushes, subscriptions, timeout, budget, next_id, _here: here };
        Ok(Client(Arc::new(shared)))
    }

    /// Sends a message and waits for its reply: a message, a `#[union]`, `()` for a handler that returns
    /// nothing, or `AnyMessage`. The caller says which, as in `let you: You = client.call(…).await?`.
    ///
    /// Nothing is sent before the call is awaited.
    ///
    /// # Errors
    /// [`CallError`](super::CallError): the fault with which the server answered, or why there is no reply.
    pub fn call<M, R>(&self, message: M) -> Call<R>
    where
        M: Message + Encode + Send + 'static,
        R: FromReply,
    {
        Call::new(self.clone(), Box::new(move |head, format| to_envelope(&message, head, format)))
    }

    /// The same for a message whose class is known only when the program runs. The reply is of one of the
    /// linked classes.
    pub fn call_any(&self, message: AnyMessage) -> Call<AnyMessage> {
        Call::new(self.clone(), Box::new(move |head, format| message.to_envelope(head, format)))
    }

    /// Sends a message that has the server push something, as `Join` of a chat does, and waits for its reply; sends it
    /// again whenever the connection was lost and made again, for as long as the [`Subscription`] is held.
    ///
    /// Handlers of what is pushed go on by themselves. What was pushed meanwhile is lost:
    /// [`on_gap`](Self::on_gap) and [`Subscription::on_renewed`] tell so. A message that is sent again goes before
    /// calls that wait for the connection; it carries no idempotency key, by which the
    /// server would only repeat its first answer.
    ///
    /// # Errors
    /// As [`call`](Self::call), the first time. There is no subscription then.
    pub async fn subscribe<M, R>(&self, message: M) -> Result<Subscription<R>, CallError>
    where
        M: Message + Encode + Send + 'static,
        R: FromReply,
    {
        let (all, id) = (&self.0.subscriptions, self.0.subscriptions.next_id());
        let bytes = to_envelope(&message, self.head(id, None), self.format())?.into();
        let connections = all.connections();
        let reply = self.call(message).await?;
        let made = Made { reply, id, class: M::NAME, bytes, connections };
        let ledger = match &self.0.carrier {
            Carrier::Line(ledger) => Arc::clone(ledger),
            // Over HTTP nothing is pushed, and no connection is missed.
            Carrier::Pool(_) => Arc::default(),
        };
        Ok(all.keep(made, &ledger, self.timeout()))
    }

    /// Runs this each time that the connection was lost and made again, between what was pushed before and what is
    /// pushed now: what was pushed in between did not come.
    pub fn on_gap(&self, handler: impl Fn() + Send + Sync + 'static) {
        self.0.pushes.on_gap(handler);
    }

    /// How often the connection was lost and made again.
    pub fn gaps(&self) -> u64 {
        self.0.pushes.gaps()
    }

    /// Runs this for every message of a class that the server sends of its own accord, for as long as
    /// there is a client.
    ///
    /// Handlers run one after another; one that takes long should hand its work to a task. At most 1,024
    /// messages wait for them; what comes then is missed, and counted in [`missed`](Self::missed). A
    /// handler should not hold a clone of the client, which would then never end.
    ///
    /// Over HTTP a server cannot send anything of its own accord.
    pub fn on<M: Message + Decode>(&self, handler: impl Fn(M) + Send + Sync + 'static) {
        self.0.pushes.on(handler);
    }

    /// All that the server sends of its own accord from now on, of any linked class.
    pub fn pushed(&self) -> PushStream {
        self.0.pushes.stream()
    }

    /// How many messages that the server sent of its own accord reached nobody: no handler wanted them, they
    /// were not valid, or too many waited.
    pub fn missed(&self) -> u64 {
        self.0.pushes.missed()
    }

    pub(super) fn timeout(&self) -> Duration {
        self.0.timeout
    }

    pub(super) fn format(&self) -> &dyn Format {
        &*self.0.dialer.format
    }

    pub(super) fn budget(&self) -> &Budget {
        &self.0.budget
    }

    /// A number that no other call of this client has, also over another connection.
    pub(super) fn next_id(&self) -> i64 {
        self.0.next_id.fetch_add(1, Ordering::Relaxed)
    }

    /// What stands beside a message.
    pub(super) fn head<'h>(&'h self, id: i64, key: Option<&'h str>) -> Head<'h> {
        let pipelined = matches!(self.0.carrier, Carrier::Line(_));
        // Where there are headers the token is in them.
        let auth = self.0.dialer.token.as_ref().filter(|_| self.0.dialer.target.protocol == Protocol::Stream);
        Head {
            id: if pipelined { Id::Int(id) } else { Id::None },
            idempotency_key: key.map(Into::into),
            auth: auth.map(|token| token.expose().as_str().into()),
            ..Head::default()
        }
    }

    pub(super) async fn exchange(
        &self,
        id: i64,
        message: Bytes,
        deadline: Instant,
    ) -> Result<Incoming<'static>, Failure> {
        match &self.0.carrier {
            Carrier::Line(ledger) => ledger.exchange(id, message, deadline).await,
            Carrier::Pool(pool) => pool.exchange(message, deadline).await,
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({:?})", self.0.dialer.target)
    }
}
