//! The work of one handler, as a whole: begun by its first write.

use std::future::Future;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use converse_dispatch::oneshot::{self, Receiver, Sender};
use converse_dispatch::{BoxFuture, Error, Unit};

use crate::group::UnitId;
use crate::keys::Held;
use crate::readers::Readers;
use crate::writer::Request;
use crate::{Answer, Op, StoreError};

/// How many units may write, or wait to, at a time.
const MOST: usize = 1024;

/// The threads of a store, and the way to them.
pub(crate) struct Threads {
    pub(crate) readers: Readers,
    pub(crate) requests: mpsc::Sender<Request>,
    pub(crate) begun: AtomicUsize,
}

impl Threads {
    /// Asks the thread that writes.
    pub(crate) fn ask(&self, request: Request) -> Result<(), StoreError> {
        self.requests.send(request).map_err(|_| gone())
    }
}

/// Not begun, so nothing was written.
const NEW: u8 = 0;
/// Begun, and not ended.
const BEGUN: u8 = 1;
/// Kept, or undone.
const ENDED: u8 = 2;
/// Undone in its midst, so that nothing of it can be kept.
const FAILED: u8 = 3;

/// The work of one handler, or of one transaction.
pub(crate) struct Work {
    id: UnitId,
    threads: Arc<Threads>,
    state: AtomicU8,
    /// The number of the message in its journal; 0 for none.
    recorded: AtomicU64,
    /// The key of its message, which is kept with its reply.
    key: Mutex<Option<Held>>,
}

impl Work {
    pub(crate) fn new(threads: Arc<Threads>) -> Arc<Work> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Arc::new(Work { id, threads, state: AtomicU8::new(NEW), recorded: AtomicU64::new(0), key: Mutex::new(None) })
    }

    /// Does what is asked. A read before the first write sees what is committed, and one behind it what was written
    /// as well.
    pub(crate) async fn run(&self, op: Op) -> Result<Answer, StoreError> {
        if op.is_write() {
            self.begin()?;
        } else if self.state.load(Ordering::Acquire) != BEGUN {
            return self.threads.readers.run(op).await;
        }
        let (answer, answered) = oneshot::channel();
        self.threads.ask(Request::Run { unit: self.id, op, answer })?;
        wait(answered).await
    }

    /// Holds the key of its message until its end.
    pub(crate) fn hold(&self, key: Held) {
        *self.key() = Some(key);
    }

    fn key(&self) -> MutexGuard<'_, Option<Held>> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the key, as the last of all.
    async fn write_key(&self) -> Result<(), StoreError> {
        let Some(ops) = self.key().as_ref().map(Held::ops) else { return Ok(()) };
        for op in ops {
            self.run(op).await.map_err(|error| match error {
                StoreError::Taken { .. } => StoreError::Conflict("another process answers the message with this key"),
                other => other,
            })?;
        }
        Ok(())
    }

    /// The message is in its journal, under this number.
    pub(crate) fn recorded(&self, id: u64) {
        self.recorded.store(id, Ordering::Release);
    }

    pub(crate) fn is_recorded(&self) -> Option<u64> {
        Some(self.recorded.load(Ordering::Acquire)).filter(|id| *id > 0)
    }

    /// Goes on once no other unit does, until its end.
    pub(crate) async fn alone(&self) -> Result<(), StoreError> {
        self.begin()?;
        let (answer, answered) = oneshot::channel();
        self.threads.ask(Request::Alone { unit: self.id, answer })?;
        wait(answered).await
    }

    /// Does several things alone. If they fail, nothing of them is done; what was done before goes too, and the work
    /// can only fail.
    pub(crate) async fn transaction<T, E: From<StoreError>, Fut: Future<Output = Result<T, E>>>(
        &self,
        work: impl FnOnce() -> Fut,
    ) -> Result<T, E> {
        let before = self.state.load(Ordering::Acquire);
        self.alone().await?;
        let result = work().await;
        if result.is_err() {
            self.abandon().await?;
            self.state.store(if before == NEW { NEW } else { FAILED }, Ordering::Release);
        }
        result
    }

    /// Keeps what was done; resolves once it is safe.
    pub(crate) async fn keep(&self) -> Result<(), StoreError> {
        if self.state.load(Ordering::Acquire) == FAILED {
            let why = "a transaction failed, and with it what was written before it; answer with an error then";
            return Err(StoreError::Refused(why.to_owned()));
        }
        self.end(|unit, ended| Request::Keep { unit, ended }).await
    }

    /// Undoes what was done. What was read must have been true, or whatever follows from it is not.
    pub(crate) async fn abandon(&self) -> Result<(), StoreError> {
        self.end(|unit, ended| Request::Abandon { unit, ended: Some(ended) }).await
    }

    async fn end(
        &self,
        request: impl FnOnce(UnitId, Sender<Result<(), StoreError>>) -> Request,
    ) -> Result<(), StoreError> {
        if !self.leave() {
            return Ok(());
        }
        let (ended, has_ended) = oneshot::channel();
        self.threads.ask(request(self.id, ended))?;
        wait(has_ended).await
    }

    /// Notes the first write, if there is room for one more unit.
    fn begin(&self) -> Result<(), StoreError> {
        match self.state.load(Ordering::Acquire) {
            BEGUN => return Ok(()),
            NEW => {}
            _ => {
                let why = "a handler's tables are of use until it has answered; ask the `Store` for others".to_owned();
                return Err(StoreError::Refused(why));
            }
        }
        if self.threads.begun.fetch_add(1, Ordering::AcqRel) >= MOST {
            self.threads.begun.fetch_sub(1, Ordering::AcqRel);
            return Err(StoreError::Overloaded);
        }
        if self.state.compare_exchange(NEW, BEGUN, Ordering::AcqRel, Ordering::Acquire).is_err() {
            // Two writes began at a time: one counts.
            self.threads.begun.fetch_sub(1, Ordering::AcqRel);
        }
        Ok(())
    }

    /// Notes the end; false if nothing was begun, or it has ended before.
    fn leave(&self) -> bool {
        let begun = self.state.swap(ENDED, Ordering::AcqRel) == BEGUN;
        if begun {
            self.threads.begun.fetch_sub(1, Ordering::AcqRel);
        }
        begun
    }

    /// Undoes what was done, with nobody waiting for it.
    fn give_up(&self) {
        if self.leave() {
            // A thread that is gone has undone everything.
            let _gone = self.threads.ask(Request::Abandon { unit: self.id, ended: None });
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.give_up();
    }
}

impl Unit for Work {
    fn commit(self: Arc<Self>) -> BoxFuture<Result<(), Error>> {
        Box::pin(async move {
            if self.state.load(Ordering::Acquire) != FAILED
                && let Err(error) = self.write_key().await
            {
                self.give_up();
                return Err(error.into());
            }
            Ok(self.keep().await?)
        })
    }

    fn wants_reply(&self) -> bool {
        self.key().is_some()
    }

    fn keep_reply(&self, reply: String) {
        if let Some(key) = self.key().as_mut() {
            key.set_reply(reply);
        }
    }

    fn abandon(self: Arc<Self>) -> BoxFuture<Result<(), Error>> {
        Box::pin(async move { Ok(Work::abandon(&self).await?) })
    }

    fn roll_back(&self) {
        self.give_up();
    }
}

pub(crate) fn gone() -> StoreError {
    StoreError::Unavailable("the writing thread ended".to_owned())
}

async fn wait<T>(answer: Receiver<Result<T, StoreError>>) -> Result<T, StoreError> {
    answer.await.unwrap_or_else(|| Err(gone()))
}
