//! The shape validator, on classes made at run time: they need no compiled type.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::borrow::Cow;
use std::sync::Arc;

use converse_model::constraint::PatternRef;
use converse_model::{
    ClassRef, Column, Constraint, Default, Field, Kind, Num, Pattern, Payload, Seq, Shape, Sub, Text, Type, Value,
    Variant, complete, report,
};

fn text(text: &str) -> Text {
    Text::from(text.to_owned())
}

fn list(inner: Type) -> Type {
    Type::List(Sub::Shared(Arc::new(inner)))
}

fn optional(inner: Type) -> Type {
    Type::Optional(Sub::Shared(Arc::new(inner)))
}

fn field(name: &str, ty: Type, constraints: Vec<Constraint>) -> Field {
    Field {
        name: text(name),
        aliases: Vec::new().into(),
        doc: text(""),
        ty,
        coerce: false,
        transforms: Vec::new().into(),
        constraints: constraints.into(),
        message: text(""),
        deprecated: false,
        default: Default::None,
        examples: Vec::new().into(),
        column: Column::PLAIN,
    }
}

fn record(name: &str, fields: Vec<Field>) -> Shape {
    Shape { name: text(name), doc: text(""), kind: Kind::Record { fields: fields.into(), closed: false, check: None } }
}

fn map(members: &[(&str, Value)]) -> Value {
    Value::Map(members.iter().map(|(name, value)| (text(name), value.clone())).collect())
}

fn str(text: &str) -> Value {
    Value::Str(text.to_owned().into())
}

fn found(shape: &Shape, value: &Value) -> Vec<(String, &'static str)> {
    let found = report(shape, value).issues.into_iter().map(|issue| match issue.rule {
        Cow::Borrowed(rule) => (issue.pointer, rule),
        Cow::Owned(rule) => panic!("{rule} is in no table"),
    });
    found.collect()
}

fn one(ty: Type, constraints: Vec<Constraint>, value: Value) -> Vec<&'static str> {
    let shape = record("One", vec![field("it", ty, constraints)]);
    found(&shape, &map(&[("it", value)])).into_iter().map(|(_, rule)| rule).collect()
}

const BYTE: Type = Type::Int { min: 0, max: 255 };
const LONG: Type = Type::Int { min: i64::MIN as i128, max: i64::MAX as i128 };
const DOUBLE: Type = Type::Float { bits: 64 };

#[test]
fn every_kind_of_value_has_its_rule() {
    let class = Type::Class(ClassRef::Shared(Arc::new(record("Inner", Vec::new()))));
    let entries = Type::Map { key: Sub::Shared(Arc::new(Type::Text)), value: Sub::Shared(Arc::new(Type::Bool)) };
    let cases = [
        (Type::Bool, Value::Int(1), "bool_type"),
        (Type::Text, Value::Int(1), "string_type"),
        (BYTE, str("1"), "int_type"),
        (BYTE, Value::Float(1.5), "int_from_float"),
        (BYTE, Value::Int(256), "less_than_equal"),
        (BYTE, Value::Int(-1), "greater_than_equal"),
        (LONG, Value::Float(1e300), "less_than_equal"),
        (DOUBLE, str("1"), "float_type"),
        (DOUBLE, Value::Float(f64::INFINITY), "number_out_of_range"),
        (Type::Float { bits: 32 }, Value::Float(1e39), "number_out_of_range"),
        (list(Type::Bool), Value::Bool(true), "list_type"),
        (entries, Value::Bool(true), "dict_type"),
        (class, Value::List(Vec::new()), "model_type"),
        (optional(Type::Bool), Value::Int(0), "bool_type"),
    ];
    for (ty, value, rule) in cases {
        let shown = format!("{ty:?} {value:?}");
        assert_eq!(one(ty, Vec::new(), value), [rule], "{shown}");
    }
}

#[test]
fn integers_and_floats_take_each_other_where_nothing_is_lost() {
    assert!(one(LONG, Vec::new(), Value::Float(100.0)).is_empty());
    assert!(one(LONG, Vec::new(), Value::Float(-0.0)).is_empty());
    assert_eq!(one(LONG, Vec::new(), Value::Float(9_007_199_254_740_994.0)), ["int_from_float"]);
    assert!(one(DOUBLE, Vec::new(), Value::Int(1)).is_empty());
}

#[test]
fn constraints_are_exact() {
    let above = vec![Constraint::Gt(Num::Int(i128::from(u64::MAX) - 1))];
    let wide = Type::Int { min: 0, max: i128::from(u64::MAX) };
    assert!(one(wide.clone(), above.clone(), Value::Int(i128::from(u64::MAX))).is_empty());
    assert_eq!(one(wide, above, Value::Int(i128::from(u64::MAX) - 1)), ["greater_than"]);
    assert_eq!(one(LONG, vec![Constraint::Le(Num::Float(0.5))], Value::Int(1)), ["less_than_equal"]);
    assert!(one(LONG, vec![Constraint::Lt(Num::Float(0.5))], Value::Int(0)).is_empty());
    assert_eq!(one(DOUBLE, vec![Constraint::Ge(Num::Int(1))], Value::Float(0.999)), ["greater_than_equal"]);
}

#[test]
fn lengths_count_code_points() {
    let short = vec![Constraint::MaxLength(2), Constraint::MinLength(2)];
    assert!(one(Type::Text, short.clone(), str("😜é")).is_empty());
    assert_eq!(one(Type::Text, short.clone(), str("e\u{301}e")), ["string_too_long"]);
    assert_eq!(one(Type::Text, short, str("😜")), ["string_too_short"]);
    let pattern = PatternRef::Shared(Arc::new(Pattern::parse("^a+$").unwrap()));
    assert_eq!(one(Type::Text, vec![Constraint::Pattern(pattern)], str("ab")), ["string_pattern_mismatch"]);
    assert_eq!(one(list(Type::Bool), vec![Constraint::MinItems(1)], Value::List(Vec::new())), ["too_short"]);
    assert!(
        one(optional(Type::Text), vec![Constraint::MinLength(1)], Value::None).is_empty(),
        "nothing is not too short"
    );
}

#[test]
fn everything_is_reported_at_once_with_its_pointer() {
    let inner = Arc::new(record("Inner", vec![field("a/b~c", Type::Bool, Vec::new())]));
    let class = Type::Class(ClassRef::Shared(inner));
    let shape = record("Outer", vec![field("items", list(class), Vec::new()), field("name", Type::Text, Vec::new())]);
    let value = map(&[
        ("items", Value::List(vec![map(&[("a/b~c", Value::Int(1))]), Value::None, map(&[])])),
        ("stranger", Value::None),
    ]);
    let expected = [
        ("/items/0/a~1b~0c", "bool_type"),
        ("/items/1", "model_type"),
        ("/items/2/a~1b~0c", "missing"),
        ("/name", "missing"),
    ];
    assert_eq!(found(&shape, &value), expected.map(|(pointer, rule)| (pointer.to_owned(), rule)));
}

#[test]
fn a_report_lists_64_errors_and_counts_the_rest() {
    let shape = record("Many", vec![field("items", list(Type::Bool), Vec::new())]);
    let report = report(&shape, &map(&[("items", Value::List(vec![Value::None; 100]))]));
    assert_eq!((report.issues.len(), report.more), (64, 36));
}

#[test]
fn duplicates_are_lexical_and_strangers_are_not() {
    let mut named = field("name", Type::Text, Vec::new());
    named.aliases = vec![text("alias")].into();
    let shape = record("One", vec![named]);
    let twice = map(&[("name", str("a")), ("alias", str("b")), ("x", Value::None), ("x", Value::None)]);
    let report = report(&shape, &twice);
    assert!(report.lexical());
    assert_eq!(found(&shape, &twice), [("/alias".to_owned(), "duplicate_key")]);
}

#[test]
fn unions_and_enums_name_what_they_take() {
    let shape = record("Circle", vec![field("radius", DOUBLE, Vec::new())]);
    let union =
        Shape { name: text("Form"), doc: text(""), kind: Kind::Union(vec![ClassRef::Shared(Arc::new(shape))].into()) };
    assert!(report(&union, &map(&[("Circle", map(&[("radius", Value::Int(1))]))])).is_empty());
    assert_eq!(found(&union, &map(&[("Circle", map(&[]))])), [("/Circle/radius".to_owned(), "missing")]);
    for wrong in [map(&[]), map(&[("Square", map(&[]))]), Value::None, str("Circle")] {
        assert_eq!(found(&union, &wrong), [(String::new(), "union_tag_invalid")]);
    }
    let names =
        ["Red", "Blue"].map(|name| Variant { name: text(name), doc: text(""), payload: Payload::Unit }).to_vec();
    let colours = Shape { name: text("Colour"), doc: text(""), kind: Kind::Enum(names.into()) };
    let report = report(&colours, &str("red"));
    assert_eq!(report.issues.first().unwrap().message, "must be \"Red\" or \"Blue\"");
}

#[test]
fn a_complete_value_has_every_field_in_its_order() {
    let mut count = field("count", LONG, Vec::new());
    count.default = Default::Value(Arc::new(Value::Int(7)));
    let shape = record(
        "One",
        vec![field("name", Type::Text, Vec::new()), count, field("note", optional(Type::Text), Vec::new())],
    );
    let value = complete(&shape, map(&[("stranger", Value::None), ("name", str("a"))]));
    assert_eq!(value, map(&[("name", str("a")), ("count", Value::Int(7))]));
}

#[test]
fn a_default_is_complete_too() {
    let mut count = field("count", LONG, Vec::new());
    count.default = Default::Value(Arc::new(Value::Int(7)));
    let inner = Type::Class(ClassRef::Shared(Arc::new(record("Inner", vec![count]))));
    let mut one = field("one", inner, Vec::new());
    one.default = Default::Value(Arc::new(map(&[])));
    let value = complete(&record("One", vec![one]), map(&[]));
    assert_eq!(value, map(&[("one", map(&[("count", Value::Int(7))]))]));
}

#[test]
fn equal_items_are_found_in_every_kind_of_value() {
    let point = record("Point", vec![field("x", DOUBLE, Vec::new()), field("note", optional(Type::Text), Vec::new())]);
    let point = Type::Class(ClassRef::Shared(Arc::new(point)));
    let sent = map(&[("x", Value::Int(1)), ("note", Value::None)]);
    for (item, one, other, same) in [
        (Type::Any, Value::Int(1), Value::Float(1.0), true),
        (Type::Any, Value::Int(1), Value::Bool(true), false),
        (Type::Any, map(&[("a", str("x")), ("b", str("y"))]), map(&[("b", str("y")), ("a", str("x"))]), true),
        (point.clone(), sent.clone(), map(&[("x", Value::Float(1.0))]), true),
        (optional(optional(Type::Bool)), Value::None, Value::Bool(true), false),
    ] {
        let shown = format!("{item:?} {one:?} {other:?}");
        let pair = || Value::List(vec![one.clone(), other.clone()]);
        let expected: &[&str] = if same { &["unique_items"] } else { &[] };
        assert_eq!(self::one(list(item.clone()), vec![Constraint::UniqueItems], pair()), expected, "{shown}");
        assert_eq!(self::one(Type::Set(Sub::Shared(Arc::new(item))), Vec::new(), pair()), expected, "{shown}");
    }
}

#[test]
fn items_of_a_set_are_told_apart_once_they_are_good() {
    let set = Type::Set(Sub::Shared(Arc::new(Type::Text)));
    assert_eq!(one(set, Vec::new(), Value::List(vec![Value::Int(1), Value::Int(1)])), ["string_type", "string_type"]);
}

#[test]
fn a_recursive_shape_prints_and_validates() {
    let tree = Shape {
        name: text("Tree"),
        doc: text(""),
        kind: Kind::Record {
            fields: Seq::from(vec![field("children", list(Type::Class(ClassRef::Named(text("Tree")))), Vec::new())]),
            closed: true,
            check: None,
        },
    };
    assert!(format!("{tree:?}").contains("Tree"));
    assert!(report(&tree, &map(&[("children", Value::List(Vec::new()))])).is_empty());
    let unknown = found(&tree, &map(&[("children", Value::List(Vec::new())), ("x", Value::None)]));
    assert_eq!(unknown, [("/x".to_owned(), "unknown_field")]);
}
