//! Checks a value against a shape, and says everything that is wrong with it.
//!
//! This is the second validator: the typed decoder is fast and only refuses; this one is made for
//! the message that was refused, and for classes that have no decoder. Both have the same verdict.

use crate::report::{Issue, Report};
use crate::{ClassRef, Field, Kind, Seq, Shape, Text, Type, Value, Variant};

/// Everything that is wrong with a value of a class; empty if nothing is.
pub fn report(shape: &Shape, value: &Value) -> Report {
    let mut walk = Walk::default();
    walk.shape(shape, value);
    walk.report
}

/// Everything that is wrong with a value of a field.
pub(crate) fn report_field(field: &Field, value: &Value) -> Report {
    let mut walk = Walk::default();
    walk.field(field, value);
    walk.report
}

#[derive(Default)]
struct Walk {
    /// The JSON Pointer of the value that is looked at.
    pointer: String,
    report: Report,
}

impl Walk {
    fn issue(&mut self, rule: &'static str, message: impl Into<String>, params: Vec<(Text, Value)>) {
        let pointer = self.pointer.clone();
        self.report.push(Issue { pointer, rule, message: message.into(), params });
    }

    fn wrong(&mut self, rule: &'static str, message: &str) {
        self.issue(rule, message, Vec::new());
    }

    /// Looks at a part of the value, one step down (RFC 6901, section 3).
    fn within(&mut self, step: &str, look: impl FnOnce(&mut Walk)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        for character in step.chars() {
            match character {
                '~' => self.pointer.push_str("~0"),
                '/' => self.pointer.push_str("~1"),
                other => self.pointer.push(other),
            }
        }
        look(self);
        self.pointer.truncate(length);
    }

    fn shape(&mut self, shape: &Shape, value: &Value) {
        match &shape.kind {
            Kind::Record { fields, closed } => match value {
                Value::Map(members) => self.record(fields, *closed, members),
                _ => self.wrong("model_type", "must be an object"),
            },
            Kind::Enum(variants) => self.variant(variants, value),
            Kind::Union(classes) => self.union(classes, value),
        }
    }

    fn record(&mut self, fields: &Seq<Field>, closed: bool, members: &[(Text, Value)]) {
        let mut seen = vec![0_u32; fields.len()];
        // In the order in which they came for what came, so that duplicates show; then what is missing.
        for (name, value) in members {
            let position = fields.iter().position(|field| field.is_called(name));
            match position.and_then(|at| Some((fields.get(at)?, seen.get_mut(at)?))) {
                Some((field, count)) => {
                    *count += 1;
                    if *count == 1 {
                        self.within(name, |walk| walk.field(field, value));
                    } else if *count == 2 {
                        self.within(name, Walk::duplicate);
                    }
                }
                None if closed => self.within(name, |walk| {
                    walk.wrong("unknown_field", "is no field of this class, which takes no others");
                }),
                None => {}
            }
        }
        for (field, count) in fields.iter().zip(seen) {
            if count == 0 && field.is_required() {
                self.within(&field.name, |walk| walk.wrong("missing", "is required"));
            }
        }
    }

    fn duplicate(&mut self) {
        self.wrong(Report::DUPLICATE_KEY, "stands twice");
    }

    fn field(&mut self, field: &Field, value: &Value) {
        let before = self.report.issues.len() + self.report.more;
        self.ty(&field.ty, value);
        if self.report.issues.len() + self.report.more > before {
            return;
        }
        for constraint in field.constraints.iter() {
            if !constraint.holds(&field.ty, value) {
                self.report.push(constraint.issue(&self.pointer));
            }
        }
    }

    fn ty(&mut self, ty: &Type, value: &Value) {
        match (ty, value) {
            (Type::Bool, Value::Bool(_)) | (Type::Text, Value::Str(_)) | (Type::Optional(_), Value::None) => {}
            (Type::Bool, _) => self.wrong("bool_type", "must be true or false"),
            (Type::Text, _) => self.wrong("string_type", "must be a text"),
            (Type::Int { min, max }, value) => self.int(*min, *max, value),
            (Type::Float { bits }, value) => self.float(*bits, value),
            (Type::Optional(inner) | Type::Secret(inner), value) => self.ty(inner, value),
            (Type::List(inner), Value::List(items)) => {
                for (at, item) in items.iter().enumerate() {
                    self.within(&at.to_string(), |walk| walk.ty(inner, item));
                }
            }
            (Type::List(_), _) => self.wrong("list_type", "must be a list"),
            (Type::Map(inner), Value::Map(members)) => self.map(inner, members),
            (Type::Map(_), _) => self.wrong("dict_type", "must be an object"),
            (Type::Class(class), value) => match class.shape() {
                Some(shape) => self.shape(shape, value),
                None => self.wrong("unknown_class", "is of a class that is not known here"),
            },
        }
    }

    fn int(&mut self, min: i128, max: i128, value: &Value) {
        let value = match value {
            Value::Int(value) => *value,
            // Beyond i128, in which every bound lies.
            Value::Float(value) if value.abs() > 1e37 => {
                if *value > 0.0 {
                    i128::MAX
                } else {
                    i128::MIN
                }
            }
            Value::Float(value) => match integral(*value) {
                Some(value) => value,
                None => {
                    return self.wrong("int_from_float", "must be a whole number; write it without point and exponent");
                }
            },
            _ => return self.wrong("int_type", "must be a whole number"),
        };
        if value < min {
            let params = vec![(Text::Static("ge"), Value::Int(min))];
            self.issue("greater_than_equal", format!("must be greater than or equal to {min}"), params);
        } else if value > max {
            let params = vec![(Text::Static("le"), Value::Int(max))];
            self.issue("less_than_equal", format!("must be less than or equal to {max}"), params);
        }
    }

    fn float(&mut self, bits: u8, value: &Value) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "rounded as the type does")]
        let overflows = match value {
            Value::Float(value) if bits == 32 => !(*value as f32).is_finite(),
            Value::Float(value) => !value.is_finite(),
            Value::Int(value) if bits == 32 => !(*value as f32).is_finite(),
            Value::Int(_) => false,
            _ => return self.wrong("float_type", "must be a number"),
        };
        if overflows {
            self.wrong("number_out_of_range", &format!("must be a number that {bits} bits can hold"));
        }
    }

    fn map(&mut self, inner: &Type, members: &[(Text, Value)]) {
        let mut seen = std::collections::HashSet::with_capacity(members.len());
        for (name, value) in members {
            if seen.insert(name.as_str()) {
                self.within(name, |walk| walk.ty(inner, value));
            } else {
                self.within(name, Walk::duplicate);
            }
        }
    }

    fn variant(&mut self, variants: &Seq<Variant>, value: &Value) {
        if let Value::Str(name) = value
            && variants.iter().any(|variant| variant.name == *name)
        {
            return;
        }
        let names: Vec<Value> = variants.iter().map(|variant| Value::Str(variant.name.clone())).collect();
        let expected = list_of(variants.iter().map(|variant| &*variant.name));
        self.issue("enum", format!("must be {expected}"), vec![(Text::Static("expected"), Value::List(names))]);
    }

    fn union(&mut self, classes: &Seq<ClassRef>, value: &Value) {
        let member = match value {
            Value::Map(members) => match members.as_slice() {
                [(name, value)] => Some((name, value)),
                _ => None,
            },
            _ => None,
        };
        let found = member.and_then(|(name, value)| {
            let class = classes.iter().find(|class| class.name() == name.as_str())?;
            Some((name, class.shape()?, value))
        });
        match found {
            Some((name, shape, value)) => self.within(name, |walk| walk.shape(shape, value)),
            None => {
                let expected = list_of(classes.iter().map(ClassRef::name));
                self.wrong("union_tag_invalid", &format!("must be an object of one member, named {expected}"));
            }
        }
    }
}

/// `a`, `a or b`, `a, b or c`: each in quotes.
fn list_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
    match names.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

/// The integer that a float is, if it is one and every integer up to it is a float too.
fn integral(value: f64) -> Option<i128> {
    #[allow(clippy::cast_possible_truncation, reason = "whole, and at most 2^53")]
    (value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0).then_some(value as i128)
}

/// A valid value as its class has it: members in declared order under their own names, defaults
/// filled in, and what is no field left out.
pub fn complete(shape: &Shape, value: Value) -> Value {
    let (Kind::Record { fields, .. }, Value::Map(members)) = (&shape.kind, &value) else {
        return match (&shape.kind, value) {
            (Kind::Union(classes), Value::Map(members)) => Value::Map(
                members
                    .into_iter()
                    .map(|(name, value)| match classes.iter().find(|class| class.name() == name.as_str()) {
                        Some(class) => (name, complete_ref(class, value)),
                        None => (name, value),
                    })
                    .collect(),
            ),
            (_, value) => value,
        };
    };
    let mut complete = Vec::with_capacity(fields.len());
    for field in fields.iter() {
        let sent = members.iter().find(|(name, _)| field.is_called(name)).map(|(_, value)| value.clone());
        let value = match sent {
            Some(value) => complete_type(&field.ty, value),
            None => field.default.value().unwrap_or(Value::None),
        };
        complete.push((field.name.clone(), value));
    }
    Value::Map(complete)
}

fn complete_ref(class: &ClassRef, value: Value) -> Value {
    match class.shape() {
        Some(shape) => complete(shape, value),
        None => value,
    }
}

fn complete_type(ty: &Type, value: Value) -> Value {
    match (ty, value) {
        (Type::Int { .. }, Value::Float(float)) => integral(float).map_or(Value::Float(float), Value::Int),
        #[allow(clippy::cast_precision_loss, reason = "rounded as the type does")]
        (Type::Float { .. }, Value::Int(int)) => Value::Float(int as f64),
        (Type::Optional(inner) | Type::Secret(inner), value) => complete_type(inner, value),
        (Type::List(inner), Value::List(items)) => {
            Value::List(items.into_iter().map(|item| complete_type(inner, item)).collect())
        }
        (Type::Map(inner), Value::Map(members)) => {
            Value::Map(members.into_iter().map(|(name, value)| (name, complete_type(inner, value))).collect())
        }
        (Type::Class(class), value) => complete_ref(class, value),
        (_, value) => value,
    }
}
