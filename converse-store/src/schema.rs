//! All tables of a program, and what is wrong with them together.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::Arc;

use converse_model::{ClassRef, Kind, Payload, Problem, Problems, Registry, Role, Shape, Type};

use crate::journal::JournalMap;
use crate::names::snake;
use crate::{Refers, TableMap};

/// The tables of a registry's classes.
#[derive(Debug, Default)]
pub struct Schema {
    /// Every table, in the order of the classes.
    pub(crate) tables: Vec<Arc<TableMap>>,
    pub(crate) by_type: HashMap<TypeId, Arc<TableMap>>,
}

impl Schema {
    /// The tables of a registry's classes, on which [`tables`](crate::tables) hung them.
    ///
    /// # Errors
    /// All that is wrong with them, at once.
    pub fn of(registry: &Registry) -> Result<Schema, Problems> {
        let mut schema = Schema::default();
        let mut problems = Vec::new();
        let mut names: HashMap<String, String> = HashMap::new();
        for class in registry.classes() {
            let journal = class.slot::<JournalMap>().map(|journal| &journal.0);
            let Some(map) = class.slot::<Arc<TableMap>>().or(journal) else { continue };
            let origin = format!("`{}` ({})", class.name(), class.origin());
            if let Some(other) = names.insert(map.name.clone(), origin.clone()) {
                problems.push(Problem {
                    what: format!("the table `{}` is that of two classes: {other} and {origin}", map.name),
                    remedy: "give one of them another name with `name = \"…\"`".to_owned(),
                });
            }
            if let Some(type_id) = class.type_id() {
                schema.by_type.insert(type_id, Arc::clone(map));
            }
            schema.tables.push(Arc::clone(map));
        }
        problems.extend(schema.missing());
        problems.extend(sent(registry));
        if problems.is_empty() { Ok(schema) } else { Err(Problems(problems)) }
    }

    /// The columns that refer to rows of a class that is not there.
    fn missing(&self) -> Vec<Problem> {
        let refers = |map: &Arc<TableMap>| {
            let map = Arc::clone(map);
            (0..map.columns.len()).filter_map(move |at| {
                let column = map.columns.get(at)?;
                Some((format!("{}.{}", map.class, column.field), column.refers.clone()?))
            })
        };
        let is_there =
            |refers: &Refers| self.tables.iter().any(|map| map.class == refers.class && map.name == refers.table);
        let missing = self.tables.iter().flat_map(refers).filter(|(_, refers)| !is_there(refers));
        let problem = |(field, refers): (String, Refers)| Problem {
            what: format!("`{field}` refers to `{}`, which is not among the classes of the application", refers.class),
            remedy: format!("leave `{}` in, or refer to something else", refers.class),
        };
        missing.map(problem).collect()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }
}

/// The tables of a program by their names, for what is not known at compile time.
pub(crate) struct Tables(papaya::HashMap<String, Arc<TableMap>>);

impl Tables {
    pub(crate) fn of(schema: &Schema) -> Tables {
        Tables(schema.tables.iter().map(|map| (map.name.clone(), Arc::clone(map))).collect())
    }

    /// The table of this name.
    pub(crate) fn named(&self, table: &str) -> Option<Arc<TableMap>> {
        self.0.pin().get(table).cloned()
    }

    /// The table of the class of this name.
    pub(crate) fn of_class(&self, class: &str) -> Option<Arc<TableMap>> {
        self.named(&snake(class)).filter(|map| map.class == class)
    }

    /// Puts a table in, or in the place of the one of its name.
    pub(crate) fn put(&self, map: &Arc<TableMap>) {
        self.0.pin().insert(map.name.clone(), Arc::clone(map));
    }

    /// What keeps a table of a class that is added from being one.
    pub(crate) fn problems(&self, map: &TableMap) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(other) = self.named(&map.name).filter(|other| other.class != map.class) {
            problems.push(Problem {
                what: format!("the table `{}` is that of two classes: `{}` and `{}`", map.name, other.class, map.class),
                remedy: "call the class something else".to_owned(),
            });
        }
        for column in &map.columns {
            let Some(refers) = &column.refers else { continue };
            let is_there = |map: &TableMap| map.class == refers.class && map.name == refers.table;
            if !is_there(map) && !self.named(&refers.table).is_some_and(|map| is_there(&map)) {
                problems.push(Problem {
                    what: format!("`{}.{}` refers to `{}`, which has no table", map.class, column.field, refers.class),
                    remedy: format!("add `{}`, with a table, before it", refers.class),
                });
            }
        }
        problems
    }

    /// What a column is called in its class, `Note.author`; empty if the table is.
    pub(crate) fn field(&self, table: &str, column: &str) -> String {
        let Some(map) = self.named(table) else {
            return if table.is_empty() { String::new() } else { format!("{table}.{column}") };
        };
        let field = map.columns.iter().find(|known| known.name == column).map_or(column, |known| &known.field);
        format!("{}.{field}", map.class)
    }
}

/// The classes that are sent and hold one that is kept and never sent.
fn sent(registry: &Registry) -> Vec<Problem> {
    let kept: Vec<&str> =
        registry.classes().iter().filter(|class| class.role() == Role::Table).map(|class| class.name()).collect();
    let mut problems = Vec::new();
    for class in registry.classes().iter().filter(|class| class.role() != Role::Table) {
        if let Some(held) = held(class.shape()).into_iter().find(|held| kept.contains(&held.as_str())) {
            problems.push(Problem {
                what: format!("`{}` ({}) holds a `{held}`, which is kept and never sent", class.name(), class.origin()),
                remedy: format!("write #[message(table)] above `{held}`, or a class of what may be sent of it"),
            });
        }
    }
    problems
}

/// The names of the classes that values of a shape hold themselves.
fn held(shape: &Shape) -> Vec<String> {
    let mut names = Vec::new();
    let mut class = |class: &ClassRef| names.push(class.name().to_owned());
    for ty in types_of(shape) {
        classes_in(ty, &mut class);
    }
    if let Kind::Union(members) = &shape.kind {
        members.iter().for_each(class);
    }
    names
}

/// The types of what values of a shape hold.
pub(crate) fn types_of(shape: &Shape) -> Vec<&Type> {
    let mut types: Vec<&Type> = shape.records().flatten().map(|field| &field.ty).collect();
    if let Kind::Choice(choice) = &shape.kind {
        for variant in choice.variants.iter() {
            match &variant.payload {
                Payload::One(ty) => types.push(ty),
                Payload::Tuple(several) => types.extend(several.iter()),
                Payload::Unit | Payload::Record(_) => {}
            }
        }
    }
    types
}

/// The classes that a type names.
pub(crate) fn classes_in(ty: &Type, found: &mut impl FnMut(&ClassRef)) {
    match ty {
        Type::Class(class) => found(class),
        Type::Optional(inner) | Type::List(inner) | Type::Set(inner) | Type::Secret(inner) => classes_in(inner, found),
        Type::Array { item, .. } => classes_in(item, found),
        Type::Tuple(types) => types.iter().for_each(|ty| classes_in(ty, found)),
        Type::Map { key, value } => {
            classes_in(key, found);
            classes_in(value, found);
        }
        _ => {}
    }
}
