//! The order of lookup: the cases of `test_descr`.

use converse_model::object::{Builtin, ErrorKind, object, type_};

use crate::{derived, mro, names, plain, refused, try_derived};

#[test]
fn a_diamond_is_looked_up_once_from_left_to_right() {
    let top = plain("A");
    let (left, right) = (derived("B", &[&top]), derived("C", &[&top]));
    assert_eq!(mro(&derived("D", &[&left, &right])), ["D", "B", "C", "A", "object"]);
    assert_eq!(mro(&derived("E", &[&right, &left])), ["E", "C", "B", "A", "object"]);
}

#[test]
fn the_order_of_the_c3_paper() {
    let (a, b, c) = (plain("A"), plain("B"), plain("C"));
    let x = derived("X", &[&a]);
    let y = derived("Y", &[&a]);
    let z = derived("Z", &[&x, &b, &y, &c]);
    assert_eq!(mro(&z), ["Z", "X", "B", "Y", "A", "C", "object"]);
}

#[test]
fn the_order_is_monotonic() {
    let boat = plain("Boat");
    let day = derived("DayBoat", &[&boat]);
    let wheel = derived("WheelBoat", &[&boat]);
    let engineless = derived("EngineLess", &[&day]);
    let small = derived("SmallMultihull", &[&day]);
    let pedal = derived("PedalWheelBoat", &[&engineless, &wheel]);
    let pedalo = derived("Pedalo", &[&pedal, &small]);
    let own = ["PedalWheelBoat", "EngineLess", "DayBoat", "WheelBoat", "Boat", "object"];
    assert_eq!(mro(&pedal), own);
    let rest = ["PedalWheelBoat", "EngineLess", "SmallMultihull", "DayBoat", "WheelBoat", "Boat", "object"];
    assert_eq!(mro(&pedalo)[1..], rest);
}

#[test]
fn the_order_is_consistent_with_the_extended_precedence_graph() {
    let pane = plain("Pane");
    let scrolling = plain("ScrollingMixin");
    let editing = plain("EditingMixin");
    let scrollable = derived("ScrollablePane", &[&pane, &scrolling]);
    let editable = derived("EditablePane", &[&pane, &editing]);
    let both = derived("EditableScrollablePane", &[&scrollable, &editable]);
    let order = [
        "EditableScrollablePane",
        "ScrollablePane",
        "EditablePane",
        "Pane",
        "ScrollingMixin",
        "EditingMixin",
        "object",
    ];
    assert_eq!(mro(&both), order);
}

#[test]
fn bases_that_contradict_each_other_are_named() {
    let (a, b) = (plain("A"), plain("B"));
    let (ab, ba) = (derived("AB", &[&a, &b]), derived("BA", &[&b, &a]));
    let (kind, words) = refused(try_derived("X", &[&ab, &ba]));
    assert_eq!(kind, ErrorKind::Type);
    assert_eq!(words, "Cannot create a consistent method resolution\norder (MRO) for bases A, B");

    let (_, words) = refused(try_derived("X", &[&a, &ab]));
    assert_eq!(words, "Cannot create a consistent method resolution\norder (MRO) for bases A, AB");
    let (_, words) = refused(try_derived("X", &[object(), &a]));
    assert_eq!(words, "Cannot create a consistent method resolution\norder (MRO) for bases object, A");
}

#[test]
fn a_base_stands_once() {
    let a = plain("A");
    assert_eq!(refused(try_derived("X", &[&a, &a])), (ErrorKind::Type, "duplicate base class A".into()));
}

#[test]
fn a_class_knows_what_is_below_it_while_it_lives() {
    let a = plain("A");
    let below = derived("B", &[&a]);
    let gone = derived("C", &[&a]);
    assert_eq!(names(&a.subclasses()), ["B", "C"]);
    drop(gone);
    assert_eq!(a.subclasses(), [below]);
}

#[test]
fn bases_must_not_lay_out_their_instances_in_two_ways() {
    let int = Builtin::Int.class();
    let (kind, words) = refused(try_derived("X", &[int, Builtin::Str.class()]));
    assert_eq!((kind, words.as_str()), (ErrorKind::Type, "multiple bases have instance lay-out conflict"));
    assert_eq!(refused(try_derived("X", &[type_(), int])).1, "multiple bases have instance lay-out conflict");
    let (_, words) = refused(try_derived("X", &[Builtin::Bool.class()]));
    assert_eq!(words, "type 'bool' is not an acceptable base type");
    assert_eq!(mro(&derived("X", &[int])), ["X", "int", "object"]);
}
