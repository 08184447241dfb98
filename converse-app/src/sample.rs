//! A message to try: made of a class's shape, its defaults and its lower bounds.

use converse_model::{Choice, Constraint, Field, Kind, Num, Payload, Shape, Tagging, TextFormat, Type, Value};

/// A body of this class that is likely to be valid, as JSON. What may be left out is left out.
pub(crate) fn body(shape: &Shape) -> String {
    converse_dispatch::value_to_json(&of_shape(shape, 0))
}

fn of_shape(shape: &Shape, depth: usize) -> Value {
    match &shape.kind {
        Kind::Record { fields, .. } => members(fields, depth),
        Kind::Enum(variants) => variants.first().map_or(Value::None, |variant| Value::Str(variant.name.clone())),
        Kind::Choice(choice) => of_choice(choice, depth),
        Kind::Union(classes) => match classes.first().and_then(|class| class.shape()) {
            Some(shape) if depth < 8 => Value::Map(vec![(shape.name.clone(), of_shape(shape, depth + 1))]),
            _ => Value::None,
        },
    }
}

/// What a record cannot do without.
fn members(fields: &[Field], depth: usize) -> Value {
    let required = fields.iter().filter(|field| field.is_required());
    Value::Map(required.map(|field| (field.name.clone(), of_field(field, depth))).collect())
}

/// The first variant, written as the choice has it.
fn of_choice(choice: &Choice, depth: usize) -> Value {
    let Some(variant) = choice.variants.first() else { return Value::None };
    let name = Value::Str(variant.name.clone());
    let payload = match &variant.payload {
        Payload::Record(fields) => members(fields, depth + 1),
        _ => Value::None,
    };
    match (&choice.tagging, payload) {
        (Tagging::External, Value::None) => name,
        (Tagging::External, payload) => Value::Map(vec![(variant.name.clone(), payload)]),
        (Tagging::Internal { tag }, Value::Map(inner)) => {
            Value::Map(std::iter::once((tag.clone(), name)).chain(inner).collect())
        }
        (Tagging::Internal { tag }, _) => Value::Map(vec![(tag.clone(), name)]),
        (Tagging::Adjacent { tag, content }, payload) => {
            Value::Map(vec![(tag.clone(), name), (content.clone(), payload)])
        }
        (Tagging::Untagged, payload) => payload,
    }
}

fn of_field(field: &Field, depth: usize) -> Value {
    let example = field.examples.first().and_then(converse_model::Default::value);
    example.unwrap_or_else(|| of_type(&field.ty, field, depth))
}

fn of_type(ty: &Type, field: &Field, depth: usize) -> Value {
    match ty {
        Type::Bool => Value::Bool(true),
        Type::Int { min, max } => Value::Int(least(field).clamp(*min, *max)),
        #[allow(clippy::cast_precision_loss, reason = "a number to try")]
        Type::Float { .. } => Value::Float(least(field) as f64),
        Type::Text => Value::Str(text(field).into()),
        Type::Secret(inner) => of_type(inner, field, depth),
        Type::Char => Value::from("x"),
        Type::Format(format) => Value::from(format.row().example),
        Type::Bytes => Value::from(TextFormat::Base64.row().example),
        Type::Any | Type::Optional(_) => Value::None,
        Type::List(item) | Type::Set(item) => Value::List(vec![of_type(item, field, depth); items(field)]),
        Type::Array { item, length } => Value::List(vec![of_type(item, field, depth); *length as usize]),
        Type::Tuple(items) => Value::List(items.iter().map(|item| of_type(item, field, depth)).collect()),
        Type::Map { .. } => Value::Map(Vec::new()),
        Type::Class(class) => match class.shape() {
            Some(shape) if depth < 8 => of_shape(shape, depth + 1),
            _ => Value::None,
        },
        Type::Ref(class) => class.key().map_or(Value::None, |key| of_field(key, depth)),
    }
}

/// How many items the field wants.
fn items(field: &Field) -> usize {
    let least = field.constraints.iter().find_map(|constraint| match constraint {
        Constraint::MinItems(least) => Some(*least as usize),
        _ => None,
    });
    least.unwrap_or(0)
}

/// A whole number that keeps the field's lower bounds.
fn least(field: &Field) -> i128 {
    let bound = field.constraints.iter().find_map(|constraint| match constraint {
        Constraint::Ge(Num::Int(bound)) => Some(*bound),
        Constraint::Gt(Num::Int(bound)) => Some(bound + 1),
        #[allow(clippy::cast_possible_truncation, reason = "a number to try")]
        Constraint::Ge(Num::Float(bound)) | Constraint::Gt(Num::Float(bound)) => Some(bound.floor() as i128 + 1),
        _ => None,
    });
    bound.unwrap_or(1)
}

/// The field's own name, as long as the field wants it.
fn text(field: &Field) -> String {
    let mut text: String = field.name.to_string();
    for constraint in field.constraints.iter() {
        match constraint {
            Constraint::MinLength(least) => {
                while text.chars().count() < *least as usize {
                    text.push('x');
                }
            }
            Constraint::MaxLength(most) => text = text.chars().take(*most as usize).collect(),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use converse_model::{Constraint, Field, Kind, Shape, Type, report};

    use super::of_shape;

    #[test]
    fn what_is_to_be_tried_keeps_the_rules_that_it_can() {
        let rules = vec![Constraint::MinItems(2)];
        let names = Field { constraints: rules.into(), ..("names", Type::Text.list()).into() };
        let count = Field { constraints: vec![Constraint::MinLength(9)].into(), ..("text", Type::Text).into() };
        let kind = Kind::Record { fields: vec![names, count].into(), closed: true, check: None };
        let shape = Shape { name: "Sample".into(), doc: "".into(), kind };
        assert!(report(&shape, &of_shape(&shape, 0)).is_empty());
    }
}
