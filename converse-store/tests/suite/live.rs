//! Tables of classes that are made while the program runs.

use std::sync::Arc;

use cluster::Schema as Place;
use converse::model::{Class, Constraint, Field, OnDelete, Type};
use converse::{Keeps, Registry, Store, StoreError, Terms, Value};
use converse_model::RegistryBuilder;
use converse_store::{Allowed, Engine, LiveTables, Memory, Schema, tables};

use crate::classes::{Person, person};
use crate::engines::{Classes, Folder, class, postgres};

/// A registry that serves, and the store of its classes.
struct Serving {
    registry: Registry,
    store: Store,
}

impl Serving {
    fn start(engine: Arc<dyn Engine>, classes: Classes) -> Serving {
        let live = LiveTables::default();
        let registry = classes.into_iter().fold(Registry::empty(), RegistryBuilder::with);
        let registry = live.follow(tables(registry)).build().unwrap();
        let (store, _) = Store::open(engine, Schema::of(&registry).unwrap(), &Allowed::default()).unwrap();
        live.serve(&store);
        Serving { registry, store }
    }

    /// Adds a class, or puts it in the place of another; what is wrong with it.
    fn put(&self, class: &Class) -> Option<String> {
        self.registry.replace(class, Terms::default()).err().map(|problems| problems.to_string())
    }
}

fn serving_on_each<F: Future<Output = ()>>(test: impl Fn(Serving) -> F) {
    let (folder, place) = (Folder::new(), Place::new());
    let engines: [Arc<dyn Engine>; 3] = [Arc::new(Memory::new()), folder.sqlite(), postgres(&place)];
    for engine in engines {
        println!("on {}", engine.name());
        converse::block_on(test(Serving::start(engine, vec![class::<Person>()])));
    }
}

fn id() -> Field {
    Field::from(("id", Type::Int { min: 0, max: 1 << 53 })).primary_key().auto()
}

fn ticket(fields: impl IntoIterator<Item = Field>) -> Class {
    let title = Field { constraints: vec![Constraint::MaxLength(10)].into(), ..("title", Type::Text).into() };
    let statement = Class::define("Ticket").table().field(id()).field(title.index());
    fields.into_iter().fold(statement, converse::model::Statement::field).create().unwrap()
}

fn value(members: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Value::Map(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

fn titled(title: &'static str) -> Value {
    value([("title", title.into())])
}

fn row(id: i128, title: &'static str) -> Value {
    value([("id", id.into()), ("title", title.into())])
}

#[test]
fn rows_are_put_in_and_found_by_the_names_of_fields() {
    serving_on_each(|serving: Serving| async move {
        let store = &serving.store;
        assert!(store.table_of("Ticket").is_err());
        assert_eq!(serving.put(&ticket([])), None);
        let tickets = store.table_of("Ticket").unwrap();
        for (at, title) in [(1, "late"), (2, "broken"), (3, "lost")] {
            assert_eq!(tickets.insert(titled(title)).await.unwrap(), row(at, title));
        }
        assert_eq!(tickets.get(2).await.unwrap(), Some(row(2, "broken")));
        let found = tickets.find(|t| t.field("title").starts_with("l").and(t.field("id").gt(1)));
        assert_eq!(found.await.unwrap(), [row(3, "lost")]);
        let ordered = tickets.all().order(|t| t.field("title").desc()).limit(2).await.unwrap();
        assert_eq!(ordered, [row(3, "lost"), row(1, "late")]);
        let next = tickets.all().order(|t| t.field("title").desc()).after(row(1, "late")).await.unwrap();
        assert_eq!(next, [row(2, "broken")]);
        assert_eq!(tickets.update(&row(2, "mended")).await.unwrap(), Some(row(2, "mended")));
        assert_eq!(tickets.find(|t| t.field("id").is_in([1, 3])).update(|t| [t.field("title").to("?")]).await, Ok(2));
        tickets.upsert(&row(9, "nine")).await.unwrap();
        assert!(tickets.insert(row(9, "nine")).await.unwrap_err().is_taken());
        assert_eq!(tickets.delete(2).await, Ok(true));
        assert_eq!(tickets.find(|t| t.field("title").eq("?").not()).count().await, Ok(1));
        let mut rows = tickets.all().stream().unwrap();
        assert_eq!(rows.next().await.unwrap(), Some(row(1, "?")));

        let error = tickets.insert(titled("much longer than it may be")).await.unwrap_err().to_string();
        assert!(error.contains("breaks the rules of its class") && error.contains("/title"), "{error}");
        let error = tickets.all().update(|t| [t.field("title").to(1)]).await.unwrap_err().to_string();
        assert!(error.contains("`Ticket.title`"), "{error}");
        let error = tickets.find(|t| t.field("titel").eq("x")).await.unwrap_err().to_string();
        assert!(error.contains("`Ticket` has no field `titel`; it has id, title"), "{error}");

        // It is a part of what else is done.
        let failed: Result<(), StoreError> = store
            .transaction(async |store| {
                store.table_of("Ticket")?.insert(titled("gone")).await?;
                store.table::<Person>()?.insert(person("josh", None)).await?;
                Err(StoreError::Conflict("it fails"))
            })
            .await;
        assert!(failed.is_err());
        assert_eq!(tickets.all().count().await, Ok(3));
        // A compiled class is found by its name as well.
        assert_eq!(store.table_of("Person").unwrap().all().count().await, Ok(0));
    });
}

#[test]
fn a_table_follows_its_class_where_nothing_is_lost() {
    serving_on_each(|serving: Serving| async move {
        assert_eq!(serving.put(&ticket([])), None);
        let older = serving.store.table_of("Ticket").unwrap();
        older.insert(titled("first")).await.unwrap();
        let urgent =
            Field { default: converse::model::Default::Value(Arc::new(true.into())), ..("urgent", Type::Bool).into() };
        let note = Field::from(("note", Type::Text.optional())).unique();
        assert_eq!(serving.put(&ticket([urgent.clone(), note.clone()])), None);
        let newer = serving.store.table_of("Ticket").unwrap();
        let urgent_first = value([("id", 1.into()), ("title", "first".into()), ("urgent", true.into())]);
        assert_eq!(newer.all().await.unwrap(), std::slice::from_ref(&urgent_first));
        // Who began with the class before goes on with it.
        assert_eq!(older.insert(titled("second")).await.unwrap(), row(2, "second"));
        assert_eq!(older.all().await.unwrap(), [row(1, "first"), row(2, "second")]);
        let whole = value([("id", 2.into()), ("title", "new".into()), ("urgent", false.into()), ("note", "n".into())]);
        assert_eq!(newer.update(&whole).await.unwrap(), Some(whole.clone()));
        older.upsert(&row(2, "old")).await.unwrap();
        let Some(Value::Map(members)) = newer.get(2).await.unwrap() else { panic!() };
        assert_eq!(
            members[1..],
            [("title".into(), "old".into()), ("urgent".into(), false.into()), ("note".into(), "n".into())]
        );
        let twice = value([("title", "x".into()), ("note", "n".into())]);
        assert!(newer.insert(twice).await.unwrap_err().is_taken());

        // What could lose something is refused, and the class that was there stays.
        let number: Field = ("number", Type::Int { min: 0, max: 9 }).into();
        let wrong = serving.put(&ticket([urgent.clone(), note.clone(), number])).unwrap();
        assert!(wrong.contains("ticket.number is new") && wrong.contains("Ticket"), "{wrong}");
        let other_type = Class::define("Ticket").table().field(id()).field(("title", Type::Bool)).create().unwrap();
        let wrong = serving.put(&other_type).unwrap();
        assert!(wrong.contains("ticket.title holds"), "{wrong}");
        assert!(serving.registry.message("Ticket").unwrap().shape().field("urgent").is_some());
        assert_eq!(newer.get(1).await.unwrap(), Some(urgent_first));

        // A class that is gone leaves its table, and one of its name finds it.
        serving.registry.remove("Ticket").unwrap();
        assert_eq!(serving.store.table_of("Ticket").unwrap().all().count().await, Ok(2));
        assert_eq!(serving.put(&ticket([urgent, note])), None);
        assert_eq!(serving.store.table_of("Ticket").unwrap().all().count().await, Ok(2));
    });
}

#[test]
fn a_class_that_is_defined_again_finds_its_rows() {
    let folder = Folder::new();
    for round in 1..=3_u64 {
        let serving = Serving::start(folder.sqlite(), vec![class::<Person>()]);
        assert_eq!(serving.put(&ticket([])), None);
        converse::block_on(async {
            let tickets = serving.store.table_of("Ticket").unwrap();
            tickets.insert(titled("again")).await.unwrap();
            assert_eq!(tickets.all().count().await, Ok(round));
            let noted = "SELECT count(*) FROM converse_history WHERE change LIKE 'create the table ticket%'";
            assert_eq!(serving.store.sql(noted).first::<u64>().await, Ok(Some(1)));
        });
    }
}

#[test]
fn rows_refer_to_those_of_compiled_classes_and_of_others() {
    serving_on_each(|serving: Serving| async move {
        let person_class = serving.registry.class_of::<Person>().unwrap();
        let owner = Field::from(("owner", person_class.as_reference().unwrap())).on_delete(OnDelete::Cascade);
        let ticket = ticket([owner]);
        let step = Class::define("Step").table().field(id()).field(("of", ticket.as_reference().unwrap()));
        let step = step.create().unwrap();
        let early = serving.put(&step).unwrap();
        assert!(early.contains("`Step.of` refers to `Ticket`, which has no table"), "{early}");
        assert_eq!(serving.put(&ticket), None);
        assert_eq!(serving.put(&step), None);

        let people = serving.store.table::<Person>().unwrap();
        let (tickets, steps) = (serving.store.table_of("Ticket").unwrap(), serving.store.table_of("Step").unwrap());
        let of = |owner: &'static str| value([("title", "x".into()), ("owner", owner.into())]);
        let error = tickets.insert(of("josh")).await.unwrap_err();
        assert_eq!(error, StoreError::Dangling { field: "Ticket.owner".into() });
        people.insert(person("josh", None)).await.unwrap();
        let ticket = tickets.insert(of("josh")).await.unwrap();
        steps.insert(value([("of", ticket.get("id").unwrap().clone())])).await.unwrap();
        assert_eq!(people.delete("josh").await, Err(StoreError::InUse { field: "Step.of".into() }));
        assert_eq!(steps.all().delete().await, Ok(1));
        assert_eq!(people.delete("josh").await, Ok(true));
        assert_eq!(tickets.all().count().await, Ok(0));
    });
}

#[test]
fn what_is_wrong_with_a_table_is_told_when_its_class_is_added() {
    let serving = Serving::start(Arc::new(Memory::new()), vec![class::<Person>()]);
    let wrong = |statement: converse::model::Statement| serving.put(&statement.create().unwrap()).unwrap();
    let told = wrong(Class::define("Ticket").table().field(("title", Type::Text)));
    assert!(told.contains("`Ticket`") && told.contains(".primary_key()"), "{told}");
    let told = wrong(Class::define("person").table().field(id()));
    assert!(told.contains("the table `person` is that of two classes: `Person` and `person`"), "{told}");
    let list = Field::from(("tags", Type::Text.list())).primary_key();
    let told = wrong(Class::define("Ticket").table().field(list));
    assert!(told.contains("`Ticket.tags`") && told.contains("kept as JSON"), "{told}");
    assert!(serving.registry.message("Ticket").is_none() && serving.store.table_of("Ticket").is_err());
    // What is kept says so itself.
    assert_eq!(serving.put(&Class::define("Plain").field(("title", Type::Text)).create().unwrap()), None);
    assert!(serving.store.table_of("Plain").is_err());

    let registry = LiveTables::default().follow(tables(Registry::empty())).build().unwrap();
    let told = registry.add(&ticket([]), Terms::default()).unwrap_err().to_string();
    assert!(told.contains("keeps nothing") && told.contains("with_store"), "{told}");
}
