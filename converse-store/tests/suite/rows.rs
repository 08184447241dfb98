//! Rows, one at a time.

use converse::{Store, StoreError};

use crate::classes::{Booking, Entry, Kind, Person, Spot, Ticket, person};
use crate::engines::{Classes, class, on_each};

fn classes() -> Classes {
    vec![class::<Person>(), class::<Entry>(), class::<Ticket>(), class::<Booking>()]
}

#[test]
fn a_row_is_put_in_found_changed_and_taken_out() {
    on_each(classes, |store: Store| async move {
        let people = store.table::<Person>().unwrap();
        assert_eq!(people.get("josh").await.unwrap(), None);
        let josh = Person { tags: vec!["a".into(), "ü\"".into()], ..person("josh", 30) };
        assert_eq!(people.insert(josh.clone()).await.unwrap(), josh);
        assert_eq!(people.get("josh").await.unwrap(), Some(josh.clone()));
        assert_eq!(people.get(&josh.name).await.unwrap(), Some(josh.clone()));

        let older = Person { age: Some(31), ..josh };
        assert_eq!(people.update(&older).await.unwrap(), Some(older.clone()));
        assert_eq!(people.get("josh").await.unwrap(), Some(older));
        assert_eq!(people.update(&person("ada", 36)).await.unwrap(), None);

        people.upsert(&person("ada", 36)).await.unwrap();
        people.upsert(&person("ada", 37)).await.unwrap();
        assert_eq!(people.get("ada").await.unwrap(), Some(person("ada", 37)));
        assert_eq!(people.all().count().await.unwrap(), 2);

        assert!(people.delete("josh").await.unwrap());
        assert!(!people.delete("josh").await.unwrap());
        assert_eq!(people.get("josh").await.unwrap(), None);
    });
}

#[test]
fn what_must_be_its_own_is_taken() {
    on_each(classes, |store: Store| async move {
        let people = store.table::<Person>().unwrap();
        let with_mail = |name, mail: &str| Person { mail: Some(mail.into()), ..person(name, None) };
        people.insert(with_mail("josh", "josh@example.org")).await.unwrap();
        let taken = |column: &str| StoreError::Taken { table: "person".into(), columns: vec![column.into()] };
        let refused = people.insert(person("josh", 1)).await.unwrap_err();
        assert_eq!(refused, taken("name"));
        assert!(refused.is_taken());
        // It is kept as it would be read, so it is found as it would be read.
        assert_eq!(people.insert(with_mail("ada", "JOSH@example.org")).await.unwrap_err(), taken("mail"));
        let ada = people.insert(with_mail("ada", "Ada@Example.org")).await.unwrap();
        assert_eq!(ada.mail.as_deref(), Some("ada@example.org"));
        assert_eq!(people.update(&with_mail("ada", "josh@example.org")).await.unwrap_err(), taken("mail"));
        assert_eq!(people.get("ada").await.unwrap(), Some(ada));
        // Nothing is not the same as nothing.
        people.insert(person("x", None)).await.unwrap();
        people.insert(person("y", None)).await.unwrap();
        // A value that was given up is free.
        assert!(people.delete("josh").await.unwrap());
        people.insert(with_mail("z", "josh@example.org")).await.unwrap();
    });
}

#[test]
fn keys_are_made() {
    on_each(classes, |store: Store| async move {
        let entries = store.table::<Entry>().unwrap();
        let first = entries.insert(Entry::new("a")).await.unwrap();
        let second = entries.insert(Entry::new("b")).await.unwrap();
        assert_eq!((first.id, second.id), (1, 2));
        // The number of a row that is gone is no other's.
        assert!(entries.delete(&2).await.unwrap());
        assert_eq!(entries.insert(Entry::new("c")).await.unwrap().id, 3);
        assert_eq!(entries.insert(Entry::new("given").with_id(10)).await.unwrap().id, 10);
        assert_eq!(entries.insert(Entry::new("behind")).await.unwrap().id, 11);
        assert_eq!(entries.get(&11).await.unwrap().unwrap().text, "behind");

        let tickets = store.table::<Ticket>().unwrap();
        let one = tickets.insert(Ticket::new(1)).await.unwrap();
        let other = tickets.insert(Ticket::new(2)).await.unwrap();
        assert!(one.id < other.id && one.id.len() == 36, "{one:?} {other:?}");
        assert_eq!(tickets.get(&one.id).await.unwrap(), Some(one));
    });
}

#[test]
fn a_change_that_others_did_not_see_is_refused() {
    on_each(classes, |store: Store| async move {
        let tickets = store.table::<Ticket>().unwrap();
        let read = tickets.insert(Ticket::new(4)).await.unwrap();
        let changed = tickets.update(&read.clone().with_seats(3)).await.unwrap().unwrap();
        assert_eq!((changed.version, changed.seats), (1, 3));
        let late = tickets.update(&read.clone().with_seats(2)).await.unwrap_err();
        assert!(late.is_conflict(), "{late}");
        let again = tickets.update(&changed.with_seats(2)).await.unwrap().unwrap();
        assert_eq!(tickets.get(&read.id).await.unwrap(), Some(again.clone()));
        // Changes of columns, and of rows that are put over others, count too.
        tickets.find(|t| t.id.eq(&read.id)).update(|t| [t.seats.to(1)]).await.unwrap();
        assert_eq!(tickets.get(&read.id).await.unwrap().unwrap().version, 3);
        tickets.upsert(&again).await.unwrap();
        assert_eq!(tickets.get(&read.id).await.unwrap().unwrap().version, 4);
        assert!(tickets.delete(&read.id).await.unwrap());
        assert_eq!(tickets.update(&again).await.unwrap(), None);
    });
}

#[test]
fn a_key_may_have_two_fields() {
    on_each(classes, |store: Store| async move {
        let bookings = store.table::<Booking>().unwrap();
        let spot = Spot { x: 0.1, label: None };
        let booking = Booking { room_number: 7, day: "monday".into(), kind: Kind::Large, spot };
        bookings.insert(booking.clone()).await.unwrap();
        let other = Booking { day: "tuesday".into(), kind: Kind::Small, ..booking.clone() };
        bookings.insert(other.clone()).await.unwrap();
        assert!(bookings.insert(other.clone()).await.unwrap_err().is_taken());
        assert_eq!(bookings.get(&(7, "monday".to_owned())).await.unwrap(), Some(booking));
        assert_eq!(bookings.find(|b| b.kind.eq(Kind::Small)).await.unwrap(), [other]);
        assert!(bookings.delete(&(7, "tuesday".to_owned())).await.unwrap());
        assert_eq!(bookings.all().count().await.unwrap(), 1);
    });
}

#[test]
fn what_breaks_the_rules_of_its_class_is_not_kept() {
    on_each(classes, |store: Store| async move {
        let people = store.table::<Person>().unwrap();
        let error = people.insert(person(&"x".repeat(21), None)).await.unwrap_err().to_string();
        assert!(error.contains("a row of person breaks the rules") && error.contains("20"), "{error}");
        assert!(people.insert(person("a\0b", None)).await.is_err());
        let error = people.find(|p| p.name.eq("a")).update(|p| [p.age.to(-1)]).await.unwrap_err().to_string();
        assert!(error.contains("`Person.age`"), "{error}");
        let spot = Spot { x: f64::NAN, label: None };
        let booking = Booking { room_number: 7, day: "monday".into(), kind: Kind::Large, spot };
        assert!(store.table::<Booking>().unwrap().insert(booking).await.is_err());
        assert_eq!(people.all().count().await.unwrap(), 0);
    });
}

#[test]
fn secrets_are_kept_and_not_printed() {
    on_each(classes, |store: Store| async move {
        let people = store.table::<Person>().unwrap();
        people.insert(Person { word: "canary".into(), ..person("josh", None) }).await.unwrap();
        let josh = people.get("josh").await.unwrap().unwrap();
        assert_eq!(josh.word.expose(), "canary");
        assert!(!format!("{josh:?}").contains("canary"));
        let found = people.find(|p| p.word.eq(converse::Secret::<String>::from("canary"))).count().await.unwrap();
        assert_eq!(found, 1);
    });
}

#[test]
fn what_rows_are_found_by_is_short_enough_for_every_engine() {
    // No two parts of it are the same, so that nothing can make it shorter.
    let text = |bytes: usize| {
        let mut state = 1_u64;
        let letter = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from_digit(u32::try_from(state >> 33).unwrap() % 36, 36).unwrap()
        };
        (0..bytes).map(letter).collect::<String>()
    };
    on_each(classes, |store: Store| async move {
        let people = store.table::<Person>().unwrap();
        let with_mail = |bytes| Person { mail: Some(text(bytes)), ..person("josh", None) };
        let error = people.insert(with_mail(2001)).await.unwrap_err().to_string();
        assert!(error.contains("`Person.mail`") && error.contains("2,000 bytes"), "{error}");
        assert_eq!(people.insert(with_mail(2000)).await.unwrap(), with_mail(2000));
        let longer = text(2001);
        assert!(people.find(|p| p.name.eq("josh")).update(|p| [p.mail.to(&*longer)]).await.is_err());
        assert_eq!(people.find(|p| p.mail.eq(&*longer)).count().await.unwrap(), 0);
        // What nobody looks for may be as long as it likes.
        let word = Person { word: text(100_000).into(), ..with_mail(2000) };
        assert_eq!(people.update(&word).await.unwrap(), Some(word.clone()));
        assert_eq!(people.get("josh").await.unwrap(), Some(word));
    });
}
