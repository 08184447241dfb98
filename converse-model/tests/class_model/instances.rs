//! `isinstance` and `issubclass`: the cases of `test_isinstance`.

use converse_model::object::{Builtin, ErrorKind, Object, Result, Union, is_instance, is_subclass, object, type_};

use crate::{define, derived, plain, refused};

#[test]
fn an_instance_is_one_of_its_class_and_of_those_above() -> Result<()> {
    let above = plain("Super");
    let child = derived("Child", &[&above]);
    let (one, other) = (above.call(())?, child.call(())?);
    assert!(is_instance(&one, &above)? && !is_instance(&one, &child)?);
    assert!(is_instance(&other, &above)? && is_instance(&other, &child)? && is_instance(&other, object())?);
    assert!(is_instance(&Object::from(&child), type_())?, "a class is an instance of its metaclass");
    assert!(!is_instance(&Object::from(&child), &above)?);
    Ok(())
}

#[test]
fn a_class_is_a_subclass_of_itself_and_of_those_above() -> Result<()> {
    let above = plain("Super");
    let child = derived("Child", &[&above]);
    assert!(is_subclass(&above, &above)? && is_subclass(&child, &above)? && !is_subclass(&above, &child)?);
    assert!(is_subclass(Builtin::Bool.class(), Builtin::Int.class())?);
    Ok(())
}

#[test]
fn several_classes_may_be_nested_in_tuples() -> Result<()> {
    let (above, other) = (plain("Super"), plain("Other"));
    let child = derived("Child", &[&above]);
    assert!(is_subclass(&child, &[&above])? && is_subclass(&above, &[&above])?);
    assert!(!is_subclass(&above, &[&child])? && is_subclass(&above, &[&child, &above])?);
    assert!(!is_subclass(&child, &Object::tuple::<Object>([]))?, "nothing is below none");
    let nested = Object::tuple([Object::from(&other), Object::tuple([&child])]);
    assert!(is_subclass(&child, &nested)? && is_instance(&child.call(())?, &nested)?);
    let deeper = Object::tuple([Object::from(Builtin::Str), Object::tuple([Object::tuple([Builtin::Int])])]);
    assert!(is_subclass(Builtin::Bool.class(), &deeper)?);
    Ok(())
}

#[test]
fn a_union_stands_for_its_members() -> Result<()> {
    let (above, other) = (plain("Super"), plain("Other"));
    let either = (&above | &other)?;
    assert!(is_instance(&above.call(())?, &either)? && is_subclass(&other, &either)?);
    assert!(!is_instance(&1.into(), &either)?);
    let maybe = (&above | Object::None)?;
    assert!(is_instance(&Object::None, &maybe)? && is_subclass(Builtin::None.class(), &maybe)?);
    assert!(!is_instance(&other.call(())?, &maybe)?);
    let nested = Object::tuple([Object::from(Builtin::Int), (&maybe | &other)?]);
    assert!(is_instance(&other.call(())?, &nested)?, "a union in a tuple");
    let Object::Union(union) = Union::of([&above, &other])? else { panic!("it has two members") };
    assert!(is_instance(&other.call(())?, &union)? && is_subclass(&above, &union)?);
    Ok(())
}

#[test]
fn what_is_no_class_cannot_be_asked() {
    let text = Object::from("a text");
    let words = "isinstance() arg 2 must be a type, a tuple of types, or a union";
    assert_eq!(refused(is_instance(&1.into(), &text)), (ErrorKind::Type, words.into()));
    let words = "issubclass() arg 2 must be a class, a tuple of classes, or a union";
    assert_eq!(refused(is_subclass(object(), &text)), (ErrorKind::Type, words.into()));
    assert!(
        is_instance(&1.into(), &Object::tuple([Builtin::Int.class().into(), text])).unwrap(),
        "the first that fits ends it"
    );
}

#[test]
fn an_instance_may_answer_too_if_its_class_says_how() -> Result<()> {
    let says = define("Says")
        .instance_check(|_, _| Ok(true))
        .method("__instancecheck__", |call| Ok(*call.arg(1)? == Object::Int(7)))
        .create()?;
    let says = says.call(())?;
    assert!(is_instance(&7.into(), &says)? && !is_instance(&8.into(), &says)?);
    Ok(())
}

#[test]
fn tuples_that_are_nested_without_end_are_refused() {
    let mut nested = Object::tuple([Object::from(Builtin::Str)]);
    for _ in 0..5_000 {
        nested = Object::tuple([nested]);
    }
    assert_eq!(refused(is_instance(&1.into(), &nested)).0, ErrorKind::Recursion);
    assert_eq!(refused(is_subclass(object(), &nested)).0, ErrorKind::Recursion);
    // Dropping what is nested so deep would end the stack of a test: it is unwrapped by hand.
    while let Object::Tuple(items) = &nested {
        let Some(inner) = items.first().cloned() else { break };
        nested = inner;
    }
}
