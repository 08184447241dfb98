//! A connection that is opened again when it was lost, and not too often.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::engine::{Access, Connection, Engine, Failure};

/// How long nobody tries again after the first time that a connection could not be opened; then twice as long.
const FIRST: Duration = Duration::from_millis(20);

/// How long at most.
const LONGEST: Duration = Duration::from_secs(1);

/// The way to a database, for one thread.
pub(crate) struct Link {
    engine: Arc<dyn Engine>,
    access: Access,
    connection: Option<Box<dyn Connection>>,
    refused: Option<Refused>,
}

/// A connection could not be opened.
struct Refused {
    why: Failure,
    pause: Duration,
    since: Instant,
}

impl Link {
    pub(crate) fn new(engine: Arc<dyn Engine>, access: Access, connection: Box<dyn Connection>) -> Link {
        Link { engine, access, connection: Some(connection), refused: None }
    }

    /// The database that it leads to.
    pub(crate) fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// The connection, until it is [given back](Self::give_back); a new one if there is none.
    ///
    /// # Errors
    /// Why none can be opened, or could be a moment ago.
    pub(crate) fn take(&mut self) -> Result<Box<dyn Connection>, Failure> {
        if let Some(mut connection) = self.connection.take()
            && !connection.is_lost()
        {
            return Ok(connection);
        }
        let mut pause = FIRST;
        if let Some(refused) = &self.refused {
            if refused.since.elapsed() < refused.pause {
                return Err(refused.why.clone());
            }
            pause = (refused.pause * 2).min(LONGEST);
        }
        let opened = self.engine.connect(self.access);
        self.refused = opened.as_ref().err().map(|why| Refused { why: why.clone(), pause, since: Instant::now() });
        opened
    }

    /// The connection if there is one, as it is.
    pub(crate) fn held(&mut self) -> Option<Box<dyn Connection>> {
        self.connection.take()
    }

    pub(crate) fn give_back(&mut self, connection: Box<dyn Connection>) {
        self.connection = Some(connection);
    }

    /// Closes the connection, which is of no use any more.
    pub(crate) fn close(&mut self) {
        self.connection = None;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::{ColumnMap, Memory};

    /// A database that cannot be reached until it was tried so often.
    struct Away(AtomicU32);

    impl Engine for Away {
        fn name(&self) -> &'static str {
            "away"
        }

        fn place(&self) -> String {
            String::new()
        }

        fn connect(&self, access: Access) -> Result<Box<dyn Connection>, Failure> {
            match self.0.fetch_add(1, Ordering::Relaxed) {
                0..3 => Err(Failure::Broken("away".to_owned())),
                _ => Memory::new().connect(access),
            }
        }

        fn type_of(&self, _: &ColumnMap) -> String {
            String::new()
        }
    }

    #[test]
    fn a_database_that_is_away_is_not_asked_all_the_time() {
        let engine = Arc::new(Away(AtomicU32::new(0)));
        let connection = Memory::new().connect(Access::Read).unwrap();
        let mut link = Link::new(Arc::clone(&engine) as _, Access::Read, connection);
        link.close();
        let begun = Instant::now();
        let mut asked = 0;
        while link.take().is_err() {
            asked += 1;
            std::thread::yield_now();
        }
        assert_eq!(engine.0.load(Ordering::Relaxed), 4);
        // 20, 40 and 80 ms.
        assert!(begun.elapsed() >= Duration::from_millis(140) && asked > 4, "{asked} times in {:?}", begun.elapsed());
    }
}
