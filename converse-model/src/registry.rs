//! Which classes there are. A registry is a value: two can live in one process.

mod check;
mod classes;
mod live;

use std::any::TypeId;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustc_hash::{FxHashMap, FxHashSet};

use self::check::{check_fields, check_names};
use self::live::{Built, Live};
use crate::object::Class;
use crate::{Base, Classed, Definition, Entry, Linked, Origin, Problem, Problems, Registration, Rule, Slots, Text};

/// The classes of a program, or of a part of one. Reading takes no lock.
pub struct Registry {
    /// What a message's name finds, of the classes that the registry was built with: messages only, never
    /// anything else. It does not change, so that finding one waits for nobody and holds up nobody.
    built: FxHashMap<Text, Built>,
    /// Every class that it was built with, in the order of crate, file and line.
    classes: Vec<Arc<Entry>>,
    /// The same, by Rust type.
    known: FxHashMap<TypeId, Class>,
    live: Live,
}

/// A message that was found by its name.
pub enum Found<'r> {
    /// One that the registry was built with.
    Built(&'r Arc<Entry>),
    /// One that was added or replaced since.
    Live(Arc<Entry>),
}

impl Deref for Found<'_> {
    type Target = Arc<Entry>;

    #[inline]
    fn deref(&self) -> &Arc<Entry> {
        match self {
            Found::Built(entry) => entry,
            Found::Live(entry) => entry,
        }
    }
}

impl Registry {
    /// A registry of every class that is linked into the program.
    ///
    /// A crate that nothing names is not linked: say `use other as _;` once.
    pub fn linked() -> RegistryBuilder {
        let mut builder = Registry::empty();
        builder.definitions.extend(inventory::iter::<Linked>().map(|linked| linked.0));
        builder.rules.extend(inventory::iter::<Rule>());
        builder.registrations.extend(inventory::iter::<Registration>());
        builder
    }

    /// A registry of no class.
    pub fn empty() -> RegistryBuilder {
        RegistryBuilder::default()
    }

    /// The message with this name.
    #[inline]
    pub fn message(&self, name: &str) -> Option<Found<'_>> {
        match self.built.get(name) {
            Some(built) if !built.replaced.load(Ordering::Acquire) => Some(Found::Built(&built.entry)),
            _ => self.live_message(name),
        }
    }

    /// The class of a Rust type, which may be one that is never sent.
    pub fn class_of<T: Classed>(&self) -> Option<&Class> {
        self.known.get(&TypeId::of::<T>())
    }

    /// Every class that the registry was built with, in the order of crate, file and line.
    pub fn classes(&self) -> &[Arc<Entry>] {
        &self.classes
    }

    /// How many classes come from which crate.
    pub fn by_crate(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for class in &self.classes {
            *counts.entry(class.origin().krate()).or_default() += 1;
        }
        counts
    }
}

type Settlement = Box<dyn FnMut(&Entry) -> Vec<Problem> + Send>;

type Attachment = Box<dyn FnMut(&Known<'_>, &Entry, &mut Slots) -> Vec<Problem> + Send>;

/// The compiled classes of a registry, for those who attach something to one of its classes.
pub struct Known<'k> {
    classes: &'k FxHashMap<TypeId, Class>,
}

impl Known<'_> {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Class> {
        self.classes.values()
    }

    /// The class of a Rust type, if it is one of them.
    pub fn of(&self, type_id: TypeId) -> Option<&Class> {
        self.classes.get(&type_id)
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.classes.iter().map(|entry| entry.name());
        f.debug_list().entries(names).finish()
    }
}

/// A registry in the making.
#[derive(Default)]
pub struct RegistryBuilder {
    definitions: Vec<Definition>,
    rules: Vec<Rule>,
    registrations: Vec<Registration>,
    attachments: Vec<Attachment>,
    settlements: Vec<Settlement>,
    problems: Vec<Problem>,
}

impl RegistryBuilder {
    /// Adds one class. A class that is there already is not added twice.
    #[must_use]
    pub fn with(mut self, definition: Definition) -> RegistryBuilder {
        self.definitions.push(definition);
        self
    }

    /// Leaves out a class that is linked.
    #[must_use]
    pub fn without<T: Classed>(mut self) -> RegistryBuilder {
        self.definitions.retain(|definition| definition.type_id != TypeId::of::<T>());
        self
    }

    /// Counts a class among the subclasses of another, abstract one, in this registry.
    #[must_use]
    #[track_caller]
    pub fn register<B: Classed, T: Classed>(mut self) -> RegistryBuilder {
        let here = std::panic::Location::caller();
        let origin = Origin { module: "", file: here.file(), line: here.line() };
        self.registrations.push(Registration { class: Base::of::<T>(), base: Base::of::<B>(), origin });
        self
    }

    /// Adds a rule of the house.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> RegistryBuilder {
        self.rules.push(rule);
        self
    }

    /// Has an outer crate hang its data on each class, once all classes and their relations are there, and on each that
    /// is added later; and say what is wrong.
    #[must_use]
    pub fn attach(
        mut self,
        attachment: impl FnMut(&Known<'_>, &Entry, &mut Slots) -> Vec<Problem> + Send + 'static,
    ) -> RegistryBuilder {
        self.attachments.push(Box::new(attachment));
        self
    }

    /// Has an outer crate do what a class needs that is added later, once nothing is wrong with it and before it stands
    /// under its name; and say why it cannot be done: then the class is not added.
    #[must_use]
    pub fn settle(mut self, settlement: impl FnMut(&Entry) -> Vec<Problem> + Send + 'static) -> RegistryBuilder {
        self.settlements.push(Box::new(settlement));
        self
    }

    /// Reports what an outer crate found wrong, together with what is found here.
    #[must_use]
    pub fn with_problems(mut self, problems: impl IntoIterator<Item = Problem>) -> RegistryBuilder {
        self.problems.extend(problems);
        self
    }

    /// Checks everything and makes the registry.
    ///
    /// # Errors
    /// All that is wrong, at once.
    pub fn build(mut self) -> Result<Registry, Problems> {
        let mut definitions = self.definitions;
        definitions.sort_by_key(|d| (d.origin.krate(), d.origin.file, d.origin.line));
        let mut known: FxHashSet<TypeId> = FxHashSet::default();
        definitions.retain(|definition| known.insert(definition.type_id));

        let mut problems = self.problems;
        check_names(&definitions, &mut problems);
        for definition in &definitions {
            check_fields(definition, &mut problems);
        }
        if !problems.is_empty() {
            return Err(Problems(problems));
        }

        let known = classes::classes(&definitions, &self.rules, &self.registrations, &mut problems);
        let mut built = FxHashMap::default();
        let mut entries = Vec::with_capacity(definitions.len());
        for definition in definitions {
            // Of those that could not be made, what is wrong was said.
            let Some(class) = known.get(&definition.type_id) else { continue };
            let entry = Entry::compiled(class.clone(), definition);
            let mut slots = Slots::default();
            for attachment in &mut self.attachments {
                problems.extend(attachment(&Known { classes: &known }, &entry, &mut slots));
            }
            let entry = Arc::new(entry.with_slots(slots));
            if entry.is_sent() {
                let built_in = Built { entry: Arc::clone(&entry), replaced: AtomicBool::new(false) };
                built.insert(definition.shape.name.clone(), built_in);
            }
            entries.push(entry);
        }
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        Ok(Registry { built, classes: entries, known, live: Live::new(self.attachments, self.settlements) })
    }
}
