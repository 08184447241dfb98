//! The units that share a transaction, and so a sync.
//!
//! Their statements run as they come, one after another on one connection, and each is noted with what it was
//! answered. So a unit that is taken out can be undone without the others: all is rolled back, and what the others
//! asked is asked again. If one of them is now answered something else, it saw what was undone, and is taken out too.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use converse_dispatch::oneshot::Sender;

use crate::engine::{Connection, Failure};
use crate::{Answer, Op, StoreError};

/// How many units share a transaction at most.
const MOST: usize = 256;

/// The name of a unit.
pub(crate) type UnitId = u64;

/// What a unit that has ended waits for: that the transaction has.
pub(crate) type Ended = Sender<Result<(), StoreError>>;

/// What was asked, of which unit, and a number by which the answer is known again.
struct Entry {
    /// How much had been asked by all, this included.
    place: u64,
    unit: UnitId,
    op: Op,
    answer: u64,
    /// Whether it changed anything, which others may have seen.
    changed: bool,
}

struct Member {
    /// How long the group had waited for its handlers when this one asked for the first time.
    since: Duration,
    /// How much had been asked by all when it asked last.
    seen: u64,
    state: State,
}

enum State {
    /// Its handler goes on.
    Open,
    /// It is to be kept.
    Kept(Ended),
    /// It is undone already; what it saw must have been true.
    Abandoned(Ended),
}

/// The units of one transaction.
#[derive(Default)]
pub(crate) struct Group {
    log: Vec<Entry>,
    members: BTreeMap<UnitId, Member>,
    /// How much was asked by all.
    asked: u64,
    /// How long nothing was done because handlers had asked for nothing.
    waited: Duration,
}

impl Group {
    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.members.len() >= MOST
    }

    pub(crate) fn has(&self, unit: UnitId) -> bool {
        self.members.contains_key(&unit)
    }

    /// The units whose handlers go on, the oldest first, and for how long they were waited for. What the database took
    /// is no fault of theirs.
    pub(crate) fn open(&self) -> impl Iterator<Item = (UnitId, Duration)> {
        let open = self.members.iter().filter(|(_, member)| matches!(member.state, State::Open));
        open.map(|(unit, member)| (*unit, self.waited.saturating_sub(member.since)))
    }

    /// Nothing was done for so long, because handlers asked for nothing.
    pub(crate) fn wait(&mut self, time: Duration) {
        self.waited += time;
    }

    /// Whether a unit has ended, and waits for the others.
    pub(crate) fn is_awaited(&self) -> bool {
        self.members.values().any(|member| !matches!(member.state, State::Open))
    }

    /// Lets a unit in.
    pub(crate) fn enter(&mut self, unit: UnitId) {
        let (since, seen) = (self.waited, self.asked);
        self.members.entry(unit).or_insert(Member { since, seen, state: State::Open });
    }

    /// Asks for units what they want, in this order.
    pub(crate) fn run(
        &mut self,
        wanted: Vec<(UnitId, Op)>,
        connection: &mut dyn Connection,
    ) -> Vec<Result<Answer, Failure>> {
        let ops: Vec<&Op> = wanted.iter().map(|(_, op)| op).collect();
        let answers = connection.run_all(&ops);
        for ((unit, op), answer) in wanted.into_iter().zip(&answers) {
            self.note(unit, op, answer);
        }
        answers
    }

    /// Notes what a unit asked, and what it was answered.
    fn note(&mut self, unit: UnitId, mut op: Op, answer: &Result<Answer, Failure>) {
        self.asked += 1;
        self.enter(unit);
        if let Some(member) = self.members.get_mut(&unit) {
            member.seen = self.asked;
        }
        if let (Op::Insert { row, table, .. }, Ok(Answer::Inserted(Some(key)))) = (&mut op, answer)
            && let Some(cell) = table.key.first().and_then(|at| row.get_mut(*at))
        {
            // Asked again, it is to have the same key.
            *cell = crate::Cell::Int(*key);
        }
        if !matches!(answer, Err(Failure::Broken(_))) {
            let changed = op.is_write() && answer.as_ref().is_ok_and(|answer| *answer != Answer::Count(0));
            self.log.push(Entry { place: self.asked, unit, op, answer: digest(answer), changed });
        }
    }

    /// A unit has ended well.
    pub(crate) fn keep(&mut self, unit: UnitId, ended: Ended) {
        match self.members.get_mut(&unit) {
            Some(member) => member.state = State::Kept(ended),
            None => ended.send(Ok(())),
        }
    }

    /// A unit has ended, and is to be undone; if somebody waits for it, it must have seen what is true.
    ///
    /// # Errors
    /// The connection is of no use any more.
    pub(crate) fn abandon(
        &mut self,
        unit: UnitId,
        ended: Option<Ended>,
        connection: &mut dyn Connection,
    ) -> Result<Vec<UnitId>, Failure> {
        let Some(member) = self.members.get_mut(&unit) else {
            if let Some(ended) = ended {
                ended.send(Ok(()));
            }
            return Ok(Vec::new());
        };
        match ended {
            Some(ended) => member.state = State::Abandoned(ended),
            None => drop(self.members.remove(&unit)),
        }
        self.undo(unit, connection)
    }

    /// Takes a unit out, and whoever saw what it did. Returns those that were open, and do not know yet.
    ///
    /// # Errors
    /// The connection is of no use any more.
    pub(crate) fn expel(&mut self, unit: UnitId, connection: &mut dyn Connection) -> Result<Vec<UnitId>, Failure> {
        let mut expelled = Vec::new();
        self.refuse(unit, &mut expelled);
        expelled.extend(self.undo(unit, connection)?);
        Ok(expelled)
    }

    fn refuse(&mut self, unit: UnitId, expelled: &mut Vec<UnitId>) {
        let Some(member) = self.members.remove(&unit) else { return };
        match member.state {
            State::Open => expelled.push(unit),
            State::Kept(ended) | State::Abandoned(ended) => ended.send(Err(SAW_UNDONE)),
        }
    }

    /// Undoes what a unit did. What others asked since is asked again, and who is answered something else goes too.
    fn undo(&mut self, unit: UnitId, connection: &mut dyn Connection) -> Result<Vec<UnitId>, Failure> {
        let mut expelled = Vec::new();
        let mut gone = unit;
        loop {
            let Some(first) = self.log.iter().find(|entry| entry.unit == gone && entry.changed) else {
                self.log.retain(|entry| entry.unit != gone);
                return Ok(expelled);
            };
            let first = first.place;
            self.log.retain(|entry| entry.unit != gone);
            // What these saw cannot be asked again: they are undone already.
            let doubtful = self.members.iter().filter(|(other, member)| {
                **other != unit && matches!(member.state, State::Abandoned(_)) && member.seen > first
            });
            for other in doubtful.map(|(other, _)| *other).collect::<Vec<_>>() {
                self.refuse(other, &mut expelled);
            }
            connection.roll_back()?;
            connection.begin()?;
            match self.repeat(connection)? {
                None => return Ok(expelled),
                Some(other) => {
                    self.refuse(other, &mut expelled);
                    gone = other;
                }
            }
        }
    }

    /// Asks everything again; returns the first unit that is answered something else.
    fn repeat(&self, connection: &mut dyn Connection) -> Result<Option<UnitId>, Failure> {
        let ops: Vec<&Op> = self.log.iter().map(|entry| &entry.op).collect();
        for (entry, answer) in self.log.iter().zip(connection.run_all(&ops)) {
            if let Err(failure @ (Failure::Broken(_) | Failure::Contended(_))) = answer {
                return Err(Failure::Broken(failure.to_string()));
            }
            if digest(&answer) != entry.answer {
                return Ok(Some(entry.unit));
            }
        }
        Ok(None)
    }

    /// Whether there is anything to keep.
    pub(crate) fn has_writes(&self) -> bool {
        self.log.iter().any(|entry| entry.op.is_write())
    }

    /// The transaction has ended so: tells all who wait, and returns those that were open.
    pub(crate) fn end(&mut self, result: &Result<(), StoreError>) -> Vec<UnitId> {
        let mut open = Vec::new();
        for (unit, member) in std::mem::take(&mut self.members) {
            match member.state {
                State::Open => open.push(unit),
                State::Kept(ended) | State::Abandoned(ended) => ended.send(result.clone()),
            }
        }
        self.log.clear();
        (self.asked, self.waited) = (0, Duration::ZERO);
        open
    }

    /// How long the oldest open unit may go on.
    pub(crate) fn patience(&self, hold: Duration) -> Duration {
        let longest = self.open().map(|(_, waited)| waited).max();
        longest.map_or(hold, |waited| hold.saturating_sub(waited))
    }
}

/// What a unit is told that saw what was undone.
pub(crate) const SAW_UNDONE: StoreError = StoreError::Conflict("it saw what another handler did, and that was undone");

/// A number by which the same answer is known again; a refusal for another reason is another answer.
fn digest(answer: &Result<Answer, Failure>) -> u64 {
    match answer {
        Ok(answer) => answer.digest(),
        Err(failure) => {
            let mut hasher = DefaultHasher::new();
            failure.hash(&mut hasher);
            hasher.finish()
        }
    }
}
