//! Which rows are found, and in which order.

use converse::{Row, Store};

use crate::classes::{Person, person};
use crate::engines::{class, on_each};

type Columns = &'static <Person as Row>::Columns;

async fn people(store: &Store) -> converse::Table<Person> {
    let people = store.table::<Person>().unwrap();
    for (name, age) in
        [("ada", Some(36)), ("bob", None), ("cyd", Some(20)), ("dan", Some(36)), ("eve_%", None), ("Fay", Some(0))]
    {
        people.insert(person(name, age)).await.unwrap();
    }
    people
}

macro_rules! finds {
    ($people:expr, $filter:expr, $($name:literal),*) => {{
        let found: Vec<String> = $people.find($filter).await.unwrap().into_iter().map(|person| person.name).collect();
        let expected: &[&str] = &[$($name),*];
        assert_eq!(found, expected, stringify!($filter));
        // The other rows are all the others.
        let others = $people.find(|p| { let filter: fn(Columns) -> _ = $filter; filter(p).not() }).count().await.unwrap();
        assert_eq!(others, 6 - expected.len() as u64, "not {}", stringify!($filter));
    }};
}

#[test]
fn filters_hold_or_do_not() {
    on_each(
        || vec![class::<Person>()],
        |store: Store| async move {
            let people = people(&store).await;
            finds!(people, |p: Columns| p.name.eq("ada"), "ada");
            finds!(people, |p: Columns| p.age.eq(36), "ada", "dan");
            finds!(people, |p: Columns| p.age.eq(None::<i32>), "bob", "eve_%");
            finds!(people, |p: Columns| p.age.is_none(), "bob", "eve_%");
            finds!(people, |p: Columns| p.age.is_some(), "Fay", "ada", "cyd", "dan");
            finds!(people, |p: Columns| p.age.ne(36), "Fay", "bob", "cyd", "eve_%");
            finds!(people, |p: Columns| p.age.lt(36), "Fay", "cyd");
            finds!(people, |p: Columns| p.age.le(20), "Fay", "cyd");
            finds!(people, |p: Columns| p.age.gt(20), "ada", "dan");
            finds!(people, |p: Columns| p.age.ge(20), "ada", "cyd", "dan");
            finds!(people, |p: Columns| p.age.gt(None::<i32>),);
            finds!(people, |p: Columns| p.age.is_in([20, 0, 5]), "Fay", "cyd");
            finds!(people, |p: Columns| p.age.is_in([None, Some(20)]), "bob", "cyd", "eve_%");
            finds!(people, |p: Columns| p.age.is_in(Vec::<i32>::new()),);
            finds!(people, |p: Columns| p.name.starts_with("e"), "eve_%");
            finds!(people, |p: Columns| p.name.starts_with("f"),);
            finds!(people, |p: Columns| p.name.contains("a"), "Fay", "ada", "dan");
            finds!(people, |p: Columns| p.name.contains("_%"), "eve_%");
            finds!(people, |p: Columns| p.mail.starts_with("a"),);
            finds!(people, |p: Columns| p.age.eq(36).and(p.name.gt("b")), "dan");
            finds!(people, |p: Columns| p.age.lt(10).or(p.name.eq("bob")), "Fay", "bob");
            finds!(people, |p: Columns| p.age.eq(36).or(p.age.is_none()).not(), "Fay", "cyd");
        },
    );
}

#[test]
fn rows_have_an_order_and_pages() {
    on_each(
        || vec![class::<Person>()],
        |store: Store| async move {
            let people = people(&store).await;
            let names = |rows: Vec<Person>| rows.into_iter().map(|person| person.name).collect::<Vec<_>>();
            assert_eq!(names(people.all().await.unwrap()), ["Fay", "ada", "bob", "cyd", "dan", "eve_%"]);
            let youngest = names(people.all().order(|p| p.age.asc()).await.unwrap());
            assert_eq!(youngest, ["bob", "eve_%", "Fay", "cyd", "ada", "dan"]);
            let oldest = names(people.all().order(|p| p.age.desc().then(p.name.desc())).await.unwrap());
            assert_eq!(oldest, ["dan", "ada", "cyd", "Fay", "eve_%", "bob"]);
            for (all, descending) in [(&youngest, false), (&oldest, true)] {
                let page = |after: Option<Person>| {
                    let found = people.all().limit(2);
                    let found = if descending {
                        found.order(|p| p.age.desc().then(p.name.desc()))
                    } else {
                        found.order(|p| p.age.asc())
                    };
                    match after {
                        Some(row) => found.after(row),
                        None => found,
                    }
                };
                let (mut seen, mut last) = (Vec::new(), None);
                loop {
                    let rows = page(last.take()).await.unwrap();
                    let Some(row) = rows.last() else { break };
                    last = Some(row.clone());
                    seen.extend(names(rows));
                }
                assert_eq!(&seen, all);
            }
            assert_eq!(people.all().order(|p| p.age.desc()).first().await.unwrap().unwrap().name, "ada");
            assert!(people.find(|p| p.age.eq(20)).exists().await.unwrap());
            assert!(!people.find(|p| p.age.eq(21)).exists().await.unwrap());
            assert_eq!(people.all().limit(4).count().await.unwrap(), 4);
            assert!(people.all().order(|p| p.tags.asc()).await.is_err());
        },
    );
}

#[test]
fn many_are_changed_taken_out_and_streamed() {
    on_each(
        || vec![class::<Person>()],
        |store: Store| async move {
            let people = store.table::<Person>().unwrap();
            for number in 0..600 {
                people.insert(person(&format!("{number:03}"), number % 3)).await.unwrap();
            }
            assert_eq!(people.find(|p| p.age.eq(1)).update(|p| [p.age.to(9)]).await.unwrap(), 200);
            assert_eq!(people.find(|p| p.age.eq(2)).update(|p| [p.age.to(None)]).await.unwrap(), 200);
            assert_eq!(people.find(|p| p.age.is_none()).delete().await.unwrap(), 200);
            let mut rows = people.all().stream().unwrap();
            let (mut count, mut last) = (0, String::new());
            while let Some(row) = rows.next().await.unwrap() {
                assert!(row.name > last);
                (count, last) = (count + 1, row.name);
            }
            assert_eq!(count, 400);
            let mut some = people.find(|p| p.age.eq(9)).limit(150).stream().unwrap();
            let mut count = 0;
            while some.next().await.unwrap().is_some() {
                count += 1;
            }
            assert_eq!(count, 150);
            assert!(people.all().limit(1).delete().await.is_err());
            assert_eq!(people.all().count().await.unwrap(), 400);
        },
    );
}
