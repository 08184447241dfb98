//! What was counted of connections.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU64, AtomicUsize};

use crate::Load;
use crate::exposition::{Exposition, Kind};

/// The transports that are told apart.
const TRANSPORTS: [&str; 4] = ["http", "websocket", "tcp", "memory"];

/// What was counted of all connections.
#[derive(Debug, Default)]
pub struct Traffic {
    open: [AtomicUsize; TRANSPORTS.len()],
    opened: [AtomicU64; TRANSPORTS.len()],
    refused: AtomicU64,
    pushed: AtomicU64,
    dropped: AtomicU64,
    slow: AtomicU64,
}

/// A connection that is open; it no longer is once this is dropped.
#[derive(Debug)]
pub struct Open {
    load: Arc<Load>,
    transport: usize,
}

impl Open {
    /// One more connection over this transport.
    pub fn over(transport: &str, load: &Arc<Load>) -> Open {
        let transport = TRANSPORTS.iter().position(|known| *known == transport).unwrap_or(TRANSPORTS.len());
        let traffic = load.traffic();
        if let (Some(open), Some(opened)) = (traffic.open.get(transport), traffic.opened.get(transport)) {
            open.fetch_add(1, Relaxed);
            opened.fetch_add(1, Relaxed);
        }
        Open { load: Arc::clone(load), transport }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(open) = self.load.traffic().open.get(self.transport) {
            open.fetch_sub(1, Relaxed);
        }
    }
}

impl Traffic {
    /// A connection was refused for which there was no place.
    pub fn refused(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    /// So many pushes were sent.
    pub fn pushed(&self, count: u64) {
        self.pushed.fetch_add(count, Relaxed);
    }

    /// A peer took too little, and so many pushes that waited for it were dropped.
    pub fn slow(&self, dropped: u64) {
        self.slow.fetch_add(1, Relaxed);
        self.dropped.fetch_add(dropped, Relaxed);
    }

    /// Writes all of it.
    pub fn measure(&self, all: &mut Exposition) {
        let mut family = all.family("converse_connections", Kind::Gauge, "connections that are open");
        for (transport, open) in TRANSPORTS.iter().zip(&self.open) {
            family.number(&[("transport", transport)], open.load(Relaxed).try_into().unwrap_or(u64::MAX));
        }
        let mut family = all.family("converse_connections_total", Kind::Counter, "connections that were opened");
        for (transport, opened) in TRANSPORTS.iter().zip(&self.opened) {
            family.number(&[("transport", transport)], opened.load(Relaxed));
        }
        for (name, help, count) in [
            ("converse_connections_refused_total", "connections for which there was no place", &self.refused),
            ("converse_pushes_total", "pushes that were sent", &self.pushed),
            (
                "converse_pushes_dropped_total",
                "pushes that were dropped with peers that took too little",
                &self.dropped,
            ),
            ("converse_slow_consumers_total", "peers that took too little, and were dropped", &self.slow),
        ] {
            all.family(name, Kind::Counter, help).number(&[], count.load(Relaxed));
        }
    }
}
