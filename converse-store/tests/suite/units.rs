//! What is kept together, and what others see of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use converse::{Store, StoreError};
use tokio::sync::oneshot;

use crate::classes::{Entry, Person, Ticket, person};
use crate::engines::{Classes, Folder, class, on_each, open};

fn classes() -> Classes {
    vec![class::<Person>(), class::<Entry>(), class::<Ticket>()]
}

#[test]
fn a_transaction_is_kept_whole_or_not_at_all() {
    on_each(classes, |store: Store| async move {
        let people = store.table::<Person>().unwrap();
        let kept: Result<u64, StoreError> = store
            .transaction(async |store| {
                let inside = store.table::<Person>()?;
                inside.insert(person("josh", None)).await?;
                inside.insert(person("ada", None)).await?;
                // It sees what it wrote, and nobody else does.
                assert_eq!(people.all().count().await?, 0);
                inside.all().count().await
            })
            .await;
        assert_eq!(kept, Ok(2));
        assert_eq!(people.all().count().await.unwrap(), 2);

        let failed: Result<(), StoreError> = store
            .transaction(async |store| {
                let inside = store.table::<Person>()?;
                inside.insert(person("bob", None)).await?;
                inside.delete("ada").await?;
                inside.insert(person("josh", None)).await.map(drop)
            })
            .await;
        assert!(failed.unwrap_err().is_taken());
        let names: Vec<String> = people.all().await.unwrap().into_iter().map(|person| person.name).collect();
        assert_eq!(names, ["ada", "josh"]);
        // A mistake that is looked at need not be the end of it.
        let kept: Result<(), StoreError> = store
            .transaction(async |store| {
                let inside = store.table::<Person>()?;
                assert!(inside.insert(person("josh", None)).await.unwrap_err().is_taken());
                inside.insert(person("bob", None)).await.map(drop)
            })
            .await;
        assert_eq!(kept, Ok(()));
        assert_eq!(people.all().count().await.unwrap(), 3);
    });
}

#[test]
fn transactions_do_not_lose_each_others_changes() {
    on_each(classes, |store: Store| async move {
        let tickets = store.table::<Ticket>().unwrap();
        let id = tickets.insert(Ticket::new(0)).await.unwrap().id;
        let tasks: Vec<_> = (0..16)
            .map(|_| {
                let (store, id) = (store.clone(), id.clone());
                tokio::spawn(async move {
                    for _ in 0..10 {
                        let done: Result<(), StoreError> = store
                            .transaction(async |store| {
                                let tickets = store.table::<Ticket>()?;
                                let ticket = tickets.get(&id).await?.unwrap();
                                let seats = ticket.seats + 1;
                                tickets.find(|t| t.id.eq(&id)).update(|t| [t.seats.to(seats)]).await.map(drop)
                            })
                            .await;
                        done.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(tickets.get(&id).await.unwrap().unwrap().seats, 160);
    });
}

#[test]
fn many_who_write_at_once_are_all_kept_once() {
    on_each(classes, |store: Store| async move {
        let taken = Arc::new(AtomicU32::new(0));
        let tasks: Vec<_> = (0..32)
            .map(|task| {
                let (store, taken) = (store.clone(), Arc::clone(&taken));
                tokio::spawn(async move {
                    let (entries, people) = (store.table::<Entry>().unwrap(), store.table::<Person>().unwrap());
                    for number in 0..25 {
                        entries.insert(Entry::new(format!("{task} {number}"))).await.unwrap();
                        if people.insert(person(&format!("{number}"), task)).await.is_err_and(|error| error.is_taken())
                        {
                            taken.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let entries = store.table::<Entry>().unwrap().all().await.unwrap();
        assert_eq!(entries.len(), 800);
        let ids: Vec<u64> = entries.iter().map(|entry| entry.id).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(store.table::<Person>().unwrap().all().count().await.unwrap(), 25);
        assert_eq!(taken.load(Ordering::Relaxed), 31 * 25);
    });
}

#[test]
fn who_keeps_others_waiting_is_taken_out() {
    on_each(classes, |store: Store| async move {
        let people = store.table::<Person>().unwrap();
        let (has_written, written) = oneshot::channel();
        let (go_on, told) = oneshot::channel();
        let slow = store.clone();
        let slow = tokio::spawn(async move {
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
        // Nobody waits for who does not go on before others are done.
        tokio::time::timeout(Duration::from_mins(1), people.insert(person("quick", None))).await.unwrap().unwrap();
        go_on.send(()).unwrap();
        let error = slow.await.unwrap().unwrap_err();
        assert!(error.is_conflict() && error.to_string().contains("100 ms"), "{error}");
        assert_eq!(people.all().count().await.unwrap(), 1);
    });
}

#[test]
fn a_file_has_its_rows_when_it_is_opened_again() {
    let folder = Folder::new();
    for round in 1..=3 {
        let (store, report) = open(folder.sqlite(), classes()).unwrap();
        assert_eq!(report.changes.is_empty(), round > 1, "{report:?}");
        converse::block_on(async {
            let entries = store.table::<Entry>().unwrap();
            assert_eq!(entries.insert(Entry::new("x")).await.unwrap().id, round);
            assert_eq!(entries.all().count().await.unwrap(), round);
        });
    }
}

#[test]
fn two_programs_may_use_one_file() {
    let folder = Folder::new();
    let (one, _) = open(folder.sqlite(), classes()).unwrap();
    let (other, _) = open(folder.sqlite(), classes()).unwrap();
    converse::block_on(async {
        for _ in 0..20 {
            let both = [&one, &other].map(|store| {
                let entries = store.table::<Entry>().unwrap();
                tokio::spawn(async move { entries.insert(Entry::new("x")).await })
            });
            for write in both {
                write.await.unwrap().unwrap();
            }
        }
        assert_eq!(one.table::<Entry>().unwrap().all().count().await.unwrap(), 40);
    });
}
