//! How connections learn that the server stops, and how the server learns that they are done.

use tokio::sync::watch;

/// Where the server is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Taking messages.
    Serving,
    /// Finishing what is in flight.
    Draining,
    /// Out of patience: connections end now.
    Cut,
}

/// The server's end.
pub(crate) struct Drain {
    stage: watch::Sender<Stage>,
    /// Every connection that is waited for holds a receiver; nothing is ever sent.
    alive: watch::Sender<()>,
}

/// A connection's end. While one exists, a draining server waits.
#[derive(Clone)]
pub(crate) struct Ticket {
    stage: Option<watch::Receiver<Stage>>,
    _alive: Option<watch::Receiver<()>>,
}

impl Drain {
    pub(crate) fn new() -> Drain {
        Drain { stage: watch::Sender::new(Stage::Serving), alive: watch::Sender::new(()) }
    }

    /// For a connection that is waited for.
    pub(crate) fn ticket(&self) -> Ticket {
        Ticket { stage: Some(self.stage.subscribe()), _alive: Some(self.alive.subscribe()) }
    }

    /// For a connection that comes while the server drains: it can start nothing, so nobody waits.
    pub(crate) fn visitor(&self) -> Ticket {
        Ticket { stage: Some(self.stage.subscribe()), _alive: None }
    }

    pub(crate) fn advance(&self, stage: Stage) {
        self.stage.send_replace(stage);
    }

    /// How many connections are waited for.
    pub(crate) fn alive(&self) -> usize {
        self.alive.receiver_count()
    }

    /// Resolves once no connection is waited for.
    pub(crate) async fn done(&self) {
        self.alive.closed().await;
    }
}

impl Ticket {
    /// For a connection without a server.
    pub(crate) fn alone() -> Ticket {
        Ticket { stage: None, _alive: None }
    }

    /// Resolves to the next stage, after it began. A server that was dropped cuts its connections.
    pub(crate) async fn next(&mut self) -> Stage {
        let Some(stage) = &mut self.stage else {
            return std::future::pending().await;
        };
        match stage.changed().await {
            Ok(()) => *stage.borrow_and_update(),
            Err(_) => Stage::Cut,
        }
    }
}
