//! Rows that refer to others: there is always such a row, on every engine.

use std::slice;

use converse::{Ref, Store, StoreError, message, table};

use crate::engines::{Classes, Folder, class, on_each, open};

#[table]
#[derive(Debug, Clone, PartialEq)]
struct Author {
    #[field(primary_key, max_length = 5, lowercase)]
    name: String,
    /// Two tables that refer to one another.
    best: Option<Ref<Essay>>,
}

#[table]
#[derive(Debug, Clone, PartialEq)]
struct Essay {
    #[field(primary_key, auto)]
    id: u64,
    author: Ref<Author>,
    #[field(on_delete = "set_none")]
    editor: Option<Ref<Author>>,
    text: String,
}

#[table]
#[derive(Debug, Clone, PartialEq)]
struct Remark {
    #[field(primary_key, auto)]
    id: u64,
    #[field(on_delete = "cascade")]
    essay: Ref<Essay>,
    /// A remark on a remark goes with it.
    #[field(on_delete = "cascade")]
    on: Option<Ref<Remark>>,
}

/// Its key is a reference: at most one for each author.
#[table]
#[derive(Debug, Clone, PartialEq)]
struct Desk {
    #[field(primary_key, on_delete = "cascade")]
    author: Ref<Author>,
    room: u32,
}

/// What somebody pinned: it keeps a remark from going.
#[table]
#[derive(Debug, Clone, PartialEq)]
struct Pin {
    #[field(primary_key)]
    remark: Ref<Remark>,
}

fn classes() -> Classes {
    vec![class::<Essay>(), class::<Author>(), class::<Remark>(), class::<Desk>(), class::<Pin>()]
}

async fn with_essay(store: &Store) -> (Author, Essay) {
    let author = store.table::<Author>().unwrap().insert(Author::new("ada")).await.unwrap();
    let essay = store.table::<Essay>().unwrap().insert(Essay::new(&author, "notes")).await.unwrap();
    (author, essay)
}

#[test]
fn a_row_refers_to_one_that_is_there() {
    on_each(classes, |store: Store| async move {
        let (author, essay) = with_essay(&store).await;
        let (authors, essays) = (store.table::<Author>().unwrap(), store.table::<Essay>().unwrap());
        assert_eq!(essay.author.get(&authors).await.unwrap(), Some(author.clone()));
        assert!(essay.author.is(&author) && essay.author == Ref::new("ada") && *essay.author.key() == "ada");

        let error = essays.insert(Essay::new("bob", "lost")).await.unwrap_err();
        assert_eq!(error, StoreError::Dangling { field: "Essay.author".into() });
        let error = essays.insert(Essay::new("ada", "lost").with_editor("bob")).await.unwrap_err();
        assert_eq!(error, StoreError::Dangling { field: "Essay.editor".into() });
        let lost = Essay { author: Ref::new("bob"), ..essay.clone() };
        assert!(essays.update(&lost).await.unwrap_err().is_dangling());
        assert!(essays.upsert(&lost).await.unwrap_err().is_dangling());
        let changed = essays.all().update(|e| [e.author.to("bob")]).await;
        assert!(changed.unwrap_err().is_dangling());
        // Nothing was changed, and where there is no row nothing refers to none.
        assert_eq!(essays.all().await.unwrap(), [essay]);
        assert_eq!(essays.find(|e| e.text.eq("?")).update(|e| [e.author.to("bob")]).await, Ok(0));
        assert_eq!(
            authors.update(&author.with_best(Ref::new(1_u64))).await.unwrap().unwrap().best,
            Some(Ref::new(1_u64))
        );
    });
}

#[test]
fn rows_are_found_by_what_they_refer_to() {
    on_each(classes, |store: Store| async move {
        let (ada, essay) = with_essay(&store).await;
        let bob = store.table::<Author>().unwrap().insert(Author::new("BOB")).await.unwrap();
        assert_eq!(bob.name, "bob");
        let essays = store.table::<Essay>().unwrap();
        let other = essays.insert(Essay::new("BOB", "another").with_editor(&ada)).await.unwrap();
        // A key is kept, and looked for, as its own field has it.
        assert_eq!(other.author, Ref::to(&bob));
        assert_eq!(essays.find(|e| e.author.eq(&bob)).await.unwrap(), slice::from_ref(&other));
        assert_eq!(essays.find(|e| e.author.eq(&essay.author)).await.unwrap(), slice::from_ref(&essay));
        assert_eq!(essays.find(|e| e.author.eq("BoB")).count().await.unwrap(), 1);
        assert_eq!(essays.find(|e| e.editor.eq(&ada)).await.unwrap(), slice::from_ref(&other));
        assert_eq!(essays.find(|e| e.editor.is_none()).await.unwrap(), slice::from_ref(&essay));
        assert_eq!(essays.find(|e| e.author.is_in([Ref::to(&ada), Ref::to(&bob)])).count().await.unwrap(), 2);
        assert_eq!(essays.all().order(|e| e.author.desc()).await.unwrap(), [other, essay]);
        let desks = store.table::<Desk>().unwrap();
        let desk = desks.insert(Desk::new(&ada, 7)).await.unwrap();
        assert_eq!(desks.get(&Ref::to(&ada)).await.unwrap(), Some(desk));
    });
}

#[test]
fn a_row_that_is_referred_to_stays() {
    on_each(classes, |store: Store| async move {
        let (author, essay) = with_essay(&store).await;
        let (authors, essays) = (store.table::<Author>().unwrap(), store.table::<Essay>().unwrap());
        let error = authors.delete("ada").await.unwrap_err();
        assert_eq!(error, StoreError::InUse { field: "Essay.author".into() });
        assert!(error.is_in_use() && error.to_string().contains("`Essay.author`"));
        assert!(authors.all().delete().await.unwrap_err().is_in_use());
        assert_eq!(authors.all().await.unwrap(), slice::from_ref(&author));
        // One that refers to the other keeps it as well.
        authors.update(&author.clone().with_best(&essay)).await.unwrap();
        assert_eq!(essays.delete(&1).await.unwrap_err(), StoreError::InUse { field: "Author.best".into() });
        authors.update(&author).await.unwrap();
        assert!(essays.delete(&1).await.unwrap());
        assert!(authors.delete("ada").await.unwrap());
    });
}

#[test]
fn what_becomes_of_rows_is_said_by_their_fields() {
    on_each(classes, |store: Store| async move {
        let (_, essay) = with_essay(&store).await;
        let (authors, essays) = (store.table::<Author>().unwrap(), store.table::<Essay>().unwrap());
        let (remarks, pins) = (store.table::<Remark>().unwrap(), store.table::<Pin>().unwrap());
        let bob = authors.insert(Author::new("bob")).await.unwrap();
        let edited = essays.update(&essay.clone().with_editor(&bob)).await.unwrap().unwrap();
        store.table::<Desk>().unwrap().insert(Desk::new(&bob, 7)).await.unwrap();
        assert!(authors.delete("bob").await.unwrap());
        assert_eq!(essays.get(&edited.id).await.unwrap(), Some(essay.clone()));
        assert_eq!(store.table::<Desk>().unwrap().all().count().await.unwrap(), 0);

        let first = remarks.insert(Remark::new(&essay)).await.unwrap();
        let second = remarks.insert(Remark::new(&essay).with_on(&first)).await.unwrap();
        let third = remarks.insert(Remark::new(&essay).with_on(&second)).await.unwrap();
        // What would go with it may be kept by others, however far it is away.
        pins.insert(Pin::new(&third)).await.unwrap();
        let kept = StoreError::InUse { field: "Pin.remark".into() };
        assert_eq!(remarks.delete(&first.id).await, Err(kept.clone()));
        assert_eq!(essays.delete(&essay.id).await, Err(kept));
        assert_eq!(remarks.all().count().await.unwrap(), 3);
        assert!(pins.delete(&Ref::to(&third)).await.unwrap());
        assert_eq!(remarks.find(|r| r.id.eq(second.id)).delete().await, Ok(1));
        assert_eq!(remarks.all().await.unwrap(), [first]);
        assert!(essays.delete(&essay.id).await.unwrap());
        assert_eq!(remarks.all().count().await.unwrap(), 0);
    });
}

#[test]
fn a_row_may_refer_to_itself_and_go_with_those_that_refer_to_it() {
    #[table]
    #[derive(Debug, Clone, PartialEq)]
    struct Folder {
        #[field(primary_key)]
        name: String,
        inside: Ref<Folder>,
    }
    on_each(
        || vec![class::<Folder>()],
        |store: Store| async move {
            let folders = store.table::<Folder>().unwrap();
            assert!(folders.insert(Folder::new("home", "root")).await.unwrap_err().is_dangling());
            folders.insert(Folder::new("root", "root")).await.unwrap();
            folders.insert(Folder::new("home", "root")).await.unwrap();
            folders.insert(Folder::new("josh", "home")).await.unwrap();
            assert_eq!(folders.delete("home").await.unwrap_err(), StoreError::InUse { field: "Folder.inside".into() });
            assert_eq!(folders.delete("root").await.unwrap_err(), StoreError::InUse { field: "Folder.inside".into() });
            // Whether a row is still referred to is asked when the statement has ended.
            assert_eq!(folders.find(|f| f.name.ne("root")).delete().await, Ok(2));
            assert_eq!(folders.all().delete().await, Ok(1));
        },
    );
}

#[message]
#[derive(Debug, PartialEq)]
struct Ask {
    author: Ref<Author>,
    others: Vec<Ref<Essay>>,
}

#[test]
fn a_reference_is_sent_as_its_key_and_by_its_rules() {
    let ask = Ask { author: Ref::new("ada"), others: vec![Ref::new(7_u64)] };
    assert_eq!(ask.to_json().unwrap(), r#"{"Ask":{"author":"ada","others":[7]}}"#);
    assert_eq!(Ask::from_json(r#"{"Ask":{"author":"ADA","others":[7]}}"#).unwrap(), ask);
    let fault = Ask::from_json(r#"{"Ask":{"author":"ada lovelace","others":[7,"x",-1]}}"#).unwrap_err();
    let found: Vec<(&str, &str)> = fault.errors.iter().map(|issue| (&*issue.pointer, &*issue.rule)).collect();
    assert_eq!(found[0], ("/author", "string_too_long"));
    assert_eq!(found[1].0, "/others/1");
    assert_eq!(found[2].0, "/others/2");
    let by_hand = Ask { author: Ref::new("ada lovelace"), others: Vec::new() };
    assert_eq!(by_hand.validate().unwrap_err().errors[0].pointer, "/author");
}

/// The same class as it was written at one time or another.
mod versions {
    pub(super) mod before {
        #[converse::table]
        #[derive(Debug)]
        pub(crate) struct Letter {
            #[field(primary_key)]
            pub id: i64,
            pub sender: String,
        }
    }
    pub(super) mod after {
        use converse::Ref;

        #[converse::table]
        #[derive(Debug)]
        pub(crate) struct Letter {
            #[field(primary_key)]
            pub id: i64,
            pub sender: String,
            pub author: Option<Ref<super::super::Author>>,
        }
    }
    pub(super) mod cascading {
        use converse::Ref;

        #[converse::table]
        #[derive(Debug)]
        pub(crate) struct Letter {
            #[field(primary_key)]
            pub id: i64,
            pub sender: Ref<super::super::Author>,
            #[field(on_delete = "cascade")]
            pub author: Option<Ref<super::super::Author>>,
            pub to: Ref<super::super::Author>,
        }
    }
}

#[test]
fn a_reference_that_may_be_nothing_is_added_at_the_start() {
    use versions::{after, before, cascading};

    let folder = Folder::new();
    let (store, _) = open(folder.sqlite(), vec![class::<before::Letter>()]).unwrap();
    store.seed([before::Letter::new(1, "ada")]).unwrap();
    let with = || vec![class::<after::Letter>(), class::<Author>(), class::<Essay>()];
    let (store, report) = open(folder.sqlite(), with()).unwrap();
    assert_eq!(
        report.changes,
        [
            "add the column letter.author",
            "create the index letter_author_idx of letter.author",
            "create the table author (name, best)",
            "create the index author_best_idx of author.best",
            "create the table essay (id, author, editor, text)",
            "create the index essay_author_idx of essay.author",
            "create the index essay_editor_idx of essay.editor",
            "let letter.author refer to author",
            "let author.best refer to essay",
            "let essay.author refer to author",
            "let essay.editor refer to author",
        ]
    );
    assert!(open(folder.sqlite(), with()).unwrap().1.changes.is_empty());
    converse::block_on(async {
        let letters = store.table::<after::Letter>().unwrap();
        assert!(letters.insert(after::Letter::new(2, "x").with_author("ada")).await.unwrap_err().is_dangling());
        store.table::<Author>().unwrap().insert(Author::new("ada")).await.unwrap();
        letters.insert(after::Letter::new(2, "x").with_author("ada")).await.unwrap();
    });
    // A program that knows nothing of the reference keeps it nevertheless.
    let (older, _) = open(folder.sqlite(), vec![class::<before::Letter>()]).unwrap();
    converse::block_on(async {
        assert!(older.table::<before::Letter>().unwrap().delete(&1).await.unwrap());
    });
    let changed = vec![class::<cascading::Letter>(), class::<Author>(), class::<Essay>()];
    let error = open(folder.sqlite(), changed).map(drop).unwrap_err().to_string();
    assert!(error.contains("letter.sender refers to nothing in the database, and the field makes it"), "{error}");
    assert!(error.contains("letter.author says `on_delete = \"refuse\"` in the database"), "{error}");
    assert!(error.contains("letter.to is new, and rows that are there refer to no author"), "{error}");
}

#[test]
fn a_reference_to_a_class_that_is_left_out_is_told_at_the_start() {
    let registry = converse::Registry::empty().with(class::<Desk>());
    let problems = converse_store::Schema::of(&converse_store::tables(registry).build().unwrap()).unwrap_err();
    assert!(problems.to_string().contains("`Desk.author` refers to `Author`"), "{problems}");
}
