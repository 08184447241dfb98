//! Classes that come, change and go while a registry serves.
//!
//! Whoever looks a class up takes no lock: it holds the entry that it found, and ends on it. Those who change the
//! registry take turns.

use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use papaya::HashMap;
use rustc_hash::FxBuildHasher;

use super::check::{check_name, check_record};
use super::{Attachment, Found, Known, Registry, Settlement};
use crate::object::Class;
use crate::{Entry, Origin, Problem, Problems, Slots, Terms, Text};

/// What a serving registry has beside the classes that it was built with.
pub(super) struct Live {
    /// By name: classes that were added, and those that stand in the place of others.
    pub(super) names: HashMap<Text, Arc<Entry>, FxBuildHasher>,
    /// What outer crates do with each class; held by whoever changes the registry.
    outer: Mutex<Outer>,
}

/// What outer crates do with each class that is added.
struct Outer {
    attachments: Vec<Attachment>,
    settlements: Vec<Settlement>,
}

impl Live {
    pub(super) fn new(attachments: Vec<Attachment>, settlements: Vec<Settlement>) -> Live {
        let outer = Mutex::new(Outer { attachments, settlements });
        Live { names: HashMap::with_hasher(FxBuildHasher), outer }
    }

    fn turn(&self) -> MutexGuard<'_, Outer> {
        self.outer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A class that the registry was built with, and whether it still stands under its name.
pub(super) struct Built {
    pub(super) entry: Arc<Entry>,
    pub(super) replaced: AtomicBool,
}

impl Registry {
    /// Adds a class, to be sent and answered from now on like any other.
    ///
    /// It takes the handler that its statement gives it, or the nearest along its MRO, and the hooks that are for it.
    ///
    /// # Errors
    /// All that is wrong with it; among others, that its name is taken.
    #[track_caller]
    pub fn add(&self, class: &Class, terms: Terms) -> Result<Arc<Entry>, Problems> {
        self.put(class, terms, here(), false)
    }

    /// Adds a class, or puts it in the place of the one that has its name. What is being answered ends on the class
    /// on which it began.
    ///
    /// # Errors
    /// All that is wrong with it: then nothing has changed.
    #[track_caller]
    pub fn replace(&self, class: &Class, terms: Terms) -> Result<Arc<Entry>, Problems> {
        self.put(class, terms, here(), true)
    }

    /// Takes a message out: it cannot be sent any longer. What is being answered is answered. The class itself, and
    /// what is kept of it, stay.
    pub fn remove(&self, name: &str) -> Option<Arc<Entry>> {
        let _turn = self.live.turn();
        let live = self.live.names.pin().remove(name).cloned();
        let built = self.built.get(name);
        let was = built.filter(|built| !built.replaced.swap(true, Ordering::AcqRel));
        live.or_else(|| was.map(|built| Arc::clone(&built.entry)))
    }

    /// Counts a class among the subclasses of an abstract one, and makes the plans of all that derive from it anew:
    /// hooks that are for the one are from now on for the other.
    ///
    /// # Errors
    /// If the one is no abstract class, or derives from the other: then nothing has changed. And if a class lacks what a
    /// hook reads: then that class is answered as before, though it is registered.
    pub fn relate(&self, base: &Class, class: &Class) -> Result<(), Problems> {
        base.register(class).map_err(|error| {
            let what = format!("`{}` cannot be registered with `{}`: {error}", class.name(), base.name());
            Problems(vec![Problem { what, remedy: error.remedy() }])
        })?;
        let mut problems = Vec::new();
        let mut turn = self.live.turn();
        for entry in self.messages().into_iter().filter(|entry| entry.class().derives_from(class)) {
            match self.attached(entry.bare(), &mut turn.attachments) {
                Ok(entry) => self.stand(entry),
                Err(wrong) => problems.extend(wrong.0),
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
    }

    /// Every message that can be sent at this moment, in no order.
    pub fn messages(&self) -> Vec<Arc<Entry>> {
        let built = self.built.values().filter(|built| !built.replaced.load(Ordering::Acquire));
        let built = built.map(|built| Arc::clone(&built.entry));
        built.chain(self.live.names.pin().values().map(Arc::clone)).collect()
    }

    fn put(&self, class: &Class, terms: Terms, origin: Origin, replace: bool) -> Result<Arc<Entry>, Problems> {
        let entry = Entry::live(class.clone(), terms, origin);
        let mut turn = self.live.turn();
        let mut problems = Vec::new();
        let name = class.name().as_str();
        check_name(name, &origin, "call it something else", &mut problems);
        match class.shape() {
            Some(shape) => {
                for fields in shape.records() {
                    check_record(name, &origin, fields, &mut problems);
                }
            }
            None => problems.push(Problem {
                what: format!("the class `{name}` ({origin}) has no fields, so that no message can be one"),
                remedy: "give it a `.field(…)`, a `.shape(…)`, or a base that has one".to_owned(),
            }),
        }
        if class.is_abstract() {
            problems.push(Problem {
                what: format!("the class `{name}` ({origin}) is abstract, and cannot be sent"),
                remedy: "define its abstract members, or add what derives from it".to_owned(),
            });
        }
        if !replace && let Some(other) = self.message(name) {
            problems.push(Problem {
                what: format!("there is a class called `{name}` already: {}", other.origin()),
                remedy: "call this one something else, or `replace` the other".to_owned(),
            });
        } else if let Some(other) = self.classes.iter().find(|other| !other.is_sent() && other.name() == name) {
            problems.push(Problem {
                what: format!("there is a class called `{name}` already, which is no message: {}", other.origin()),
                remedy: "call this one something else".to_owned(),
            });
        }
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let entry = self.attached(entry, &mut turn.attachments)?;
        let problems: Vec<Problem> = turn.settlements.iter_mut().flat_map(|settle| settle(&entry)).collect();
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        self.stand(Arc::clone(&entry));
        Ok(entry)
    }

    /// The entry with what outer crates attach to it.
    fn attached(&self, entry: Entry, attachments: &mut [Attachment]) -> Result<Arc<Entry>, Problems> {
        let (mut slots, mut problems) = (Slots::default(), Vec::new());
        let known = Known { classes: &self.known };
        for attachment in attachments {
            problems.extend(attachment(&known, &entry, &mut slots));
        }
        if problems.is_empty() { Ok(Arc::new(entry.with_slots(slots))) } else { Err(Problems(problems)) }
    }

    /// Has an entry stand under its name from now on.
    fn stand(&self, entry: Arc<Entry>) {
        let name = entry.class().name().clone();
        self.live.names.pin().insert(name.clone(), entry);
        if let Some(built) = self.built.get(&name) {
            built.replaced.store(true, Ordering::Release);
        }
    }

    /// The message with this name, if it was added or replaced.
    #[cold]
    pub(super) fn live_message(&self, name: &str) -> Option<Found<'_>> {
        self.live.names.pin().get(name).cloned().map(Found::Live)
    }
}

/// Where a class was added.
#[track_caller]
fn here() -> Origin {
    let here = Location::caller();
    Origin { module: "", file: here.file(), line: here.line() }
}
