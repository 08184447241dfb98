//! `__init_subclass__` and `__set_name__`: the cases of `test_subclassinit`.

use std::sync::{Arc, Mutex};

use converse_model::object::{Args, Class, Error, ErrorKind, Object, Result, type_};

use crate::{define, derived, plain, refused};

#[test]
fn the_parent_is_told_of_a_subclass_and_not_of_itself() -> Result<()> {
    let a = define("A")
        .attribute("initialized", false)
        .init_subclass(|call| {
            call.superclass()?.invoke("__init_subclass__", ())?;
            call.class()?.set("initialized", true)
        })
        .create()?;
    let b = derived("B", &[&a]);
    assert_eq!((a.get("initialized")?, b.get("initialized")?), (Object::Bool(false), Object::Bool(true)));
    Ok(())
}

#[test]
fn the_parent_of_a_class_over_a_built_in_one_is_told_too() -> Result<()> {
    let dict = converse_model::object::Builtin::Map;
    let a = define("A").base(dict).init_subclass(|call| call.class()?.set("initialized", true)).create()?;
    assert!(derived("B", &[&a]).has("initialized")?);
    assert!(!a.has("initialized")?);
    Ok(())
}

#[test]
fn the_parent_gets_the_keyword_arguments() -> Result<()> {
    let a = define("A").init_subclass(|call| call.class()?.set("kwargs", call.keywords().clone())).create()?;
    let b = define("B").base(&a).keyword("x", 3).create()?;
    assert_eq!(b.get("kwargs")?.to_string(), "{'x': 3}");
    Ok(())
}

#[test]
fn a_parent_that_fails_ends_the_statement() -> Result<()> {
    let a = define("A").init_subclass(|_| Err(Error::Runtime("no".into()))).create()?;
    assert_eq!(refused(define("B").base(&a).create()), (ErrorKind::Runtime, "no".into()));
    assert!(a.subclasses().is_empty(), "what was not made is not there");
    Ok(())
}

#[test]
fn a_parent_may_ask_for_an_argument_and_miss_it() -> Result<()> {
    let a = define("A").init_subclass(|call| call.arg(1).map(drop)).create()?;
    let (kind, words) = refused(define("B").base(&a).create());
    assert_eq!((kind, words.as_str()), (ErrorKind::Type, "missing the argument at place 1"));
    Ok(())
}

#[test]
fn a_parent_between_that_says_nothing_is_passed_over() -> Result<()> {
    let with = define("BaseWithInit")
        .init_subclass(|call| {
            let class = call.class()?;
            class.set("initialized", class.name().clone())
        })
        .create()?;
    let without = derived("BaseWithoutInit", &[&with]);
    let a = derived("A", &[&without]);
    assert_eq!(without.get("initialized")?, Object::from("BaseWithoutInit"));
    assert_eq!(a.get("initialized")?, Object::from("A"));
    Ok(())
}

/// Takes one keyword argument, passes on the others, and notes what it took.
fn taking(name: &'static str, keyword: &'static str, bases: &[&Class]) -> Class {
    let statement = bases.iter().fold(define(name), |statement, base| statement.base(*base));
    statement
        .init_subclass(move |call| {
            let mut keywords = call.keywords().clone();
            let given = keywords.remove(keyword).unwrap_or(keyword.into());
            call.superclass()?.invoke("__init_subclass__", Args::default().keywords(&keywords))?;
            let class = call.class()?;
            let mut calls = class.get("calls")?.sequence()?.to_vec();
            calls.push(given);
            class.set("calls", calls)
        })
        .create()
        .unwrap()
}

#[test]
fn parents_of_a_diamond_are_told_along_the_mro() -> Result<()> {
    let base = define("Base")
        .init_subclass(|call| {
            call.superclass()?.invoke("__init_subclass__", call.args_after_first())?;
            call.class()?.set("calls", Object::list::<Object>([]))
        })
        .create()?;
    let left = derived("Left", &[&base]);
    let middle = taking("Middle", "middle", &[]);
    let right = taking("Right", "right", &[&base]);
    let a = define("A").base(&left).base(&middle).base(&right).keyword("middle", "middle").create()?;
    assert_eq!(a.get("calls")?.to_string(), "['right', 'middle']");
    assert_eq!(left.get("calls")?.to_string(), "[]");
    assert_eq!(right.get("calls")?.to_string(), "[]");
    Ok(())
}

fn naming() -> Class {
    define("Descriptor")
        .set_name(|call| {
            call.this()?.set("owner", call.arg(1)?)?;
            call.this()?.set("name", call.arg(2)?)
        })
        .create()
        .unwrap()
}

#[test]
fn a_member_is_told_its_class_and_its_name() -> Result<()> {
    let a = define("A").attribute("d", naming().call(())?).create()?;
    let d = a.get("d")?;
    assert_eq!((d.get("name")?, d.get("owner")?), (Object::from("d"), Object::from(&a)));
    Ok(())
}

#[test]
fn a_member_is_told_before_the_metaclass_goes_on() -> Result<()> {
    let meta = define("Meta")
        .base(type_())
        .new_(|call| {
            let made = call.superclass()?.invoke("__new__", call.args())?;
            assert_eq!(made.get("d")?.get("name")?, Object::from("d"));
            assert_eq!(made.get("d")?.get("owner")?, made);
            Ok(0)
        })
        .create()?;
    let made = define("A").metaclass(&meta).attribute("d", naming().call(())?).create_object()?;
    assert_eq!(made, Object::Int(0));
    Ok(())
}

#[test]
fn a_member_that_fails_at_its_name_is_named() -> Result<()> {
    let descriptor = define("Descriptor").set_name(|_| Err(Error::raise(std::fmt::Error))).create()?;
    let error = define("NotGoingToWork").attribute("attr", descriptor.call(())?).create().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Runtime);
    assert_eq!(error.to_string(), "Error calling __set_name__ on 'Descriptor' instance 'attr' in 'NotGoingToWork'");
    assert!(error.raised::<std::fmt::Error>().is_some(), "the cause is there");
    Ok(())
}

#[test]
fn the_name_is_told_to_the_members_class_and_not_looked_up_on_the_member() -> Result<()> {
    let member = plain("NonDescriptor").call(())?;
    member
        .set("__set_name__", converse_model::object::Function::new("f", |_| -> Result<()> { panic!("looked up") }))?;
    define("A").attribute("d", member).create().map(drop)
}

#[test]
fn a_member_knows_its_name_before_the_parent_is_told() -> Result<()> {
    let a = define("A")
        .init_subclass(|call| {
            let name = call.class()?.get("d")?.get("name")?;
            call.class()?.set("name", name)
        })
        .create()?;
    let meta = define("Meta")
        .base(type_())
        .new_(|call| {
            let made = call.superclass()?.invoke("__new__", call.args())?;
            made.set("meta_name", made.get("name")?)?;
            Ok(made)
        })
        .create()?;
    let b = define("B").base(&a).metaclass(&meta).attribute("d", naming().call(())?).create()?;
    assert_eq!((b.get("name")?, b.get("meta_name")?), (Object::from("d"), Object::from("d")));
    Ok(())
}

#[test]
fn a_member_may_change_the_class_when_it_is_told_its_name() -> Result<()> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let notified = Arc::clone(&heard);
    let descriptor = define("Descriptor")
        .set_name(move |call| {
            let name = call.arg(2)?.text()?.clone();
            call.arg(1)?.set(format!("{name}x"), ())?;
            notified.lock().unwrap().push(name.to_string());
            Ok(())
        })
        .create()?;
    let mut statement = define("A");
    for name in ["a", "b", "c", "d", "e"] {
        statement = statement.attribute(name, descriptor.call(())?);
    }
    let class = statement.create()?;
    assert_eq!(*heard.lock().unwrap(), ["a", "b", "c", "d", "e"]);
    assert!(class.has("ex")?);
    Ok(())
}
