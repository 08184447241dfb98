//! Registrations, hooks, and what is kept of their answers: the cases of `test_abc` about them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use converse_model::object::{
    Builtin, Class, Descriptor, Error, ErrorKind, Function, Hook, Object, Result, abc, abc_meta, is_instance,
    is_subclass, type_,
};

use crate::{define, derived, plain, refused};

fn abstract_class(name: &'static str) -> Class {
    define(name).abc().create().unwrap()
}

#[test]
fn a_registered_class_and_what_derives_from_it_are_subclasses() -> Result<()> {
    let (a, b) = (abstract_class("A"), plain("B"));
    let made = b.call(())?;
    assert!(!is_subclass(&b, &a)? && !is_subclass(&b, &[&a])? && !is_instance(&made, &a)?);
    assert_eq!(a.register(&b)?, b);
    assert!(is_subclass(&b, &a)? && is_subclass(&b, &[&a])? && is_instance(&made, &a)?);
    let c = derived("C", &[&b]);
    assert!(is_subclass(&c, &a)? && is_instance(&c.call(())?, &[&a])?);
    assert!(!c.mro().any(|class| class == &a), "a virtual base is in no MRO");
    Ok(())
}

#[test]
fn registering_gives_the_class_back_so_that_it_can_stand_around_one() -> Result<()> {
    let a = abstract_class("A");
    let b = a.register(&define("B").create()?)?;
    let c = a.register(&derived("C", &[&b]))?;
    assert!(is_subclass(&c, &a)?);
    assert_eq!(a.register(&c)?, c, "once more is no matter");
    Ok(())
}

#[test]
fn a_kept_no_ends_with_a_registration() -> Result<()> {
    let (a, b) = (abstract_class("A"), plain("B"));
    let made = b.call(())?;
    for _ in 0..3 {
        assert!(!is_instance(&made, &a)? && !is_instance(&made, &[&a])?);
    }
    a.register(&b)?;
    assert!(is_instance(&made, &a)? && is_instance(&made, &[&a])?);
    Ok(())
}

#[test]
fn built_in_classes_can_be_registered() -> Result<()> {
    let a = abstract_class("A");
    a.register(Builtin::Int.class())?;
    assert!(is_instance(&42.into(), &a)? && is_subclass(Builtin::Int.class(), &[&a])?);
    assert!(is_instance(&true.into(), &a)?, "bool derives from int");
    let b = derived("B", &[&a]);
    b.register(Builtin::Str.class())?;
    let c = define("C").base(Builtin::Str).create()?;
    assert!(is_instance(&"".into(), &a)?, "what is registered below answers for the parent");
    assert!(is_subclass(&c, &a)? && is_subclass(&c, &[&a])?);
    assert!(!is_instance(&2.5.into(), &a)?);
    Ok(())
}

#[test]
fn a_registration_makes_no_cycle() -> Result<()> {
    let a = abstract_class("A");
    a.register(&a)?;
    let a1 = derived("A1", &[&a]);
    let cycle = (ErrorKind::Runtime, "Refusing to create an inheritance cycle".to_owned());
    assert_eq!(refused(a1.register(&a)), cycle);
    let b = plain("B");
    a1.register(&b)?;
    a1.register(&b)?;
    let c = derived("C", &[&a]);
    a.register(&c)?;
    assert_eq!(refused(c.register(&a)), cycle);
    c.register(&b).map(drop)
}

#[test]
fn only_classes_are_registered_and_only_with_abstract_ones() {
    let a = abstract_class("A");
    assert_eq!(refused(a.invoke("register", [4])), (ErrorKind::Type, "Can only register classes".into()));
    let words = "type object 'B' has no attribute 'register'";
    assert_eq!(refused(plain("B").register(&a)), (ErrorKind::Attribute, words.into()));
}

#[test]
fn registrations_are_transitive() -> Result<()> {
    let [a, b, c] = ["A", "B", "C"].map(abstract_class);
    assert!(is_subclass(&a, &a)? && !is_subclass(&a, &b)? && !is_subclass(&b, &a)?);
    a.register(&b)?;
    let b1 = derived("B1", &[&b]);
    assert!(is_subclass(&b1, &a)?);
    let c1 = derived("C1", &[&c]);
    b1.register(&c1)?;
    assert!(!is_subclass(&c, &b)? && !is_subclass(&c, &b1)?);
    assert!(is_subclass(&c1, &a)? && is_subclass(&c1, &b)? && is_subclass(&c1, &b1)?);
    c1.register(Builtin::Int.class())?;
    let my_int = define("MyInt").base(Builtin::Int).create()?;
    assert!(is_subclass(&my_int, &a)? && is_instance(&42.into(), &a)?);
    Ok(())
}

#[test]
fn what_is_no_class_is_no_subclass() {
    let a = abstract_class("A");
    for object in [Object::Int(42), Object::None] {
        let (kind, words) = refused(a.invoke("__subclasscheck__", [object]));
        assert_eq!((kind, words.as_str()), (ErrorKind::Type, "issubclass() arg 1 must be a class"));
    }
}

#[test]
fn a_hook_says_yes_no_or_nothing() -> Result<()> {
    let a = define("A")
        .abc()
        .subclass_hook(|class, other| {
            Ok(if class.name() == "A" { other.own("foo").is_some().into() } else { Hook::NotImplemented })
        })
        .create()?;
    assert!(!is_subclass(&a, &a)?, "not even itself");
    assert!(!is_subclass(&a, &[&a])?);
    let b = define("B").attribute("foo", 42).create()?;
    assert!(is_subclass(&b, &a)?);
    assert!(!is_subclass(&define("C").attribute("spam", 42).create()?, &a)?);
    let below = derived("Below", &[&a]);
    assert!(!is_subclass(&below, &a)?, "a no goes above the MRO");
    assert!(is_subclass(&below, &below)?);
    Ok(())
}

#[test]
fn a_hooks_error_is_the_answer() -> Result<()> {
    let a = define("A").abc().subclass_hook(|_, _| Err(Error::raise("ask later"))).create()?;
    assert_eq!(refused(is_subclass(&plain("B"), &a)), (ErrorKind::Raised, "ask later".into()));
    assert_eq!(refused(is_instance(&1.into(), &a)), (ErrorKind::Raised, "ask later".into()));
    let odd = define("Odd").abc().class_method("__subclasshook__", |_| Ok(1)).create()?;
    let words = "__subclasshook__ must return either False, True, or NotImplemented";
    assert_eq!(refused(is_subclass(&plain("B"), &odd)), (ErrorKind::Assertion, words.into()));
    Ok(())
}

#[test]
fn the_hook_of_a_subclass_answers_for_its_parents() -> Result<()> {
    let a = abstract_class("A");
    let other = plain("Other");
    assert!(!is_subclass(&other, &a)?);
    let below = define("Below").base(&a).subclass_hook(|_, other| Ok((other.name() == "Other").into())).create()?;
    assert!(is_subclass(&other, &a)?, "making a class with a hook ends what was kept");
    drop(below);
    assert!(!is_subclass(&other, &a)?, "and so does its end");
    Ok(())
}

#[test]
fn the_end_of_a_registered_class_between_is_seen() -> Result<()> {
    let (a, between, other) = (abstract_class("A"), abstract_class("Between"), plain("Other"));
    a.register(&between)?;
    between.register(&other)?;
    assert!(is_subclass(&other, &a)?);
    drop(between);
    assert!(!is_subclass(&other, &a)?);
    Ok(())
}

#[test]
fn a_member_that_is_set_or_deleted_ends_what_was_kept() -> Result<()> {
    let has_foo = define("HasFoo").abc().subclass_hook(|_, other| Ok(other.find("foo").is_some().into())).create()?;
    let b = plain("B");
    let c = derived("C", &[&b]);
    for _ in 0..2 {
        assert!(!is_subclass(&c, &has_foo)?);
        b.set("foo", 1)?;
        assert!(is_subclass(&c, &has_foo)?);
        b.delete("foo")?;
    }
    has_foo.set("__subclasshook__", Object::None)?;
    assert!(is_subclass(&c, &has_foo).is_err(), "a hook can be replaced");
    Ok(())
}

#[test]
fn a_hook_is_asked_once_until_something_changes() -> Result<()> {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let a = define("A")
        .abc()
        .subclass_hook(move |_, _| {
            count.fetch_add(1, Ordering::Relaxed);
            Ok(Hook::Yes)
        })
        .create()?;
    let b = plain("B");
    // Tests beside this one change classes too: so it is seen that most questions are not asked again.
    for _ in 0..10_000 {
        assert!(is_subclass(&b, &a)?);
    }
    assert!(asked.load(Ordering::Relaxed) < 5_000, "{asked:?}");
    Ok(())
}

#[test]
fn a_metaclass_says_what_is_an_instance_but_for_the_very_class() -> Result<()> {
    let meta = define("M").base(type_()).instance_check(|_, object| object.has("happy")).create()?;
    let class = define("C").metaclass(&meta).create()?;
    assert!(is_instance(&class.call(())?, &class)?, "it is not asked");
    let other = plain("Other").call(())?;
    assert!(!is_instance(&other, &class)?);
    other.set("happy", true)?;
    assert!(is_instance(&other, &class)?, "it is asked each time");
    assert!(!is_instance(&derived("Below", &[&class]).call(())?, &class)?);
    Ok(())
}

#[test]
fn a_metaclass_says_what_is_a_subclass_and_may_ask_the_metaclass_above() -> Result<()> {
    let meta = define("M")
        .base(abc_meta())
        .method("__subclasscheck__", |call| {
            let named = call.arg(1)?.as_class()?.name() == "Named";
            Ok(if named { true.into() } else { call.superclass()?.invoke("__subclasscheck__", call.rest())? })
        })
        .create()?;
    let class = define("C").metaclass(&meta).create()?;
    let other = plain("Other");
    assert!(is_subclass(&plain("Named"), &class)?);
    assert!(is_instance(&plain("Named").call(())?, &class)?, "an abstract class asks for subclasses");
    assert!(!is_subclass(&other, &class)?);
    class.register(&other)?;
    assert!(is_subclass(&other, &class)?);
    Ok(())
}

#[test]
fn the_answers_of_two_threads_are_sound_while_a_third_registers() -> Result<()> {
    let a = abstract_class("A");
    let classes: Vec<Class> = (0..200).map(|_| plain("B")).collect();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                // Once registered, always a subclass: an answer must not go back.
                let mut seen = vec![false; classes.len()];
                while !seen.iter().all(|yes| *yes) {
                    for (class, seen) in classes.iter().zip(&mut seen) {
                        let yes = is_subclass(class, &a).unwrap();
                        assert!(yes || !*seen, "a yes became a no");
                        *seen = yes;
                    }
                }
            });
        }
        for class in &classes {
            a.register(class).unwrap();
            assert!(is_subclass(class, &a).unwrap(), "whoever registered sees it at once");
        }
    });
    assert!(is_subclass(abc(), abc())?);
    Ok(())
}

#[test]
fn what_stands_far_below_an_abstract_class_is_heard_as_soon_as_it_has_something_to_say() -> Result<()> {
    let says = |yes: bool| Descriptor::Class(Function::new("__subclasshook__", move |_| Ok(yes)));
    let meta = define("M").base(abc_meta()).create()?;
    let (above, mixin, other) = (abstract_class("A"), abstract_class("Mixin"), plain("Other"));
    let below = define("Below").base(&above).create()?;
    let far = define("Far").base(&below).base(&mixin).metaclass(&meta).create()?;
    // Asked of another each time, so that it is not what is kept of that one.
    let is = || is_subclass(&derived("Next", &[&other]), &above).unwrap();
    assert!(!is() && !is());

    far.set("__subclasshook__", says(true))?;
    assert!(is(), "a hook that it was given");
    far.delete("__subclasshook__")?;
    assert!(!is());
    mixin.set("__subclasshook__", says(true))?;
    assert!(is(), "a hook that it inherits from elsewhere");
    mixin.delete("__subclasshook__")?;
    assert!(!is());
    meta.set("__subclasscheck__", Function::new("__subclasscheck__", |_| Ok(true)))?;
    assert!(is(), "a check that its metaclass was given");
    meta.delete("__subclasscheck__")?;
    assert!(!is());
    let new = define("New").base(&far).subclass_hook(|_, _| Ok(Hook::Yes)).create()?;
    assert!(is(), "a class that was made since");
    drop(new);
    assert!(!is(), "it is gone");
    far.register(&other)?;
    assert!(is(), "a registration");
    Ok(())
}
