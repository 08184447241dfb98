//! Tables of classes that are made while the program runs.

use std::sync::{Arc, OnceLock};

use converse_model::object::{Class, Statement};
use converse_model::{Entry, Problem, RegistryBuilder, Slots, Type};

use crate::{Store, StoreError, TableMap};

/// What a class statement of the class model can say when values of the class are rows.
///
/// ```
/// use converse_model::object::Class;
/// use converse_model::{Field, Type};
/// use converse_store::Keeps;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let id = Field::from(("id", Type::Int { min: 0, max: 1 << 53 })).primary_key().auto();
/// let ticket = Class::define("Ticket").field(id).field(("title", Type::Text)).table().create()?;
/// # let _ = ticket;
/// # Ok(())
/// # }
/// ```
pub trait Keeps: Sized {
    /// Makes values of the class rows of a table, as `#[message(table)]` does: it is made, or follows the class, when the
    /// class is added. One of its fields is the key ([`Field::primary_key`](converse_model::Field::primary_key)).
    #[must_use]
    fn table(self) -> Self;
}

impl Keeps for Statement {
    fn table(self) -> Statement {
        self.slot(IsKept)
    }
}

/// Hangs on a class whose values are rows. What derives from it says so for itself.
struct IsKept;

/// Hangs on a class that is added how its values lie in a table, if they do.
pub(crate) fn attach(entry: &Entry, slots: &mut Slots) -> Vec<Problem> {
    if entry.class().slot::<IsKept>().is_none() {
        return Vec::new();
    }
    let (name, origin) = (entry.name(), entry.origin());
    let Some(Type::Class(shape)) = Class::as_type(entry.class()) else { return Vec::new() };
    let map = match TableMap::of_class(&shape, origin, "") {
        Ok(map) => map,
        Err(problems) => return problems,
    };
    let problem = |what: &str, remedy: &str| {
        vec![Problem { what: format!("`{name}` ({origin}) {what}"), remedy: remedy.to_owned() }]
    };
    if map.key.is_empty() {
        let remedy = "say of a field that it is the key: `.primary_key()`, and `.auto()` if the store is to make it";
        return problem("is a table, and has no key by which a row is found", remedy);
    }
    if map.key.len() > 1 && map.columns.iter().any(|column| column.auto.is_some()) {
        return problem("has a key of several fields, of which the store is to make one", "leave `.auto()` out");
    }
    slots.put(Arc::new(map));
    Vec::new()
}

/// The way from a registry to the tables of its classes, which are opened when it has been built.
#[derive(Clone, Default)]
pub struct LiveTables(Arc<OnceLock<Store>>);

impl LiveTables {
    /// Has tables follow the classes that are added to the registry while it serves. It goes behind
    /// [`tables`](crate::tables), and all that may find something wrong with a class.
    #[must_use]
    pub fn follow(&self, builder: RegistryBuilder) -> RegistryBuilder {
        let store = Arc::clone(&self.0);
        builder.settle(move |entry| {
            let Some(map) = entry.slot::<Arc<TableMap>>() else { return Vec::new() };
            let Some(store) = store.get() else {
                let what =
                    format!("`{}` ({}) has a table, and the application keeps nothing", entry.name(), entry.origin());
                let remedy = "give the application `with_store(|app, _| app)`, or a compiled class with `#[table]`";
                return vec![Problem { what, remedy: remedy.to_owned() }];
            };
            let problems = store.tables().problems(map);
            if !problems.is_empty() {
                return problems;
            }
            match store.follow(map) {
                Ok(()) => Vec::new(),
                Err(error) => vec![not_followed(entry, &error)],
            }
        })
    }

    /// The store is open: from now on classes with tables can be added.
    pub fn serve(&self, store: &Store) {
        // Whoever opens a second one goes on with the first.
        let _ = self.0.set(store.clone());
    }
}

fn not_followed(entry: &Entry, error: &StoreError) -> Problem {
    let what = match error {
        StoreError::Refused(why) => why.clone(),
        other => other.to_string(),
    };
    Problem {
        what: format!("the table of `{}` ({}) cannot follow it: {what}", entry.name(), entry.origin()),
        remedy: "change the class so that nothing is lost, or call it something else".to_owned(),
    }
}
