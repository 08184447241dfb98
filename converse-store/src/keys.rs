//! Idempotency keys: which there were in the last day, and what was answered.
//!
//! A key is a row of `converse_keys`, written as the last of what its message's handler writes: so it is there if, and
//! only if, the message took effect. It belongs to the principal who sent it, and to the class of the message.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use converse_dispatch::{BoxFuture, Claim, Claimed, Error, Fault, FaultKind, Keeper, Unit};
use converse_model::{ClassRef, Text};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::instant::instant;
use crate::map::plain_column;
use crate::table::unexpected;
use crate::unit::{Threads, Work};
use crate::{Answer, Cell, Cond, Kind, Op, StoreError, TableMap, Test};

/// How long a key is known.
const KNOWN: Duration = Duration::from_hours(24);

/// After how many keys those that are no longer known are taken out.
const SWEEP: u64 = 256;

/// Who sent which class under which key.
type Name = [String; 3];

/// The keys that are in use now.
type InFlight = Arc<Mutex<HashSet<Name>>>;

/// Which keys there were.
pub(crate) struct Keys {
    threads: Arc<Threads>,
    map: Arc<TableMap>,
    /// The key of the digests of messages: who reads the table cannot try out what they were.
    secret: Vec<u8>,
    in_flight: InFlight,
    claims: AtomicU64,
}

/// A key that a unit holds until its end.
pub(crate) struct Held {
    map: Arc<TableMap>,
    name: Name,
    digest: String,
    in_flight: InFlight,
    /// Whether rows that are too old to count are taken out before: the key is that of one, or it is time.
    sweeps: bool,
    reply: Option<String>,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}

impl Held {
    pub(crate) fn set_reply(&mut self, reply: String) {
        self.reply = Some(reply);
    }

    /// What is written with the rest of the unit: that keys of the day before are gone, then the key.
    pub(crate) fn ops(&self) -> Vec<Op> {
        let now = SystemTime::now();
        let old = Cond::Is(4, Test::Lt, Cell::Text(instant(now.checked_sub(KNOWN).unwrap_or(now))));
        let text = |text: &str| Cell::Text(text.to_owned());
        let [principal, class, key] = &self.name;
        let reply = self.reply.as_deref().unwrap_or_default();
        let row = vec![text(principal), text(class), text(key), text(&self.digest), text(&instant(now)), text(reply)];
        let map = || Arc::clone(&self.map);
        let delete = self.sweeps.then(|| Op::Delete { table: map(), filter: old });
        delete.into_iter().chain([Op::Insert { table: map(), row, upsert: false }]).collect()
    }
}

fn named(name: &Name) -> Cond {
    let parts = name.iter().enumerate();
    Cond::All(parts.map(|(at, part)| Cond::Is(at, Test::Eq, Cell::Text(part.clone()))).collect())
}

impl Keys {
    /// The keys of a database that has the tables of [`maps`].
    pub(crate) async fn open(threads: Arc<Threads>) -> Result<Keys, StoreError> {
        let [map, secrets] = maps().map(Arc::new);
        let secret = secret(&threads, &secrets).await?;
        let (in_flight, claims) = (InFlight::default(), AtomicU64::new(0));
        Ok(Keys { threads, map, secret, in_flight, claims })
    }

    /// A number by which the same message is known again.
    fn digest(&self, body: &str) -> Result<String, StoreError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret)
            .map_err(|_| StoreError::Misfit("the secret in converse_secret is of no use".to_owned()))?;
        mac.update(body.as_bytes());
        Ok(hexadecimal(&mac.finalize().into_bytes()))
    }

    /// What is known of a key: the digest of its message, when it came, and what was answered.
    async fn known(&self, name: &Name) -> Result<Option<[String; 3]>, StoreError> {
        let op = Op::Select { table: Arc::clone(&self.map), filter: named(name), order: Vec::new(), limit: Some(1) };
        let rows = match self.threads.readers.run(op).await? {
            Answer::Rows(rows) => rows,
            other => return Err(unexpected(&other)),
        };
        match rows.first().map(Vec::as_slice) {
            None => Ok(None),
            Some([.., Cell::Text(digest), Cell::Text(at), Cell::Text(reply)]) => {
                Ok(Some([digest.clone(), at.clone(), reply.clone()]))
            }
            Some(_) => Err(StoreError::Misfit("a row of converse_keys is none".to_owned())),
        }
    }

    async fn claim(&self, claim: Claim, unit: Option<Arc<dyn Unit>>) -> Result<Claimed, Error> {
        let digest = self.digest(&claim.body)?;
        let name = [claim.principal.unwrap_or_default(), claim.class, claim.key];
        let is_free = self.in_flight.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
        if !is_free {
            let message = "the message with this key is not answered yet; send it again a little later";
            return Err(Fault::of(FaultKind::KEY_IN_FLIGHT, message).with_retry_after_ms(100).into());
        }
        let (map, in_flight) = (Arc::clone(&self.map), Arc::clone(&self.in_flight));
        // Not on its own: the hooks of this message may have begun its unit, and would be waited for.
        let sweeps = self.claims.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP);
        let mut held = Held { map, name, digest, in_flight, sweeps, reply: None };
        if let Some([digest, at, reply]) = self.known(&held.name).await? {
            if at < instant(SystemTime::now().checked_sub(KNOWN).unwrap_or(SystemTime::UNIX_EPOCH)) {
                held.sweeps = true;
                return self.begin(held, unit);
            }
            if digest != held.digest {
                let message = "the key came before with another message; take a new key for a new message";
                return Err(Fault::of(FaultKind::KEY_REUSED, message).into());
            }
            return Ok(Claimed::Answered(reply));
        }
        self.begin(held, unit)
    }

    /// The unit of a message whose key is new.
    fn begin(&self, held: Held, unit: Option<Arc<dyn Unit>>) -> Result<Claimed, Error> {
        let work = match unit {
            None => Work::new(Arc::clone(&self.threads)),
            Some(unit) => {
                let any: Arc<dyn std::any::Any + Send + Sync> = unit;
                any.downcast().map_err(|_| Error::new("the unit of a handler is none of the store"))?
            }
        };
        work.hold(held);
        Ok(Claimed::New(work))
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// What a dispatcher is given.
pub(crate) struct KeeperOf(pub(crate) Arc<Keys>);

impl Keeper for KeeperOf {
    fn claim(&self, claim: Claim, unit: Option<Arc<dyn Unit>>) -> BoxFuture<Result<Claimed, Error>> {
        let keys = Arc::clone(&self.0);
        Box::pin(async move { keys.claim(claim, unit).await })
    }
}

/// The tables of keys, and of the secret under which their messages have digests.
pub(crate) fn maps() -> [TableMap; 2] {
    let table = |name: &str, columns, key| TableMap {
        name: name.to_owned(),
        class: String::new(),
        shape: ClassRef::Named(Text::Static("")),
        columns,
        key,
        version: None,
        indexes: Vec::new(),
        renamed_from: String::new(),
    };
    let text = |name| plain_column(name, Kind::Text);
    let keys = vec![
        text("principal"),
        text("class"),
        text("key"),
        text("digest"),
        plain_column("at", Kind::Instant),
        text("reply"),
    ];
    let secrets = vec![text("name"), plain_column("secret", Kind::Bytes)];
    [table("converse_keys", keys, vec![0, 1, 2]), table("converse_secret", secrets, vec![0])]
}

/// The secret of this database, made by the first who opens it.
async fn secret(threads: &Arc<Threads>, map: &Arc<TableMap>) -> Result<Vec<u8>, StoreError> {
    let name = || Cell::Text("keys".to_owned());
    let known = async || {
        let filter = Cond::Is(0, Test::Eq, name());
        let op = Op::Select { table: Arc::clone(map), filter, order: Vec::new(), limit: Some(1) };
        match threads.readers.run(op).await? {
            Answer::Rows(rows) => Ok(rows.into_iter().flatten().find_map(|cell| match cell {
                Cell::Bytes(secret) => Some(secret),
                _ => None,
            })),
            other => Err(unexpected(&other)),
        }
    };
    if let Some(secret) = known().await? {
        return Ok(secret);
    }
    let mut secret = vec![0; 32];
    getrandom::fill(&mut secret)
        .map_err(|error| StoreError::Unavailable(format!("the system gives no random numbers: {error}")))?;
    let work = Work::new(Arc::clone(threads));
    let op = Op::Insert { table: Arc::clone(map), row: vec![name(), Cell::Bytes(secret)], upsert: false };
    match work.run(op).await {
        // Another process was first.
        Err(StoreError::Taken { .. }) => {}
        other => drop(other?),
    }
    work.keep().await?;
    known().await?.ok_or_else(|| StoreError::Misfit("converse_secret has no secret".to_owned()))
}
