//! From definitions to classes: bases first, each by its class statement, under the rules of the house.

use std::any::TypeId;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::object::{Call, Class, Error, Object, Result, Statement};
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
        problems,
    };
    for definition in definitions {
        making.make(definition);
    }
    for registration in registrations {
        making.register(registration);
    }
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
        let state = made.clone().map_or(State::Failed, State::Made);
        self.states.insert(definition.type_id, state);
        made
    }

    fn derive(&mut self, definition: &Definition) -> Option<Class> {
        let bases: Vec<Option<Class>> =
            definition.lineage.bases.iter().map(|base| self.base(definition, base)).collect();
        let bases: Vec<Class> = bases.into_iter().collect::<Option<_>>()?;
        let made = statement(definition, &bases, &self.rules).create();
        let made = made.and_then(|class| self.rules.of_all(&class, definition).map(|()| class));
        made.map_err(|error| self.problems.push(unmade(definition, &error))).ok()
    }

    fn base(&mut self, definition: &Definition, base: &Base) -> Option<Class> {
        if let Some(found) = self.definitions.get(&base.type_id).copied() {
            return self.make(found);
        }
        self.problems.push(Problem {
            what: format!("{} derives from `{}`, which is not in this registry", place(definition), base.name),
            remedy: format!("add the class `{}` to the registry as well", base.name),
        });
        None
    }

    fn register(&mut self, registration: &Registration) {
        let (class, base) = (self.made(&registration.class), self.made(&registration.base));
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

    fn made(&self, base: &Base) -> Option<Class> {
        match self.states.get(&base.type_id) {
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
        statement = statement.init_subclass(move |call| rules.of_bases(call));
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

/// A type in a word, for those who look at a protocol.
fn described(ty: &Type) -> Text {
    format!("{ty:?}").into()
}

fn unmade(definition: &Definition, error: &Error) -> Problem {
    match error.raised::<Problem>() {
        Some(Problem { what, remedy }) => {
            Problem { what: format!("{} {what}", place(definition)), remedy: remedy.clone() }
        }
        None => Problem { what: format!("{} cannot be made: {error}", place(definition)), remedy: error.remedy() },
    }
}

fn place(definition: &Definition) -> String {
    format!("`{}` ({})", definition.shape.name, definition.origin)
}

/// The rules of the house, by the name of the class whose heirs they are for.
struct Rules {
    of_bases: FxHashMap<Text, Vec<Rule>>,
    of_all: Vec<Rule>,
}

impl Rules {
    fn new(rules: &[Rule]) -> Rules {
        let mut sorted = Rules { of_bases: FxHashMap::default(), of_all: Vec::new() };
        for rule in rules {
            match rule.of {
                Some(base) => sorted.of_bases.entry(base.name.into()).or_default().push(*rule),
                None => sorted.of_all.push(*rule),
            }
        }
        sorted
    }

    fn has(&self, base: &str) -> bool {
        self.of_bases.contains_key(base)
    }

    /// The rules of every class above a new one: the `__init_subclass__` of whichever is asked first.
    fn of_bases(&self, call: &Call<'_>) -> Result<()> {
        let class = call.class()?;
        for above in class.mro().skip(1) {
            for rule in self.of_bases.get(above.name().as_str()).into_iter().flatten() {
                let found = (rule.check)(class, call.keywords());
                let of = format!(" of `{}`", above.name());
                found.map_err(|problem| broken(rule, &of, problem))?;
            }
        }
        Ok(())
    }

    /// The rules that are for every class.
    fn of_all(&self, class: &Class, definition: &Definition) -> Result<()> {
        let keywords =
            definition.lineage.keywords.iter().map(|(name, keyword)| (Text::Static(name), *keyword)).collect();
        for rule in &self.of_all {
            (rule.check)(class, &keywords).map_err(|problem| broken(rule, "", problem))?;
        }
        Ok(())
    }
}

fn broken(rule: &Rule, of: &str, Problem { what, remedy }: Problem) -> Error {
    let what = format!("breaks the rule `{}`{of} ({}): {what}", rule.name, rule.origin);
    Error::raise(Problem { what, remedy })
}
