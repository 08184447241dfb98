//! Checks a value against a shape, and says everything that is wrong with it.
//!
//! This is the second validator: the typed decoder is fast and only refuses; this one is made for
//! the message that was refused, and for classes that have no decoder. Both have the same verdict.

mod choice;
mod complete;
mod container;
mod same;
mod scalar;

use crate::report::{Issue, Report};
use crate::{Field, Kind, Shape, Text, Transform, Type, Value, coerce};

pub use complete::complete;
pub use same::canonical;
pub use scalar::integral;

/// Everything that is wrong with a value of a class; empty if nothing is.
pub fn report(shape: &Shape, value: &Value) -> Report {
    let mut walk = Walk::default();
    walk.shape(shape, value);
    walk.report
}

/// Everything that is wrong with a value of a field.
pub fn report_field(field: &Field, value: &Value) -> Report {
    let mut walk = Walk::default();
    walk.field(field, value);
    walk.report
}

#[derive(Default)]
struct Walk {
    /// The JSON Pointer of the value that is looked at.
    pointer: String,
    /// Whether the field that is looked at takes values in other forms.
    lax: bool,
    report: Report,
}

impl Walk {
    fn issue(&mut self, rule: &'static str, message: impl Into<String>, params: Vec<(Text, Value)>) {
        let pointer = self.pointer.clone();
        self.report.push(Issue { pointer, rule: rule.into(), message: message.into(), params });
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
            Kind::Record { .. } => self.class(shape, value, None),
            Kind::Enum(variants) => self.name(variants, value),
            Kind::Choice(choice) => self.choice(choice, value),
            Kind::Union(classes) => self.union(classes, value),
        }
    }

    /// A value of a class of named fields, perhaps with a tag among its members.
    fn class(&mut self, shape: &Shape, value: &Value, tag: Option<&str>) {
        let (Kind::Record { fields, closed, check }, Value::Map(members)) = (&shape.kind, value) else {
            return self.wrong("model_type", "must be an object");
        };
        let before = self.found();
        self.record_but(fields, *closed, members, tag);
        // A record is looked at as a whole once its parts are right.
        if let (Some(check), true) = (check, self.found() == before)
            && let Err(message) = check(value)
        {
            self.wrong("value_error", &message);
        }
    }

    fn record(&mut self, fields: &[Field], closed: bool, members: &[(Text, Value)]) {
        self.record_but(fields, closed, members, None);
    }

    /// The same for a record among whose members stands a tag that is no field.
    fn record_but(&mut self, fields: &[Field], closed: bool, members: &[(Text, Value)], tag: Option<&str>) {
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
                None if closed && tag != Some(name) => self.within(name, |walk| {
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
        let coerced = coerced(field, value);
        let value = coerced.as_ref().unwrap_or(value);
        let around = std::mem::replace(&mut self.lax, field.coerce);
        self.by_rules(field, value);
        self.lax = around;
    }

    /// A value of a field in the form that its type has.
    fn by_rules(&mut self, field: &Field, value: &Value) {
        let before = self.found();
        self.ty(&field.ty, value);
        if self.found() > before {
            return;
        }
        let changed = transformed(field, value);
        let value = changed.as_ref().unwrap_or(value);
        for constraint in field.constraints.iter().filter(|constraint| !constraint.holds(&field.ty, value)) {
            let mut issue = constraint.issue(&self.pointer, value);
            if !field.message.is_empty() {
                issue.message = field.message.to_string();
            }
            self.report.push(issue);
        }
    }

    /// How many errors there are so far.
    fn found(&self) -> usize {
        self.report.issues.len() + self.report.more
    }

    fn ty(&mut self, ty: &Type, value: &Value) {
        match ty {
            Type::Bool
            | Type::Text
            | Type::Char
            | Type::Bytes
            | Type::Int { .. }
            | Type::Float { .. }
            | Type::Format(_) => {
                self.scalar(ty, value);
            }
            Type::Any => self.any(value),
            Type::Optional(_) if *value == Value::None => {}
            Type::Optional(inner) | Type::Secret(inner) => self.ty(inner, value),
            Type::List(inner) => self.list(inner, value),
            Type::Set(inner) => self.set(inner, value),
            Type::Array { item, length } => self.array(item, *length, value),
            Type::Tuple(items) => self.tuple(items, value),
            Type::Map { key, value: inner } => self.map(key, inner, value),
            Type::Class(class) => match class.shape() {
                Some(shape) => {
                    // The class's own fields say what they take.
                    let around = std::mem::take(&mut self.lax);
                    self.shape(shape, value);
                    self.lax = around;
                }
                None => self.wrong("unknown_class", "is of a class that is not known here"),
            },
            Type::Ref(class) => match class.key() {
                Some(key) => self.by_rules(key, value),
                None => self.wrong("unknown_class", "is the key of a class that is not known here"),
            },
        }
    }
}

/// A value as its field takes it, where that is another than what was sent.
fn coerced(field: &Field, value: &Value) -> Option<Value> {
    if field.coerce { coerce(&field.ty, value) } else { None }
}

/// A text as its field keeps it, where that is another than what was sent.
fn transformed(field: &Field, value: &Value) -> Option<Value> {
    match value {
        Value::Str(text) if !field.transforms.is_empty() => {
            let apply = |text: String, transform: &Transform| transform.apply(&text);
            Some(Value::Str(field.transforms.iter().fold(text.to_string(), apply).into()))
        }
        _ => None,
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
