//! The thread that writes: it takes what units ask, lets them share transactions, and tells them once what they did
//! is safe.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

use converse_dispatch::oneshot::Sender;

use crate::engine::{Connection, Failure};
use crate::group::{Ended, Group, UnitId};
use crate::link::Link;
use crate::migrate::{Allowed, migrate};
use crate::schema::Tables;
use crate::{Answer, Op, StoreError, TableMap};

/// What a unit asks of the writer.
pub(crate) enum Request {
    /// To do this.
    Run { unit: UnitId, op: Op, answer: Sender<Result<Answer, StoreError>> },
    /// To let no other unit go on until this one has ended.
    Alone { unit: UnitId, answer: Sender<Result<(), StoreError>> },
    /// To keep what it did.
    Keep { unit: UnitId, ended: Ended },
    /// To undo what it did.
    Abandon { unit: UnitId, ended: Option<Ended> },
    /// To bring a table up to its class, once no unit is open.
    Follow(Following),
}

/// A table that is to follow its class, and who waits for it.
pub(crate) struct Following {
    pub(crate) table: Arc<TableMap>,
    pub(crate) done: Sender<Result<(), StoreError>>,
}

impl Request {
    /// The unit that asks; none where it is the program.
    fn unit(&self) -> Option<UnitId> {
        match self {
            Request::Follow(_) => None,
            Request::Run { unit, .. }
            | Request::Alone { unit, .. }
            | Request::Keep { unit, .. }
            | Request::Abandon { unit, .. } => Some(*unit),
        }
    }
}

/// How long a unit may go on while others wait for it.
const HOLD: Duration = Duration::from_millis(100);

/// What a unit is told that others waited for too long.
const HELD: StoreError = StoreError::Conflict(
    "between its first write and its end a handler took more than 100 ms while others waited; \
     do what takes time before the first write",
);

pub(crate) struct Writer {
    link: Link,
    tables: Arc<Tables>,
    requests: Receiver<Request>,
    /// What came with what is done, and is taken next.
    ahead: VecDeque<Request>,
    /// What waits for the next transaction.
    waiting: VecDeque<Request>,
    group: Group,
    /// Units that were taken out and do not know yet, with what they are told.
    expelled: BTreeMap<UnitId, StoreError>,
    /// The unit that goes on alone.
    alone: Option<UnitId>,
    /// The unit that wants to, once the others have ended.
    next_alone: Option<(UnitId, Sender<Result<(), StoreError>>)>,
    /// The tables that are to follow their classes, once nobody writes.
    following: VecDeque<Following>,
    /// How long a unit may go on while others wait for it: [`HOLD`], but in tests that are not about it.
    hold: Duration,
}

impl Writer {
    pub(crate) fn new(link: Link, tables: Arc<Tables>, requests: Receiver<Request>) -> Writer {
        Writer {
            link,
            tables,
            requests,
            ahead: VecDeque::new(),
            waiting: VecDeque::new(),
            group: Group::default(),
            expelled: BTreeMap::new(),
            alone: None,
            next_alone: None,
            following: VecDeque::new(),
            hold: HOLD,
        }
    }

    /// Writes until nobody is left who could ask.
    pub(crate) fn run(mut self) {
        while let Some(request) = self.next() {
            self.take(request);
        }
        self.end(Err(StoreError::Unavailable("the program ends".to_owned())));
    }

    /// What is asked next; ends transactions meanwhile.
    fn next(&mut self) -> Option<Request> {
        loop {
            self.follow();
            self.grant_alone();
            if self.takes_new()
                && let Some(request) = self.waiting.pop_front()
            {
                return Some(request);
            }
            if let Some(request) = self.ahead.pop_front() {
                return Some(request);
            }
            if self.group.is_empty() {
                return self.requests.recv().ok();
            }
            let is_open = self.group.open().next().is_some();
            if !is_open && (self.group.is_full() || !self.waiting.is_empty() || !self.following.is_empty()) {
                self.commit();
                continue;
            }
            match self.requests.try_recv() {
                Ok(request) => return Some(request),
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => {}
            }
            if !is_open {
                self.commit();
                continue;
            }
            let patience = if self.is_awaited() { self.group.patience(self.hold) } else { self.hold };
            let begun = Instant::now();
            let received = self.requests.recv_timeout(patience.max(Duration::from_millis(1)));
            self.group.wait(begun.elapsed());
            match received {
                Ok(request) => return Some(request),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => self.expel_late(),
            }
        }
    }

    fn take(&mut self, request: Request) {
        let unit = request.unit().unwrap_or_default();
        if let Some(error) = self.expelled.get(&unit).cloned() {
            self.refuse(request, error);
            return;
        }
        match request {
            Request::Follow(following) => self.following.push_back(following),
            Request::Run { .. } | Request::Alone { .. } if !self.may_enter(unit) => self.waiting.push_back(request),
            Request::Run { unit, op, answer } => self.run_with_others(unit, op, answer),
            Request::Alone { unit, answer } => self.want_alone(unit, answer),
            Request::Keep { unit, ended } => {
                self.forget_waiting(unit);
                self.group.keep(unit, ended);
                self.over(unit);
            }
            Request::Abandon { unit, ended } => {
                self.forget_waiting(unit);
                self.forget(unit, ended);
                self.over(unit);
            }
        }
    }

    /// What nobody waits for any more is not begun: the unit has ended.
    fn forget_waiting(&mut self, unit: UnitId) {
        self.waiting.retain(|request| request.unit() != Some(unit));
    }

    /// Whether a unit is part of the transaction, or may become so.
    fn may_enter(&self, unit: UnitId) -> bool {
        self.group.has(unit) || self.takes_new()
    }

    fn takes_new(&self) -> bool {
        self.alone.is_none() && self.next_alone.is_none() && self.following.is_empty() && !self.group.is_full()
    }

    fn over(&mut self, unit: UnitId) {
        if self.alone == Some(unit) {
            self.alone = None;
        }
        if self.next_alone.as_ref().is_some_and(|(next, _)| *next == unit) {
            self.next_alone = None;
        }
    }

    /// Does what a unit asks, and with it what others have asked meanwhile.
    fn run_with_others(&mut self, unit: UnitId, op: Op, answer: Sender<Result<Answer, StoreError>>) {
        let mut connection = match self.begun() {
            Ok(connection) => connection,
            Err(failure) => return answer.send(Err(self.broken(failure.to_string()))),
        };
        let (mut wanted, mut answers) = (vec![(unit, op)], vec![answer]);
        self.group.enter(unit);
        while wanted.len() < connection.at_once()
            && let Some(request) = self.ahead.pop_front().or_else(|| self.requests.try_recv().ok())
        {
            match request {
                Request::Run { unit, op, answer } if !self.expelled.contains_key(&unit) && self.may_enter(unit) => {
                    self.group.enter(unit);
                    wanted.push((unit, op));
                    answers.push(answer);
                }
                // It asks for nothing, and what it asked is done.
                Request::Keep { unit, ended }
                    if self.group.has(unit) && wanted.iter().all(|(other, _)| *other != unit) =>
                {
                    self.forget_waiting(unit);
                    self.group.keep(unit, ended);
                    self.over(unit);
                }
                other => {
                    self.ahead.push_front(other);
                    break;
                }
            }
        }
        let tables: Vec<_> = wanted.iter().map(|(_, op)| op.table().cloned()).collect();
        let results = self.group.run(wanted, &mut *connection);
        let broken = results.iter().find_map(|result| match result {
            Err(Failure::Broken(why)) => Some(why.clone()),
            _ => None,
        });
        match broken {
            // With it goes what was done before.
            Some(why) => {
                let error = self.broken(why);
                for answer in answers {
                    answer.send(Err(error.clone()));
                }
            }
            None => {
                self.link.give_back(connection);
                for ((answer, result), table) in answers.into_iter().zip(results).zip(tables) {
                    answer.send(result.map_err(|failure| StoreError::of(failure, table.as_deref(), &self.tables)));
                }
            }
        }
    }

    /// The connection, in a transaction.
    fn begun(&mut self) -> Result<Box<dyn Connection>, Failure> {
        if !self.group.is_empty() {
            return self.link.held().ok_or_else(|| Failure::Broken("the transaction is gone".to_owned()));
        }
        let mut connection = self.link.take()?;
        connection.begin()?;
        Ok(connection)
    }

    /// The connection is of no use any more: nothing that has not been told to be safe is, and a new one is opened.
    fn broken(&mut self, why: String) -> StoreError {
        self.link.close();
        let error = StoreError::Unavailable(why);
        self.end(Err(error.clone()));
        error
    }

    /// Tells all who wait how the transaction ended.
    fn end(&mut self, result: Result<(), StoreError>) {
        let open = self.group.end(&result);
        if let Err(error) = result {
            self.expelled.extend(open.into_iter().map(|unit| (unit, error.clone())));
        }
        self.alone = None;
        if let Some((unit, answer)) = self.next_alone.take() {
            self.waiting.push_front(Request::Alone { unit, answer });
        }
    }

    fn commit(&mut self) {
        let Some(mut connection) = self.link.held() else {
            return self.end(Err(StoreError::Unavailable("the transaction is gone with its connection".to_owned())));
        };
        let ended = if self.group.has_writes() { connection.commit() } else { connection.roll_back() };
        match ended {
            Ok(()) => {
                self.link.give_back(connection);
                self.end(Ok(()));
            }
            Err(failure) => drop(self.broken(failure.to_string())),
        }
    }

    fn forget(&mut self, unit: UnitId, ended: Option<Ended>) {
        let Some(mut connection) = self.link.held() else {
            if let Some(ended) = ended {
                ended.send(Ok(()));
            }
            return;
        };
        let result = self.group.abandon(unit, ended, &mut *connection);
        self.after(connection, result, &crate::group::SAW_UNDONE);
    }

    /// Whether somebody waits for the open units.
    fn is_awaited(&self) -> bool {
        self.group.is_awaited() || !self.waiting.is_empty() || self.next_alone.is_some() || !self.following.is_empty()
    }

    /// Whether somebody in another process does.
    fn is_awaited_elsewhere(&mut self) -> bool {
        let Some(mut connection) = self.link.held() else { return false };
        let is_awaited = connection.is_awaited();
        self.link.give_back(connection);
        is_awaited
    }

    /// Takes out the units for which others have waited too long.
    fn expel_late(&mut self) {
        if !self.is_awaited_elsewhere() && !self.is_awaited() {
            return;
        }
        let hold = self.hold;
        let late = self.group.open().filter(|(_, waited)| *waited >= hold);
        for unit in late.map(|(unit, _)| unit).collect::<Vec<_>>() {
            let Some(mut connection) = self.link.held() else { return };
            let result = self.group.expel(unit, &mut *connection);
            self.after(connection, result, &HELD);
            self.over(unit);
        }
    }

    /// Notes who was taken out, and why.
    fn after(&mut self, mut connection: Box<dyn Connection>, result: Result<Vec<UnitId>, Failure>, error: &StoreError) {
        match result {
            Ok(expelled) => {
                self.expelled.extend(expelled.into_iter().map(|unit| (unit, error.clone())));
                // With nobody left there is no transaction either.
                let ended = if self.group.is_empty() { connection.roll_back() } else { Ok(()) };
                match ended {
                    Ok(()) => self.link.give_back(connection),
                    Err(_) => self.link.close(),
                }
            }
            Err(failure) => drop(self.broken(failure.to_string())),
        }
    }

    fn want_alone(&mut self, unit: UnitId, answer: Sender<Result<(), StoreError>>) {
        if self.alone == Some(unit) {
            answer.send(Ok(()));
        } else if self.next_alone.is_some() {
            answer.send(Err(StoreError::Conflict("another handler waits to be alone, and for this one")));
        } else {
            self.next_alone = Some((unit, answer));
        }
    }

    /// Brings tables up to their classes, once no unit is part of a transaction.
    fn follow(&mut self) {
        while self.group.is_empty()
            && let Some(Following { table, done }) = self.following.pop_front()
        {
            let engine = Arc::clone(self.link.engine());
            let followed = self.link.take().and_then(|mut connection| {
                let followed = migrate(&*engine, &mut *connection, &[Arc::clone(&table)], &Allowed::default());
                if !matches!(followed, Err(Failure::Broken(_))) {
                    self.link.give_back(connection);
                }
                followed
            });
            if followed.is_ok() {
                self.tables.put(&table);
            }
            done.send(followed.map(drop).map_err(StoreError::at_start));
        }
    }

    /// Lets the unit that wants to be alone go on, once no other is open.
    fn grant_alone(&mut self) {
        let Some((unit, _)) = &self.next_alone else { return };
        let unit = *unit;
        if self.group.open().any(|(other, _)| other != unit) {
            return;
        }
        let Some((_, answer)) = self.next_alone.take() else { return };
        match self.begun() {
            Ok(connection) => {
                self.link.give_back(connection);
                self.group.enter(unit);
                self.alone = Some(unit);
                answer.send(Ok(()));
            }
            Err(failure) => answer.send(Err(self.broken(failure.to_string()))),
        }
    }

    /// Answers a unit that was taken out.
    fn refuse(&mut self, request: Request, error: StoreError) {
        match request {
            Request::Follow(following) => following.done.send(Err(error)),
            Request::Run { answer, .. } => answer.send(Err(error)),
            Request::Alone { answer, .. } => answer.send(Err(error)),
            Request::Keep { unit, ended } => {
                self.expelled.remove(&unit);
                ended.send(Err(error));
            }
            Request::Abandon { unit, ended } => {
                self.expelled.remove(&unit);
                if let Some(ended) = ended {
                    ended.send(Err(error));
                }
            }
        }
    }
}
