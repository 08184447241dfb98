//! Which classes there are. A registry is a value: two can live in one process.

mod classes;

use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::object::Class;
use crate::{
    Base, Classed, Constraint, Definition, Entry, Field, Linked, Origin, Problem, Problems, Registration, Role, Rule,
    Seq, Slots, Text, Type,
};

/// The classes of a program, or of a part of one. Reading takes no lock.
#[derive(Debug)]
pub struct Registry {
    /// What a message's name finds, of the classes that the registry was built with: messages only, never
    /// anything else. It does not change, so that finding one waits for nobody and holds up nobody.
    built: FxHashMap<Text, Arc<Entry>>,
    /// Every class, in the order of crate, file and line.
    classes: Vec<Arc<Entry>>,
}

/// Names that no class of a program may take.
const RESERVED: [&str; 2] = ["Fault", "Done"];

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
    pub fn message(&self, name: &str) -> Option<&Arc<Entry>> {
        self.built.get(name)
    }

    /// Every class, in the order of crate, file and line.
    pub fn classes(&self) -> &[Arc<Entry>] {
        &self.classes
    }

    /// How many classes come from which crate.
    pub fn by_crate(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for class in &self.classes {
            *counts.entry(class.definition().origin.krate()).or_default() += 1;
        }
        counts
    }
}

type Attachment = Box<dyn FnMut(&Known<'_>, &Definition, &mut Slots) -> Vec<Problem>>;

/// The classes of a registry in the making, for those who attach something to one of them.
pub struct Known<'k> {
    class: &'k Class,
    classes: &'k FxHashMap<TypeId, Class>,
}

impl Known<'_> {
    /// The class that is attached to: what it derives from, and what it conforms to.
    pub fn class(&self) -> &Class {
        self.class
    }

    /// The class of this name, if there is one.
    pub fn named(&self, name: &str) -> Option<&Class> {
        self.classes.values().find(|class| class.name().as_str() == name)
    }

    /// The class of a Rust type, if it is one of them.
    pub fn of(&self, type_id: TypeId) -> Option<&Class> {
        self.classes.get(&type_id)
    }
}

/// A registry in the making.
#[derive(Default)]
pub struct RegistryBuilder {
    definitions: Vec<Definition>,
    rules: Vec<Rule>,
    registrations: Vec<Registration>,
    attachments: Vec<Attachment>,
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

    /// Has an outer crate hang its data on each class, once all classes and their relations are there, and say what is
    /// wrong.
    #[must_use]
    pub fn attach(
        mut self,
        attachment: impl FnMut(&Known<'_>, &Definition, &mut Slots) -> Vec<Problem> + 'static,
    ) -> RegistryBuilder {
        self.attachments.push(Box::new(attachment));
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
            let mut slots = Slots::default();
            for attachment in &mut self.attachments {
                problems.extend(attachment(&Known { class, classes: &known }, &definition, &mut slots));
            }
            let entry = Arc::new(Entry::new(class.clone(), definition, slots));
            if definition.role == Role::Message && !definition.lineage.is_abstract {
                built.insert(definition.shape.name.clone(), Arc::clone(&entry));
            }
            entries.push(entry);
        }
        if problems.is_empty() { Ok(Registry { built, classes: entries }) } else { Err(Problems(problems)) }
    }
}

/// A name belongs to one class, and is one that every language can spell.
fn check_names(definitions: &[Definition], problems: &mut Vec<Problem>) {
    let mut first: FxHashMap<&str, &Definition> = FxHashMap::default();
    for definition in definitions {
        let name = definition.shape.name.as_str();
        if !is_name(name) {
            problems.push(Problem {
                what: format!("the class name {name:?} ({}) is not letters, digits and _", definition.origin),
                remedy: "give it another with #[message(name = \"…\")]".to_owned(),
            });
        }
        if RESERVED.contains(&name) {
            problems.push(Problem {
                what: format!("the class name `{name}` ({}) is converse's own", definition.origin),
                remedy: "rename the class, or give it another name on the wire with #[message(name = \"…\")]"
                    .to_owned(),
            });
        }
        if let Some(other) = first.insert(name, definition) {
            problems.push(Problem {
                what: format!("two classes are called `{name}`: {} and {}", other.origin, definition.origin),
                remedy: "rename one, or give it another name on the wire with #[message(name = \"…\")]".to_owned(),
            });
        }
    }
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Every constraint suits its field, and every default and example keeps its own field's rules.
fn check_fields(definition: &Definition, problems: &mut Vec<Problem>) {
    for fields in definition.shape.records() {
        check_record(definition, fields, problems);
    }
}

fn check_record(definition: &Definition, fields: &[Field], problems: &mut Vec<Problem>) {
    let class = &definition.shape.name;
    for field in fields {
        let place = format!("`{class}.{}` ({})", field.name, definition.origin);
        check_constraints(&field.constraints, &field.ty, &place, problems);
        let examples = field.examples.iter().map(|example| ("example", example));
        for (what, given) in std::iter::once(("default", &field.default)).chain(examples) {
            let Some(value) = given.value() else { continue };
            for issue in crate::validate::report_field(field, &value).issues {
                problems.push(Problem {
                    what: format!("the {what} of {place} breaks the field's own rule: it {}", issue.message),
                    remedy: format!("change the {what} or the rule"),
                });
            }
        }
    }
    for (at, field) in fields.iter().enumerate() {
        let earlier = fields.iter().take(at);
        for name in std::iter::once(&field.name).chain(field.aliases.iter()) {
            if earlier.clone().any(|other| other.is_called(name)) {
                problems.push(Problem {
                    what: format!("two fields of `{class}` ({}) are called `{name}`", definition.origin),
                    remedy: "change the field's name, its rename or its alias".to_owned(),
                });
            }
        }
    }
}

fn check_constraints(constraints: &Seq<Constraint>, ty: &Type, place: &str, problems: &mut Vec<Problem>) {
    for constraint in constraints.iter() {
        let row = constraint.row();
        if !row.of.has(ty) {
            problems.push(Problem {
                what: format!("`{}` of {place} does not suit its type", row.attribute),
                remedy: "remove it, or change the type".to_owned(),
            });
        }
        if let Constraint::Pattern(pattern) = constraint
            && let Err(why) = pattern.verify()
        {
            problems.push(Problem {
                what: format!("the pattern of {place} cannot be used: {why}"),
                remedy: "change the pattern".to_owned(),
            });
        }
    }
}
