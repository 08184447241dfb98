//! Classes that nobody wrote: random shapes, made at run time.

use std::sync::Arc;

use converse_model::{
    Choice, ClassRef, Column, Constraint, Default, Field, Kind, Num, Pattern, PatternRef, Payload, Shape, Sub, Tagging,
    Text, TextFormat, Transform, Type, Value, Variant,
};

use crate::random::Random;
use crate::reference::{Document, field_is_good, field_keeps};
use crate::sample;

const FIELDS: &[&str] = &["a", "b", "c", "d e", "~/", "é", "type2", "Name", "name", "__proto__", "last"];
const VARIANTS: &[&str] = &["Red", "red", "deep-blue", "Circle", "Dot", "1", "", "~/"];

/// A record of random fields.
pub(crate) fn record(random: &mut Random, depth: usize) -> Shape {
    let fields = fields(random, depth);
    Shape {
        name: text("Generated"),
        doc: text(""),
        kind: Kind::Record { fields: fields.into(), closed: random.once_in(4), check: None },
    }
}

fn text(text: &str) -> Text {
    Text::from(text.to_owned())
}

fn sub(ty: Type) -> Sub {
    Sub::Shared(Arc::new(ty))
}

/// Some of these, each once, in their order.
fn some<'t>(these: &'t [&'t str], least: usize, random: &mut Random) -> Vec<&'t str> {
    let count = least + random.below(5);
    let mut chosen: Vec<&str> = these.to_vec();
    while chosen.len() > count {
        chosen.remove(random.below(chosen.len()));
    }
    chosen
}

fn fields(random: &mut Random, depth: usize) -> Vec<Field> {
    let names = some(FIELDS, 1, random);
    names.into_iter().map(|name| field(name, random, depth)).collect()
}

fn field(name: &str, random: &mut Random, depth: usize) -> Field {
    let ty = ty(random, depth);
    let transforms = match ty.bare() {
        Type::Text if random.once_in(3) => {
            let all = [Transform::Trim, Transform::Lowercase, Transform::Uppercase];
            all.into_iter().filter(|_| random.once_in(2)).collect()
        }
        _ => Vec::new(),
    };
    let constraints = (0..random.below(3)).filter_map(|_| constraint(&ty, random)).collect::<Vec<_>>();
    let mut field = Field {
        name: text(name),
        aliases: if random.once_in(5) { vec![text(&format!("{name}2"))] } else { Vec::new() }.into(),
        doc: text(""),
        ty,
        coerce: false,
        transforms: transforms.into(),
        constraints: constraints.into(),
        message: text(if random.once_in(8) { "choose another" } else { "" }),
        deprecated: random.once_in(8),
        default: Default::None,
        examples: Vec::new().into(),
        column: Column::PLAIN,
    };
    if random.once_in(4) {
        let value = sample::field("Generated", &field, random, depth);
        // A default is not transformed, so one that would be is none that comes back.
        if field_is_good("Generated", &field, &value) && field_keeps(&field, &value) {
            field.default = Default::Value(Arc::new(value_of(&value)));
        }
    }
    field
}

/// As a program would give it.
fn value_of(document: &Document) -> Value {
    match document {
        Document::Null => Value::None,
        Document::Bool(value) => Value::Bool(*value),
        Document::Number(text) => text.parse().map_or_else(|_| Value::Float(text.parse().unwrap()), Value::Int),
        Document::Text(text) => Value::from(text.clone()),
        Document::List(items) => Value::List(items.iter().map(value_of).collect()),
        Document::Map(members) => {
            Value::Map(members.iter().map(|(name, value)| (text(name), value_of(value))).collect())
        }
    }
}

fn scalar(random: &mut Random) -> Type {
    let int = |min: i128, max: i128| Type::Int { min, max };
    match random.below(12) {
        0 => Type::Bool,
        1 => int(0, 255),
        2 => int(i128::from(i16::MIN), i128::from(i16::MAX)),
        3 => int(i128::from(i64::MIN), i128::from(i64::MAX)),
        4 => int(0, i128::from(u64::MAX)),
        5 => Type::Float { bits: 32 },
        6 => Type::Float { bits: 64 },
        7 | 8 => Type::Text,
        9 => Type::Char,
        10 => Type::Bytes,
        _ => Type::Format(random.one_of(TextFormat::TABLE).format),
    }
}

fn key(random: &mut Random) -> Type {
    match random.below(5) {
        0 | 1 => Type::Text,
        2 => Type::Int { min: -128, max: 127 },
        3 => Type::Format(TextFormat::Uuid),
        _ => class(names(random)),
    }
}

fn class(shape: Shape) -> Type {
    Type::Class(ClassRef::Shared(Arc::new(shape)))
}

pub(crate) fn ty(random: &mut Random, depth: usize) -> Type {
    if depth > 3 {
        return scalar(random);
    }
    let inner = |random: &mut Random| sub(ty(random, depth + 1));
    match random.below(20) {
        0..=6 => scalar(random),
        7 => Type::Any,
        8 | 9 => Type::Optional(inner(random)),
        10 => Type::Optional(sub(Type::Optional(inner(random)))),
        11 => Type::List(inner(random)),
        12 => Type::Set(inner(random)),
        13 => Type::Array { item: inner(random), length: u32::try_from(random.below(4)).unwrap() },
        14 => Type::Tuple((0..=random.below(3)).map(|_| ty(random, depth + 1)).collect::<Vec<_>>().into()),
        15 => Type::Map { key: sub(key(random)), value: inner(random) },
        16 => Type::Secret(inner(random)),
        17 => class(record(random, depth + 1)),
        18 => class(choice(random, depth + 1)),
        _ if random.once_in(2) => class(names(random)),
        _ => class(union(random, depth + 1)),
    }
}

fn names(random: &mut Random) -> Shape {
    let variants: Vec<Variant> =
        some(VARIANTS, 1, random).into_iter().map(|name| variant(name, Payload::Unit)).collect();
    Shape { name: text("Names"), doc: text(""), kind: Kind::Enum(variants.into()) }
}

fn union(random: &mut Random, depth: usize) -> Shape {
    let classes: Vec<ClassRef> = ["Circle", "Square", "Dot"]
        .into_iter()
        .map(|name| {
            let mut shape = record(random, depth + 1);
            shape.name = text(name);
            ClassRef::Shared(Arc::new(shape))
        })
        .collect();
    Shape { name: text("Union"), doc: text(""), kind: Kind::Union(classes.into()) }
}

fn variant(name: &str, payload: Payload) -> Variant {
    Variant { name: text(name), doc: text(""), payload }
}

/// Variants that hold values, in one of the four taggings.
fn choice(random: &mut Random, depth: usize) -> Shape {
    let names = some(VARIANTS, 1, random);
    let (tag, content) = (text("t"), text("c~/"));
    let (tagging, variants): (Tagging, Vec<Variant>) = match random.below(4) {
        0 => (Tagging::External, names.into_iter().map(|name| variant(name, payload(random, depth))).collect()),
        1 => {
            let variants = names.into_iter().map(|name| variant(name, among_members(random, depth))).collect();
            (Tagging::Internal { tag }, variants)
        }
        2 => {
            let variants = names.into_iter().map(|name| variant(name, payload(random, depth))).collect();
            (Tagging::Adjacent { tag, content }, variants)
        }
        _ => (Tagging::Untagged, untagged(random, depth)),
    };
    Shape { name: text("Choice"), doc: text(""), kind: Kind::Choice(Choice { tagging, variants: variants.into() }) }
}

fn payload(random: &mut Random, depth: usize) -> Payload {
    match random.below(4) {
        0 => Payload::Unit,
        1 => Payload::One(ty(random, depth + 1)),
        2 => Payload::Tuple((0..2 + random.below(2)).map(|_| ty(random, depth + 1)).collect::<Vec<_>>().into()),
        _ => Payload::Record(fields(random, depth + 1).into()),
    }
}

/// What can stand beside a tag.
fn among_members(random: &mut Random, depth: usize) -> Payload {
    match random.below(3) {
        0 => Payload::Unit,
        1 => Payload::One(class(record(random, depth + 1))),
        _ => Payload::Record(fields(random, depth + 1).into()),
    }
}

/// At most one variant of each kind.
fn untagged(random: &mut Random, depth: usize) -> Vec<Variant> {
    let all = [
        Payload::One(Type::Bool),
        Payload::One(Type::Float { bits: 64 }),
        Payload::One(if random.once_in(2) { Type::Text } else { Type::Format(TextFormat::Uuid) }),
        Payload::One(Type::List(sub(ty(random, depth + 1)))),
        Payload::Record(fields(random, depth + 1).into()),
    ];
    let mut variants: Vec<Variant> =
        all.into_iter().zip(VARIANTS).filter(|_| !random.once_in(3)).map(|(one, name)| variant(name, one)).collect();
    if variants.is_empty() {
        variants.push(variant("Tuple", Payload::Tuple(vec![Type::Bool, scalar(random)].into())));
    }
    variants
}

const PATTERNS: &[&str] = &[r"^[a-z]+\d?$", "a.c", "^[A-Z]{2}[0-9]{2}$", r"^\w*$", r"\s", "^$", "é|b+c"];
const BOUNDS: &[Num] = &[
    Num::Int(0),
    Num::Int(1),
    Num::Int(-1),
    Num::Int(10),
    Num::Int(9_007_199_254_740_993),
    Num::Float(0.5),
    Num::Float(0.1),
    Num::Float(0.3),
];
const STEPS: &[Num] =
    &[Num::Int(1), Num::Int(3), Num::Int(5), Num::Float(0.01), Num::Float(0.25), Num::Float(0.1), Num::Float(1e-7)];

/// A rule that suits the type.
fn constraint(ty: &Type, random: &mut Random) -> Option<Constraint> {
    let few = u32::try_from(random.below(4)).unwrap();
    let bound = *random.one_of(BOUNDS);
    Some(match (ty.bare(), random.below(6)) {
        (Type::Text, 0) => Constraint::MinLength(few),
        (Type::Text, 1) => Constraint::MaxLength(few + 1),
        (Type::Text, 2) => Constraint::Format(TextFormat::Email),
        (Type::Text, 3) => Constraint::Format(TextFormat::Url),
        (Type::Text, _) => {
            let pattern = Pattern::parse(PATTERNS[random.below(PATTERNS.len())]).unwrap();
            Constraint::Pattern(PatternRef::Shared(Arc::new(pattern)))
        }
        (Type::Int { .. } | Type::Float { .. }, 0) => Constraint::Ge(bound),
        (Type::Int { .. } | Type::Float { .. }, 1) => Constraint::Gt(bound),
        (Type::Int { .. } | Type::Float { .. }, 2) => Constraint::Le(bound),
        (Type::Int { .. } | Type::Float { .. }, 3) => Constraint::Lt(bound),
        (Type::Int { .. } | Type::Float { .. }, _) => Constraint::MultipleOf(*random.one_of(STEPS)),
        (Type::List(_), 0 | 1) => Constraint::UniqueItems,
        (Type::List(_) | Type::Set(_) | Type::Map { .. }, 2 | 3) => Constraint::MinItems(few),
        (Type::List(_) | Type::Set(_) | Type::Map { .. }, _) => Constraint::MaxItems(few + 1),
        _ => return None,
    })
}
