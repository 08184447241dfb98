//! What only a server can do: be used by several processes, be lost, be told a wrong password.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use cluster::{Schema as Place, Sync};
use converse::{Store, StoreError};
use converse_store::{Allowed, Durability, Engine, Report, engine};
use tokio::sync::oneshot;

use crate::classes::{Entry, Person, Ticket, person};
use crate::engines::{Classes, class, open, postgres, schema};
use crate::migrations::versions::{another_type, first, more, renamed, required, unique, without_age};

fn classes() -> Classes {
    vec![class::<Person>(), class::<Entry>(), class::<Ticket>()]
}

fn store(place: &Place) -> Store {
    open(postgres(place), classes()).unwrap().0
}

fn try_with(place: &Place, classes: Classes, allow: &[&str]) -> Result<(Store, Report), StoreError> {
    let allowed = Allowed(allow.iter().map(|change| (*change).to_owned()).collect::<BTreeSet<String>>());
    Store::open(postgres(place), schema(classes), &allowed)
}

fn with_users() -> Place {
    let place = Place::new();
    let (store, _) = try_with(&place, vec![class::<first::User>()], &[]).unwrap();
    store.seed([first::User::new("josh", 30), first::User::new("ada", 36)]).unwrap();
    place
}

#[test]
fn tables_follow_their_classes() {
    let place = with_users();
    let (store, report) = try_with(&place, vec![class::<more::User>()], &[]).unwrap();
    assert_eq!(report.changes.len(), 5, "{report:?}");
    converse::block_on(async {
        let josh = store.table::<more::User>().unwrap().get("josh").await.unwrap().unwrap();
        assert_eq!(josh, more::User { name: "josh".into(), age: 30, mail: None, team: "none".into(), version: 0 });
    });
    let (older, report) = try_with(&place, vec![class::<first::User>()], &["drop_index:user_mail_key"]).unwrap();
    assert_eq!(report.changes, ["drop the index user_mail_key"]);
    older.seed([first::User::new("bob", 9)]).unwrap();
    let place = with_users();
    let (_, report) = try_with(&place, vec![class::<without_age::User>()], &["drop_column:user.age"]).unwrap();
    assert_eq!(report.changes, ["drop the column user.age"]);
    let place = with_users();
    let (store, _) = try_with(&place, vec![class::<renamed::User>()], &[]).unwrap();
    converse::block_on(async {
        let josh = store.table::<renamed::User>().unwrap().get("josh").await.unwrap();
        assert_eq!(josh, Some(renamed::User { username: "josh".into(), years: 30 }));
        // A key that is renamed is still what is taken.
        let again = store.table::<renamed::User>().unwrap().insert(renamed::User::new("josh", 1)).await.unwrap_err();
        assert_eq!(again, StoreError::Taken { table: "user".into(), columns: vec!["username".into()] });
    });
    assert_eq!(try_with(&place, vec![class::<renamed::User>()], &[]).unwrap().1, Report::default());
}

#[test]
fn what_could_lose_something_is_refused() {
    let place = with_users();
    let refused = |classes| try_with(&place, classes, &[]).map(|(_, report)| report).unwrap_err().to_string();
    let error = refused(vec![class::<required::User>()]);
    assert!(error.contains("user.team is new") && error.contains("default = …"), "{error}");
    let error = refused(vec![class::<without_age::User>()]);
    assert!(error.contains("--allow drop_column:user.age"), "{error}");
    let error = refused(vec![class::<another_type::User>()]);
    assert!(error.contains("user.age holds bigint in the database, and the field makes it text COLLATE"), "{error}");
    try_with(&place, vec![class::<first::User>()], &[]).unwrap().0.seed([first::User::new("bob", 30)]).unwrap();
    let error = refused(vec![class::<unique::User>()]);
    assert!(error.contains("rows that are there have the same age"), "{error}");
}

#[test]
fn eight_that_start_at_once_change_the_tables_once() {
    for _ in 0..3 {
        let place = with_users();
        let changes: Vec<usize> = std::thread::scope(|scope| {
            let start = || try_with(&place, vec![class::<more::User>()], &[]).unwrap().1.changes.len();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(changes.iter().filter(|count| **count > 0).count(), 1, "{changes:?}");
        assert_eq!(changes.iter().sum::<usize>(), 5);
    }
}

#[test]
fn transactions_of_two_processes_do_not_lose_each_others_changes() {
    let place = Place::new();
    let stores = [store(&place), store(&place)];
    converse::block_on(async {
        let tickets = stores[0].table::<Ticket>().unwrap();
        let id = tickets.insert(Ticket::new(0)).await.unwrap().id;
        let tasks: Vec<_> = (0..8)
            .map(|at| {
                let (store, id) = (stores[at % 2].clone(), id.clone());
                tokio::spawn(async move {
                    let mut done = 0;
                    while done < 10 {
                        let one: Result<(), StoreError> = store
                            .transaction(async |store| {
                                let tickets = store.table::<Ticket>()?;
                                let ticket = tickets.get(&id).await?.unwrap();
                                let seats = ticket.seats + 1;
                                tickets.find(|t| t.id.eq(&id)).update(|t| [t.seats.to(seats)]).await.map(drop)
                            })
                            .await;
                        match one {
                            Ok(()) => done += 1,
                            Err(error) => assert!(error.is_conflict(), "{error}"),
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(tickets.get(&id).await.unwrap().unwrap().seats, 80);
    });
}

#[test]
fn numbers_of_two_processes_are_seen_in_their_order() {
    let place = Place::new();
    let [one, other] = [store(&place), store(&place)];
    converse::block_on(async {
        let mut before = 0;
        for _ in 0..5 {
            let one = one.clone();
            let first = tokio::spawn(async move {
                let done: Result<u64, StoreError> = one
                    .transaction(async |store| {
                        let id = store.table::<Entry>()?.insert(Entry::new("first")).await?.id;
                        tokio::time::sleep(Duration::from_millis(40)).await;
                        Ok(id)
                    })
                    .await;
                done
            });
            tokio::time::sleep(Duration::from_millis(15)).await;
            let entries = other.table::<Entry>().unwrap();
            let second = entries.insert(Entry::new("second")).await.unwrap().id;
            // Who goes on behind the greatest number that is seen misses none.
            let seen = entries.find(|e| e.id.le(second)).count().await.unwrap();
            // On a busy machine it may be taken out, and then there is nothing to see of it.
            if let Ok(first) = first.await.unwrap() {
                assert_eq!(seen, before + if first < second { 2 } else { 1 }, "{first} {second}");
            }
            before = entries.all().count().await.unwrap();
        }
    });
}

#[test]
fn who_keeps_another_process_waiting_is_taken_out() {
    let place = Place::new();
    let [slow, quick] = [store(&place), store(&place)];
    converse::block_on(async {
        let (has_written, written) = oneshot::channel();
        let (go_on, told) = oneshot::channel();
        let held = tokio::spawn(async move {
            let done: Result<(), StoreError> = slow
                .transaction(async |store| {
                    store.table::<Person>()?.insert(person("slow", None)).await?;
                    has_written.send(()).unwrap();
                    told.await.unwrap();
                    Ok(())
                })
                .await;
            done
        });
        written.await.unwrap();
        let people = quick.table::<Person>().unwrap();
        // Nobody waits for who does not go on before others are done.
        tokio::time::timeout(Duration::from_mins(1), people.insert(person("quick", None))).await.unwrap().unwrap();
        go_on.send(()).unwrap();
        assert!(held.await.unwrap().unwrap_err().is_conflict());
        assert_eq!(people.all().count().await.unwrap(), 1);
    });
}

#[test]
fn a_statement_that_fails_leaves_those_of_others_alone() {
    let place = Place::new();
    let store = store(&place);
    converse::block_on(async {
        let people = store.table::<Person>().unwrap();
        let with_mail = |name: String, mail: &str| Person { mail: Some(mail.into()), ..person(&name, None) };
        people.insert(with_mail("josh".into(), "a@b.example")).await.unwrap();
        people.insert(person("ada", None)).await.unwrap();
        let tasks: Vec<_> = (0..40)
            .map(|at| {
                let people = store.table::<Person>().unwrap();
                let row = with_mail(format!("p{at}"), &format!("{at}@b.example"));
                tokio::spawn(async move {
                    if at % 4 == 0 {
                        // No form of an update says beforehand that a value is taken.
                        let taken = people.find(|p| p.name.eq("ada")).update(|p| [p.mail.to("a@b.example")]).await;
                        assert!(taken.unwrap_err().is_taken());
                    }
                    people.insert(row).await.unwrap();
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(people.all().count().await.unwrap(), 42);
    });
}

#[test]
fn who_waits_too_long_for_another_program_is_told_so() {
    let place = Place::new();
    let store = store(&place);
    store.seed([person("josh", 30), person("ada", 36)]).unwrap();
    std::thread::scope(|scope| {
        let name = format!("holder_{}", std::process::id());
        let url = format!("{}&application_name={name}", place.url());
        let held = scope.spawn(move || {
            let sql = "BEGIN; UPDATE person SET age = 31 WHERE name = 'josh'; SELECT pg_sleep(600); COMMIT";
            cluster::run_at(&url, sql)
        });
        let of_it = format!("FROM pg_stat_activity WHERE application_name = '{name}' AND wait_event = 'PgSleep'");
        let asked = |what: &str| cluster::rows(&cluster::url().unwrap(), &format!("SELECT {what} {of_it}")).unwrap();
        let begun = Instant::now();
        while asked("pid").is_empty() {
            assert!(begun.elapsed() < Duration::from_mins(1), "it does not hold the row");
            std::thread::sleep(Duration::from_millis(20));
        }
        converse::block_on(async {
            let people = store.table::<Person>().unwrap();
            let late = people.find(|p| p.name.eq("josh")).update(|p| [p.age.to(32)]).await.unwrap_err();
            assert!(late.is_conflict(), "{late}");
            // Nobody else is harmed.
            assert_eq!(people.find(|p| p.name.eq("ada")).update(|p| [p.age.to(37)]).await, Ok(1));
        });
        assert_eq!(asked("pg_cancel_backend(pid)"), [["t"]], "it has held the row all the time");
        assert!(held.join().unwrap().is_err());
    });
}

/// Cuts the connections of a store whose URL says this name, and waits until they are cut: half a minute at most.
fn cut(name: &str) {
    let sql =
        format!("SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE application_name = '{name}'");
    let cut = cluster::rows(&cluster::url().unwrap(), &sql).unwrap();
    assert!(cut.len() >= 5 && cut.iter().flatten().all(|cut| cut == "t"), "{cut:?}");
}

#[test]
fn connections_that_are_lost_are_opened_again() {
    let place = Place::new();
    let url = format!("{}&application_name=cut_{}", place.url(), std::process::id());
    let name = format!("cut_{}", std::process::id());
    let (store, _) = open(engine(&url, Durability::Full).unwrap(), classes()).unwrap();
    converse::block_on(async {
        let people = store.table::<Person>().unwrap();
        people.insert(person("josh", None)).await.unwrap();
        // Nobody was using them, so nobody is told.
        cut(&name);
        people.insert(person("ada", None)).await.unwrap();
        for _ in 0..8 {
            assert_eq!(people.all().count().await.unwrap(), 2);
        }
        // What was begun is gone.
        let lost: Result<(), StoreError> = store
            .transaction(async |store| {
                store.table::<Person>()?.insert(person("bob", None)).await?;
                cut(&name);
                Ok(())
            })
            .await;
        assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
        people.insert(person("cyd", None)).await.unwrap();
        assert_eq!(people.all().count().await.unwrap(), 3);
    });
}

/// Whether there is a row, once the way to the server is open again.
async fn read(store: &Store, name: &str) -> bool {
    let begun = Instant::now();
    loop {
        match store.table::<Person>().unwrap().get(name).await {
            Ok(found) => return found.is_some(),
            Err(error) => assert!(begun.elapsed() < Duration::from_mins(1), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[test]
fn a_server_that_is_killed_loses_nothing_that_was_kept() {
    let server = cluster::private(Sync::Memory).unwrap();
    let (store, _) = open(engine(&server.url(), Durability::Full).unwrap(), classes()).unwrap();
    converse::block_on(async {
        let over = Arc::new(AtomicBool::new(false));
        let tasks: Vec<_> = (0..8)
            .map(|at| {
                let (people, over) = (store.table::<Person>().unwrap(), Arc::clone(&over));
                tokio::spawn(async move {
                    let (mut kept, mut unknown, mut number) = (Vec::new(), 0, 0);
                    while !over.load(Ordering::Acquire) {
                        let name = format!("{at}-{number}");
                        match people.insert(person(&name, at)).await {
                            Ok(_) => kept.push(name),
                            Err(StoreError::Unavailable(_)) => {
                                unknown += 1;
                                tokio::time::sleep(Duration::from_millis(20)).await;
                            }
                            Err(other) => panic!("{other}"),
                        }
                        number += 1;
                    }
                    (kept, unknown)
                })
            })
            .collect();
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(600)).await;
            server.kill().unwrap();
            // It is there again by itself, and so is the store.
            let begun = Instant::now();
            while store.table::<Person>().unwrap().upsert(&person("up", None)).await.is_err() {
                assert!(begun.elapsed() < Duration::from_mins(1), "the server does not recover");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        over.store(true, Ordering::Release);
        let mut unknown = 0;
        for task in tasks {
            let (kept, lost) = task.await.unwrap();
            unknown += lost;
            for name in kept {
                assert!(read(&store, &name).await, "{name} is lost");
            }
        }
        assert!(unknown > 0, "the server was never missed");
    });
}

#[test]
fn a_place_that_cannot_be_had_is_named_with_a_remedy_and_without_its_password() {
    let server = cluster::private(Sync::Memory).unwrap();
    cluster::run_at(&server.url(), "CREATE ROLE josh LOGIN PASSWORD 'basketball'").unwrap();
    let latin = "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0";
    cluster::run_at(&server.url(), latin).unwrap();
    let place = server.url().replace("postgres://postgres@/postgres", "");
    let tried = |user: &str, database: &str| {
        let engine: Arc<dyn Engine> =
            engine(&format!("postgres://{user}@/{database}{place}"), Durability::Full).unwrap();
        open(engine, classes()).map(drop).map_err(|error| error.to_string())
    };
    let error = tried("josh:canary", "postgres").unwrap_err();
    assert!(error.contains("password authentication failed") && error.contains("PGPASSWORD"), "{error}");
    assert!(!error.contains("canary"), "{error}");
    let error = tried("josh", "postgres").unwrap_err();
    assert!(error.contains("PGPASSWORD"), "{error}");
    let error = tried("postgres", "nowhere").unwrap_err();
    assert!(error.contains("\"nowhere\" does not exist") && error.contains("createdb"), "{error}");
    let error = tried("nobodys", "postgres").unwrap_err();
    assert!(error.contains("nobodys") && error.contains("pg_hba.conf"), "{error}");
    let error = tried("postgres", "latin").unwrap_err();
    assert!(error.contains("LATIN1") && error.contains("createdb -E UTF8"), "{error}");
    // PostgreSQL 15 lets nobody make tables in `public` but the owner of the database.
    let error = tried("josh:basketball", "postgres").unwrap_err();
    assert!(error.contains("permission denied for schema public"), "{error}");
    drop(server);
    let error = tried("postgres", "postgres").unwrap_err();
    assert!(error.contains("is the server running"), "{error}");
    let nobody = engine("postgres://postgres:canary@127.0.0.1:9/postgres", Durability::Full).unwrap();
    let error = open(nobody, classes()).map(drop).unwrap_err().to_string();
    assert!(error.contains("127.0.0.1:9") && error.contains("is the server running"), "{error}");
    assert!(!error.contains("canary"), "{error}");
}
