//! The threads that read what is committed, each with a connection of its own.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use converse_dispatch::oneshot::{self, Sender};

use crate::engine::{Access, Engine, Failure};
use crate::link::Link;
use crate::schema::Tables;
use crate::{Answer, Op, StoreError};

/// How many reads may wait.
const MOST: usize = 1024;

type Job = (Op, Sender<Result<Answer, StoreError>>);

/// Threads that read.
pub(crate) struct Readers(Arc<Queue>);

struct Queue {
    jobs: Mutex<(VecDeque<Job>, bool)>,
    come: Condvar,
}

impl Readers {
    /// Starts as many as the engine wants.
    ///
    /// # Errors
    /// A connection that cannot be opened, or a thread that the system does not give.
    pub(crate) fn start(engine: &Arc<dyn Engine>, tables: &Arc<Tables>) -> Result<Readers, Failure> {
        let queue = Arc::new(Queue { jobs: Mutex::default(), come: Condvar::new() });
        let readers = Readers(Arc::clone(&queue));
        for number in 0..engine.readers() {
            let link = Link::new(Arc::clone(engine), Access::Read, engine.connect(Access::Read)?);
            let (tables, queue) = (Arc::clone(tables), Arc::clone(&queue));
            let thread = std::thread::Builder::new().name(format!("converse-read-{number}"));
            let read = move || read(link, &tables, &queue);
            thread.spawn(read).map_err(|error| Failure::Broken(format!("no thread can be started: {error}")))?;
        }
        Ok(readers)
    }

    /// Has one of them do this.
    pub(crate) async fn run(&self, op: Op) -> Result<Answer, StoreError> {
        let (sender, answer) = oneshot::channel();
        {
            let mut jobs = self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner);
            if jobs.0.len() >= MOST {
                return Err(StoreError::Overloaded);
            }
            jobs.0.push_back((op, sender));
        }
        self.0.come.notify_one();
        answer.await.unwrap_or_else(|| Err(StoreError::Unavailable("the reading thread ended".to_owned())))
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner).1 = true;
        self.0.come.notify_all();
    }
}

fn read(mut link: Link, tables: &Tables, queue: &Queue) {
    while let Some((op, answer)) = queue.next() {
        // A connection may be lost at any time, and what only reads can be asked again.
        let mut result = ask(&mut link, &op);
        if matches!(result, Err(Failure::Broken(_))) {
            result = ask(&mut link, &op);
        }
        answer.send(result.map_err(|failure| StoreError::of(failure, op.table().map(|table| &**table), tables)));
    }
}

fn ask(link: &mut Link, op: &Op) -> Result<Answer, Failure> {
    let mut connection = link.take()?;
    let result = connection.run(op);
    if !matches!(result, Err(Failure::Broken(_))) {
        link.give_back(connection);
    }
    result
}

impl Queue {
    /// The next job; none once the store is gone.
    fn next(&self) -> Option<Job> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(job) = jobs.0.pop_front() {
                return Some(job);
            }
            if jobs.1 {
                return None;
            }
            jobs = self.come.wait(jobs).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
