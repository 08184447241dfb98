//! Protocols that are asked about objects and classes: the cases of `test_typing` about them.

use converse_model::object::{
    Builtin, Class, Descriptor, ErrorKind, Function, Object, Result, is_instance, is_subclass, object, protocol_meta,
    type_,
};

use crate::{define, derived, plain, refused};

fn method(name: &'static str) -> Function {
    Function::new(name, |_| Ok(()))
}

fn asked(name: &'static str) -> converse_model::object::Statement {
    define(name).protocol().runtime_checkable()
}

#[test]
fn a_class_with_the_methods_is_a_subclass_and_its_instances_are_instances() -> Result<()> {
    let p = asked("P").method("meth", |_| Ok(())).create()?;
    let (c, d) = (plain("C"), define("D").method("meth", |_| Ok(())).create()?);
    assert!(is_subclass(&d, &p)? && is_instance(&d.call(())?, &p)?);
    assert!(!is_subclass(&c, &p)? && !is_instance(&c.call(())?, &p)?);
    assert!(!is_subclass(Builtin::Function.class(), &p)? && !is_instance(&method("f").into(), &p)?);
    Ok(())
}

#[test]
fn everything_has_what_an_empty_protocol_asks_for() -> Result<()> {
    let empty = asked("Empty").create()?;
    for class in [object(), type_(), Builtin::Tuple.class(), &plain("C"), Builtin::Function.class()] {
        assert!(is_subclass(class, &empty)?, "{class}");
    }
    for thing in [object().call(())?, 1.into(), Object::tuple::<Object>([]), method("f").into(), plain("C").into()] {
        assert!(is_instance(&thing, &empty)?, "{thing}");
    }
    Ok(())
}

#[test]
fn a_function_is_callable_by_a_protocol() -> Result<()> {
    let callable = asked("HasCallProtocol").method("__call__", |_| Ok(())).create()?;
    assert!(is_instance(&method("f").into(), &callable)?);
    assert!(is_instance(&define("C").on_call(|_| Ok(())).create()?.call(())?, &callable)?);
    assert!(!is_instance(&1.into(), &callable)?);
    Ok(())
}

#[test]
fn a_protocol_below_others_asks_for_all_of_their_members() -> Result<()> {
    let p1 = define("P1").protocol().method("meth1", |_| Ok(())).create()?;
    let p2 = define("P2").protocol().method("meth2", |_| Ok(())).create()?;
    let extending = asked("Extending").base(&p1).method("meth2", |_| Ok(())).create();
    assert!(extending.is_err(), "Protocol stands before P1, which it is a base of");
    let extending =
        define("Extending").base(&p1).protocol().runtime_checkable().method("meth2", |_| Ok(())).create()?;
    let merging = define("Merging").base(&p1).base(&p2).protocol().runtime_checkable().create()?;
    let c1 = define("C1").method("meth1", |_| Ok(())).create()?;
    let c2 = define("C2").method("meth2", |_| Ok(())).create()?;
    let both = derived("C", &[&c1, &c2]);
    for protocol in [extending, merging] {
        for (class, fits) in [(&c1, false), (&c2, false), (&both, true)] {
            assert_eq!(is_subclass(class, &protocol)?, fits);
            assert_eq!(is_instance(&class.call(())?, &protocol)?, fits);
        }
    }
    Ok(())
}

#[test]
fn a_protocol_that_is_not_runtime_checkable_refuses() -> Result<()> {
    let bad = define("BadP").protocol().method("x", |_| Ok(())).create()?;
    let c = define("C").method("x", |_| Ok(())).create()?;
    let words = "Instance and class checks can only be used with @runtime_checkable protocols";
    assert_eq!(refused(is_subclass(&c, &bad)), (ErrorKind::Type, words.into()));
    assert_eq!(refused(is_instance(&c.call(())?, &bad)).1, words);
    assert_eq!(refused(is_instance(&1.into(), &bad)).1, words);
    assert_eq!(refused(is_subclass(&bad, &bad)).1, words);
    Ok(())
}

#[test]
fn a_protocol_with_data_refuses_to_be_asked_about_classes() -> Result<()> {
    let p = asked("PNonCall").attribute("x", 1).create()?;
    let c = define("C").attribute("x", 1).create()?;
    let words = "Protocols with non-method members don't support issubclass()";
    assert_eq!(refused(is_subclass(&c, &p)), (ErrorKind::Type, words.into()));
    assert!(is_instance(&c.call(())?, &p)?);
    p.register(&c)?;
    assert_eq!(refused(is_subclass(&c, &p)).1, words, "also what is registered");
    assert!(is_instance(&c.call(())?, &p)?);
    let d = derived("D", &[&p]);
    assert!(!is_subclass(&c, &d)? && !is_instance(&c.call(())?, &d)?, "a class below is not affected");
    d.register(&c)?;
    assert!(is_subclass(&c, &d)? && is_instance(&c.call(())?, &d)?);
    assert!(is_subclass(&d, &p).is_err());
    Ok(())
}

#[test]
fn one_protocol_is_below_another_by_its_members() -> Result<()> {
    let meth = asked("CallableMembersProto").method("meth", |_| Ok(())).create()?;
    let identical = define("IdenticalProto").protocol().method("meth", |_| Ok(())).create()?;
    let data = define("NonCallableMembersProto").protocol().annotation("meth", ()).create()?;
    let mixed = define("Mixed").protocol().annotation("meth", ()).method("meth2", |_| Ok(())).create()?;
    for protocol in [&identical, &data, &mixed, &derived("Below", &[&data])] {
        assert_eq!(is_subclass(protocol, &meth)?, protocol.is_protocol(), "{protocol}");
    }
    assert!(!is_subclass(&define("EmptyProtocol").protocol().create()?, &meth)?);
    let annotated = define("AnnotatedButNotAProtocol").annotation("meth", ()).create()?;
    assert!(!is_subclass(&annotated, &meth)?);
    annotated.set("meth", method("meth"))?;
    assert!(is_subclass(&annotated, &meth)?);
    Ok(())
}

#[test]
fn members_may_be_anything_that_can_be_called() -> Result<()> {
    let callable = define("CustomCallable").on_call(|_| Ok(())).create()?.call(())?;
    let c = define("C").method("meth", |_| Ok(())).create()?;
    let c2 = define("C2").init(|call| call.this()?.set("meth", method("meth"))).create()?;
    for member in [Object::from(method("meth")), callable, Descriptor::Static(method("meth")).into()] {
        let p = asked("P").attribute("meth", member).create()?;
        for class in [&c, &c2] {
            assert!(is_instance(&class.call(())?, &p)?);
        }
    }
    Ok(())
}

#[test]
fn a_property_is_read_to_see_whether_it_is_there() -> Result<()> {
    let by_property = asked("P").property("attr", |_| Ok(())).create()?;
    let by_annotation = asked("P1").annotation("attr", Builtin::Int).create()?;
    let c = define("C").property("attr", |_| Ok(42)).create()?;
    let failing = define("F").property("attr", |call| call.this()?.get("hidden")).create()?;
    for protocol in [&by_property, &by_annotation] {
        assert!(is_instance(&c.call(())?, protocol)? && is_instance(&derived("E", &[&c]).call(())?, protocol)?);
        assert!(!is_instance(&plain("Empty").call(())?, protocol)?);
        let made = failing.call(())?;
        assert!(!is_instance(&made, protocol)?);
        made.set("hidden", 1)?;
        assert!(is_instance(&made, protocol)?, "it is read each time");
    }
    Ok(())
}

/// A point, which has two data members, and a position below it with a label.
fn points() -> Result<(Class, Class)> {
    let point = asked("Point").annotation("x", ()).annotation("y", ()).create()?;
    let named = define("Named").base(&point).protocol().runtime_checkable().annotation("label", ()).create()?;
    Ok((point, named))
}

#[test]
fn data_members_may_be_the_instances_or_the_classs() -> Result<()> {
    let (point, named) = points()?;
    let all = define("APoint")
        .init(|call| {
            for (name, value) in ["x", "y", "label"].into_iter().zip(call.rest()) {
                call.this()?.set(name, value)?;
            }
            Ok(())
        })
        .create()?;
    let labelled = define("BPoint").base(&all).attribute("label", "B").create()?;
    assert!(is_instance(&all.call([1, 2])?, &point)? && !is_instance(&all.call([1, 2])?, &named)?);
    assert!(is_instance(&all.call([1, 2, 3])?, &named)? && is_instance(&labelled.call([1, 2])?, &named)?);
    let only_said = define("MyPoint").annotation("x", ()).annotation("y", ()).create()?;
    assert!(!is_instance(&only_said.call(())?, &point)?, "what is only said is not there");
    Ok(())
}

#[test]
fn an_attribute_that_comes_or_goes_is_seen() -> Result<()> {
    let has_x = asked("HasX").annotation("x", Builtin::Int).create()?;
    let class = plain("Foo");
    let (f, g) = (class.call(())?, class.call(())?);
    for _ in 0..3 {
        assert!(!is_instance(&f, &has_x)?);
        f.set("x", 42)?;
        assert!(is_instance(&f, &has_x)? && !is_instance(&g, &has_x)?);
        f.set("x", ())?;
        assert!(is_instance(&f, &has_x)?, "None is an attribute too");
        f.delete("x")?;
    }
    class.set("x", 1)?;
    assert!(is_instance(&f, &has_x)? && is_instance(&g, &has_x)?);
    class.delete("x")?;
    assert!(!is_instance(&f, &has_x)? && !is_instance(&g, &has_x)?);
    Ok(())
}

#[test]
fn instances_of_more_layouts_than_are_kept_get_their_answers_too() -> Result<()> {
    let has_x = asked("HasX").annotation("x", ()).create()?;
    let class = plain("Open");
    for at in 0..1_500 {
        let made = class.call(())?;
        made.set(format!("a{at}"), 1)?;
        assert!(!is_instance(&made, &has_x)?);
        made.set("x", 1)?;
        assert!(is_instance(&made, &has_x)? && is_instance(&made, &has_x)?);
    }
    Ok(())
}

#[test]
fn none_blocks_a_method_and_no_data() -> Result<()> {
    let data = asked("Data").attribute("x", 1).create()?;
    let methods = asked("Methods").method("x", |_| Ok(())).create()?;
    let a = define("A").method("x", |_| Ok(())).create()?;
    let b = define("B").base(&a).attribute("x", ()).create()?;
    let c = define("C").init(|call| call.this()?.set("x", ())).create()?;
    assert!(is_instance(&b.call(())?, &data)? && is_instance(&c.call(())?, &data)?);
    assert!(!is_instance(&b.call(())?, &methods)? && !is_instance(&c.call(())?, &methods)?);
    let made = c.call(())?;
    made.set("x", method("x"))?;
    assert!(is_instance(&made, &methods)?, "the same attributes, and another answer");
    assert!(!is_subclass(&b, &methods)? && is_subclass(&a, &methods)?);
    Ok(())
}

#[test]
fn a_class_object_has_members_of_its_own() -> Result<()> {
    let p = asked("P").annotation("x", ()).create()?;
    let (with, without) = (define("With").attribute("x", 1).create()?, plain("Without"));
    assert!(is_instance(&Object::from(&with), &p)? && !is_instance(&Object::from(&without), &p)?);
    assert!(is_instance(&Object::from(&with), &p)?, "classes of one metaclass differ");
    Ok(())
}

#[test]
fn a_check_of_a_programs_own_is_asked_each_time() -> Result<()> {
    let says = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let said = std::sync::Arc::clone(&says);
    let meta = define("Meta")
        .base(protocol_meta())
        .subclass_check(move |_, _| Ok(said.load(std::sync::atomic::Ordering::Relaxed)))
        .create()?;
    let methods = asked("Methods").metaclass(&meta).method("m", |_| Ok(())).create()?;
    let data = asked("Data").metaclass(&meta).annotation("x", ()).create()?;
    let made = plain("C").call(())?;
    for yes in [true, false, true] {
        says.store(yes, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(is_instance(&made, &methods)?, yes);
        assert_eq!(is_instance(&made, &data)?, yes);
        assert_eq!(is_instance(&1.into(), &data)?, yes);
        assert_eq!(is_subclass(made.class(), &methods)?, yes);
    }
    Ok(())
}

#[test]
fn a_protocol_that_refuses_says_nothing_when_a_parent_asks_it() -> Result<()> {
    let parent = asked("Parent").method("m", |_| Ok(())).create()?;
    let _below = define("Below").base(&parent).protocol().annotation("x", ()).create()?;
    assert!(!is_subclass(&plain("C"), &parent)?);
    let union = Object::tuple([Object::from(&parent), Builtin::Int.into()]);
    assert!(is_instance(&1.into(), &union)?);
    Ok(())
}
