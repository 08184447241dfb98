//! Operators, unions, and what a metaclass lets its classes hold.

use converse_model::object::{Builtin, ErrorKind, Object, Operator, Result, Union, operate, type_};

use crate::{define, derived, plain, refused, words};

#[test]
fn unions_are_flat_without_twins_and_in_any_order() -> Result<()> {
    let (a, b, c) = (plain("A"), plain("B"), plain("C"));
    let ab = (&a | &b)?;
    assert_eq!((&ab | &c)?, Union::of([&c, &b, &a])?);
    assert_eq!((&ab | &a)?, ab);
    assert_eq!(Union::of([&a, &a])?, Object::from(&a), "of one class, that class");
    assert_ne!(ab, (&a | &c)?);
    assert_eq!((&ab | &c)?.to_string(), "typing.Union[__main__.A, __main__.B, __main__.C]");
    assert_eq!((&a | Object::None)?.to_string(), "typing.Optional[__main__.A]");
    assert_eq!((&ab | Object::None)?.to_string(), "typing.Union[__main__.A, __main__.B, NoneType]");
    assert_eq!((&Object::None | &a)?, (&a | Object::None)?);
    assert_eq!((Builtin::Int.class() | Builtin::Str)?.to_string(), "typing.Union[int, str]");
    Ok(())
}

#[test]
fn a_union_is_of_classes() {
    assert_eq!(refused(Union::of([1])), (ErrorKind::Type, "Union[arg, ...]: each arg must be a type. Got 1.".into()));
    assert_eq!(refused(Union::of::<Object>([])).1, "Cannot take a Union of no types.");
    let words = "unsupported operand type(s) for |: 'type' and 'int'";
    assert_eq!(refused(&plain("A") | 1), (ErrorKind::Type, words.into()));
}

#[test]
fn an_operator_is_looked_up_on_the_class_of_the_left_operand() -> Result<()> {
    let meta = define("Meta").base(type_()).operator(Operator::Add, |_| Ok("classes")).create()?;
    let class = define("C").metaclass(&meta).operator(Operator::Add, |_| Ok("instances")).create()?;
    assert_eq!((&class + &class)?, Object::from("classes"));
    let made = class.call(())?;
    made.set("__add__", 1)?;
    assert_eq!((&made + &made)?, Object::from("instances"), "past the object's own attributes");
    Ok(())
}

#[test]
fn the_right_operand_is_asked_if_the_left_one_has_no_answer() -> Result<()> {
    let left = define("Left").operator(Operator::Sub, |_| Ok(Object::NotImplemented)).create()?.call(())?;
    let right = define("Right").method("__rsub__", |_| Ok("right")).create()?.call(())?;
    assert_eq!(operate(&left, Operator::Sub, &right)?, Object::from("right"));
    let words = "unsupported operand type(s) for -: 'Right' and 'Left'";
    assert_eq!(refused(operate(&right, Operator::Sub, &left)).1, words);
    Ok(())
}

#[test]
fn the_right_operand_goes_first_if_its_class_derives_from_the_left_one() -> Result<()> {
    let above = define("Above").operator(Operator::Mul, |_| Ok("left")).method("__rmul__", |_| Ok("r")).create()?;
    let below = define("Below").base(&above).method("__rmul__", |_| Ok("right")).create()?;
    assert_eq!(operate(&above.call(())?, Operator::Mul, &below.call(())?)?, Object::from("right"));
    let same = derived("Same", &[&above]);
    assert_eq!(operate(&above.call(())?, Operator::Mul, &same.call(())?)?, Object::from("left"));
    Ok(())
}

#[test]
fn every_operator_has_a_sign_and_two_methods() {
    for operator in [
        Operator::Add,
        Operator::Div,
        Operator::Rem,
        Operator::And,
        Operator::Xor,
        Operator::Shl,
        Operator::Shr,
        Operator::MatMul,
    ] {
        assert!(!operator.sign().is_empty());
        assert_eq!(operator.reflected(), operator.name().replacen("__", "__r", 1));
    }
}

#[test]
fn a_metaclass_lets_its_classes_be_counted_iterated_and_searched() -> Result<()> {
    let meta = define("EnumMeta")
        .base(type_())
        .method("__len__", |call| Ok(i64::try_from(call.class()?.get("names")?.length()?).unwrap_or(0)))
        .method("__iter__", |call| call.class()?.get("names"))
        .method("__contains__", |call| call.class()?.get("names")?.holds(call.arg(1)?))
        .create()?;
    let color = define("Color").metaclass(&meta).attribute("names", Object::list(["red", "green"])).create()?;
    assert_eq!(color.length()?, 2);
    assert_eq!(color.items()?, [Object::from("red"), "green".into()]);
    assert!(color.holds("red")? && !color.holds("blue")?);
    Ok(())
}

#[test]
fn what_has_places_can_be_iterated_and_searched() -> Result<()> {
    let class = define("Squares")
        .method("__getitem__", |call| {
            let at = call.arg(1)?.int()?;
            if at < 4 { Ok(at * at) } else { Err(converse_model::object::Error::Index("beyond")) }
        })
        .create()?;
    let squares = class.call(())?;
    assert_eq!(squares.items()?, [0, 1, 4, 9].map(Object::from));
    assert!(squares.holds(9)? && !squares.holds(10)?);
    Ok(())
}

#[test]
fn what_holds_nothing_says_so() {
    let class = plain("C");
    assert_eq!(refused(class.length()).1, "object of type 'type' has no len()");
    assert_eq!(refused(class.items()).1, "'type' object is not iterable");
    assert_eq!(refused(class.holds(1)).1, "'type' object is not iterable");
}

#[test]
fn lists_texts_and_maps_are_taken_apart_by_place_range_and_name() -> Result<()> {
    let list = Object::list([1, 2, 3]);
    assert_eq!((list.item(0)?, list.item(-1)?), (1.into(), 3.into()));
    assert_eq!(words(&list.item(Object::slice(0, -1))?), ["1", "2"]);
    assert_eq!(words(&list.item(Object::slice(-2, None))?), ["2", "3"]);
    assert!(words(&list.item(Object::slice(2, 1))?).is_empty());
    assert_eq!(refused(list.item(3)), (ErrorKind::Index, "list index out of range".into()));
    assert_eq!(refused(Object::tuple([1]).item(-2)).1, "tuple index out of range");
    assert_eq!(refused(list.item("a")).1, "list indices must be integers or slices, not str");
    let text = Object::from("żółw");
    assert_eq!((text.item(1)?, text.item(Object::slice(2, None))?), ("ó".into(), "łw".into()));
    let map = Object::from(converse_model::object::Namespace::from([("a", 1)]));
    assert_eq!(map.item("a")?, Object::Int(1));
    assert_eq!(refused(map.item("b")), (ErrorKind::Key, "'b'".into()));
    Ok(())
}
