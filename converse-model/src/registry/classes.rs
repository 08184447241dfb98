//! From definitions to classes: bases first, each by its class statement, under the rules of the house.

use std::any::TypeId;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustc_hash::FxHashMap;

use crate::object::{Call, Class, Error, Namespace, Object, Result, Statement};
use crate::serves::{Lack, lacks};
use crate::{Base, Definition, Problem, Registration, Role, Rule, Shape, Text, Type};

/// The classes of some definitions; what is wrong with them is added to the problems.
pub(super) fn classes(
    definitions: &[Definition],
    rules: &[Rule],
    registrations: &[Registration],
    problems: &mut Vec<Problem>,
) -> FxHashMap<TypeId, Class> {
    let mut making = Making {
        definitions: definitions.iter().map(|definition| (definition.type_id, definition)).collect(),
        rules: Arc::new(Rules::new(rules)),
        states: FxHashMap::default(),
        shapes: FxHashMap::default(),
        problems,
    };
    for definition in definitions {
        making.make(definition);
    }
    for registration in registrations {
        making.register(registration);
    }
    // From now on, who derives a class from one of these is told at once.
    making.rules.are_checked.store(true, Ordering::Release);
    let made = making.states.into_iter().filter_map(|(type_id, state)| match state {
        State::Made(class) => Some((type_id, class)),
        State::InTheMaking | State::Failed => None,
    });
    made.collect()
}

enum State {
    InTheMaking,
    Made(Class),
    /// What is wrong was said.
    Failed,
}

struct Making<'m> {
    definitions: FxHashMap<TypeId, &'m Definition>,
    rules: Arc<Rules>,
    states: FxHashMap<TypeId, State>,
    /// The shapes of the classes that are made, protocols as well.
    shapes: FxHashMap<u32, &'static Shape>,
    problems: &'m mut Vec<Problem>,
}

impl Making<'_> {
    fn make(&mut self, definition: &Definition) -> Option<Class> {
        match self.states.get(&definition.type_id) {
            Some(State::Made(class)) => return Some(class.clone()),
            Some(State::Failed) => return None,
            Some(State::InTheMaking) => {
                self.problems.push(Problem {
                    what: format!("{} derives from itself", place(definition)),
                    remedy: "remove one of the `extends(…)` on the way round".to_owned(),
                });
                return None;
            }
            None => {}
        }
        self.states.insert(definition.type_id, State::InTheMaking);
        let made = self.derive(definition);
        if let Some(class) = &made {
            self.shapes.insert(class.id(), definition.shape);
        }
        let state = made.map_or(State::Failed, State::Made);
        self.states.insert(definition.type_id, state);
        self.made(definition.type_id)
    }

    fn derive(&mut self, definition: &Definition) -> Option<Class> {
        let bases: Vec<Option<Class>> =
            definition.lineage.bases.iter().map(|base| self.base(definition, base)).collect();
        let bases: Vec<Class> = bases.into_iter().collect::<Option<_>>()?;
        let made = statement(definition, &bases, &self.rules).create();
        let class = made.map_err(|error| self.problems.push(unmade(definition, &error))).ok()?;
        self.look_at_fields(definition, &class);
        let keywords =
            definition.lineage.keywords.iter().map(|(name, keyword)| (Text::Static(name), *keyword)).collect();
        // A class that breaks a rule is made all the same, so that what derives from it is looked at as well.
        for Problem { what, remedy } in self.rules.broken(&class, &keywords) {
            self.problems.push(Problem { what: format!("{} {what}", place(definition)), remedy });
        }
        Some(class)
    }

    /// A message has the fields of all classes that it derives from. Most of that the compiler has seen to.
    fn look_at_fields(&mut self, definition: &Definition, class: &Class) {
        // What one protocol asks for, those that derive from it need not say again.
        if definition.role == Role::Protocol {
            return;
        }
        for above in class.mro().skip(1) {
            let Some(asked) = self.shapes.get(&above.id()) else { continue };
            if let Some(lack) = lacks(definition.shape, asked) {
                self.problems.push(lacking(definition, &asked.name, &lack));
            }
        }
    }

    fn base(&mut self, definition: &Definition, base: &Base) -> Option<Class> {
        if let Some(found) = self.definitions.get(&base.type_id).copied() {
            return self.make(found);
        }
        self.problems.push(Problem {
            what: format!("{} derives from `{}`, which is not in this registry", place(definition), base.name),
            remedy: format!("add `{}` to the registry, or leave `{}` out of it too", base.name, definition.shape.name),
        });
        None
    }

    fn register(&mut self, registration: &Registration) {
        let (class, base) = (self.made(registration.class.type_id), self.made(registration.base.type_id));
        // A class that was left out has no relations.
        let (Some(class), Some(base)) = (class, base) else { return };
        if let Err(error) = base.register(&class) {
            let Registration { class, base, origin } = registration;
            self.problems.push(Problem {
                what: format!("`{}` cannot be registered with `{}` ({origin}): {error}", class.name, base.name),
                remedy: match error {
                    Error::RegistrationCycle => error.remedy(),
                    _ => format!("make `{}` abstract: only an abstract class has registrations", base.name),
                },
            });
        }
    }

    fn made(&self, type_id: TypeId) -> Option<Class> {
        match self.states.get(&type_id) {
            Some(State::Made(class)) => Some(class.clone()),
            _ => None,
        }
    }
}

/// The class statement of a definition.
fn statement(definition: &Definition, bases: &[Class], rules: &Arc<Rules>) -> Statement {
    let (lineage, shape) = (&definition.lineage, definition.shape);
    let mut statement = Class::define(shape.name.clone()).module(definition.origin.module);
    if !shape.doc.is_empty() {
        statement = statement.doc(shape.doc.clone());
    }
    for base in bases {
        statement = statement.base(base);
    }
    statement = if definition.role == Role::Protocol {
        members(statement.protocol(), shape)
    } else {
        statement.compiled_shape(shape)
    };
    if lineage.runtime_checkable {
        statement = statement.runtime_checkable();
    }
    match lineage.metaclass {
        Some(metaclass) => statement = statement.metaclass(metaclass()),
        None if lineage.is_abstract && bases.is_empty() => statement = statement.abc(),
        None => {}
    }
    for (name, keyword) in lineage.keywords {
        statement = statement.keyword(*name, *keyword);
    }
    if rules.has(&shape.name) {
        let rules = Arc::clone(rules);
        statement = statement.init_subclass(move |call| rules.of_heir(call));
    }
    statement
}

/// The members of a protocol: data, of which some have a default.
fn members(mut statement: Statement, shape: &Shape) -> Statement {
    for field in shape.fields() {
        statement = statement.annotation(field.name.clone(), described(&field.ty));
        if let Some(default) = field.default.value() {
            statement = statement.attribute(field.name.clone(), Object::from(default));
        }
    }
    statement
}

/// A type in a word, for those who look at a protocol. It is no class, so conforming goes by name: a field of another
/// type is a problem that is told, and no message escapes a hook by it.
fn described(ty: &Type) -> Text {
    format!("{ty:?}").into()
}

fn unmade(definition: &Definition, error: &Error) -> Problem {
    let remedy = match error {
        Error::MetaclassConflict { one, other } => format!(
            "derive it from classes of one metaclass, or name with `metaclass = …` a function that gives a metaclass \
             which derives from both `{one}` and `{other}`"
        ),
        Error::InconsistentMro { .. } => {
            "name the classes in `extends(…)` in one order everywhere, a class before those that it derives from".into()
        }
        Error::DuplicateBase(name) => format!("name `{name}` once in `extends(…)`"),
        Error::Type(_) if !definition.lineage.keywords.is_empty() => {
            "remove `kwargs(…)`, or write a rule for one of its bases, which reads them: `#[init_subclass(Base)]`"
                .into()
        }
        other => other.remedy(),
    };
    // Python breaks its sentence about the MRO in two; a problem is one line.
    let error = error.to_string().replace('\n', " ");
    Problem { what: format!("{} cannot be made: {error}", place(definition)), remedy }
}

fn lacking(definition: &Definition, asked: &str, lack: &Lack<'_>) -> Problem {
    let class = &definition.shape.name;
    let (what, remedy) = match lack {
        Lack::Absent(field) => ("which is not there", format!("add `{}` to `{class}`", field.name)),
        Lack::OfAnotherType(field) => {
            ("which is of another type", format!("give `{class}.{}` the type that it has in `{asked}`", field.name))
        }
    };
    let field = &lack.field().name;
    Problem {
        what: format!("{} derives from `{asked}`, and so has a field `{field}`, {what}", place(definition)),
        remedy,
    }
}

fn place(definition: &Definition) -> String {
    format!("`{}` ({})", definition.shape.name, definition.origin)
}

/// The rules of the house, by the name of the class whose heirs they are for.
struct Rules {
    of_bases: FxHashMap<Text, Vec<Rule>>,
    of_all: Vec<Rule>,
    /// Whether the classes of the registry were looked at, all together: a class that is derived later is looked at
    /// when it is made.
    are_checked: AtomicBool,
}

impl Rules {
    fn new(rules: &[Rule]) -> Rules {
        let mut sorted =
            Rules { of_bases: FxHashMap::default(), of_all: Vec::new(), are_checked: AtomicBool::new(false) };
        // The linker has no order of its own.
        let mut rules = rules.to_vec();
        rules.sort_by_key(|rule| (rule.origin.file, rule.origin.line));
        for rule in rules {
            match rule.of {
                Some(base) => sorted.of_bases.entry(base.name.into()).or_default().push(rule),
                None => sorted.of_all.push(rule),
            }
        }
        sorted
    }

    fn has(&self, base: &str) -> bool {
        self.of_bases.contains_key(base)
    }

    /// What is wrong with a class by the rules for every class, and by those of each class above it.
    fn broken(&self, class: &Class, keywords: &Namespace) -> Vec<Problem> {
        let for_all = self.of_all.iter().map(|rule| (rule, String::new()));
        let for_heirs = class.mro().skip(1).flat_map(|above| {
            let rules = self.of_bases.get(above.name().as_str()).into_iter().flatten();
            rules.map(move |rule| (rule, format!(" of `{}`", above.name())))
        });
        let broken = for_all.chain(for_heirs).filter_map(|(rule, of)| {
            let Problem { what, remedy } = (rule.check)(class, keywords).err()?;
            Some(Problem { what: format!("breaks the rule `{}`{of} ({}): {what}", rule.name, rule.origin), remedy })
        });
        broken.collect()
    }

    /// The `__init_subclass__` of a class with rules, for those that are derived when the registry is there.
    fn of_heir(&self, call: &Call<'_>) -> Result<()> {
        if !self.are_checked.load(Ordering::Acquire) {
            return Ok(());
        }
        match self.broken(call.class()?, call.keywords()).into_iter().next() {
            None => Ok(()),
            Some(problem) => Err(Error::raise(problem)),
        }
    }
}
