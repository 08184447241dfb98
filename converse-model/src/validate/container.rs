//! Lists, sets, tuples and maps.

use std::collections::HashSet;

use super::Walk;
use super::same::canonical;
use crate::{ClassRef, Kind, Text, TextFormat, Type, Value};

impl Walk {
    pub(super) fn list(&mut self, inner: &Type, value: &Value) {
        let Some(items) = self.items(value) else { return };
        for (at, item) in items.iter().enumerate() {
            self.within(&at.to_string(), |walk| walk.ty(inner, item));
        }
    }

    pub(super) fn set(&mut self, inner: &Type, value: &Value) {
        let before = self.found();
        self.list(inner, value);
        // Only good items can be told apart.
        if self.found() > before {
            return;
        }
        let Value::List(items) = value else { return };
        let mut seen = HashSet::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            if !seen.insert(canonical(inner, item)) {
                self.within(&at.to_string(), |walk| walk.wrong("unique_items", "stands twice in the list"));
            }
        }
    }

    pub(super) fn array(&mut self, item: &Type, length: u32, value: &Value) {
        let Some(items) = self.items(value) else { return };
        self.length(items.len(), length as usize);
        for (at, value) in items.iter().take(length as usize).enumerate() {
            self.within(&at.to_string(), |walk| walk.ty(item, value));
        }
    }

    pub(super) fn tuple(&mut self, types: &[Type], value: &Value) {
        let Some(items) = self.items(value) else { return };
        self.length(items.len(), types.len());
        for (at, (ty, value)) in types.iter().zip(items).enumerate() {
            self.within(&at.to_string(), |walk| walk.ty(ty, value));
        }
    }

    fn items<'v>(&mut self, value: &'v Value) -> Option<&'v [Value]> {
        if let Value::List(items) = value {
            return Some(items);
        }
        self.wrong("list_type", "must be a list");
        None
    }

    fn length(&mut self, found: usize, wanted: usize) {
        let (rule, bound) = match found.cmp(&wanted) {
            std::cmp::Ordering::Equal => return,
            std::cmp::Ordering::Less => ("too_short", "min_items"),
            std::cmp::Ordering::Greater => ("too_long", "max_items"),
        };
        let s = if wanted == 1 { "" } else { "s" };
        #[allow(clippy::cast_possible_wrap, reason = "no list has 2^127 items")]
        let params = vec![(Text::Static(bound), Value::Int(wanted as i128))];
        self.issue(rule, format!("must have {wanted} item{s}"), params);
    }

    pub(super) fn map(&mut self, key: &Type, inner: &Type, value: &Value) {
        let Value::Map(members) = value else { return self.wrong("dict_type", "must be an object") };
        let mut seen = HashSet::with_capacity(members.len());
        for (name, value) in members {
            // A UUID is the same in upper and in lower case.
            let same = match key {
                Type::Format(TextFormat::Uuid) if TextFormat::Uuid.holds(name) => name.to_ascii_lowercase(),
                _ => name.to_string(),
            };
            if seen.insert(same) {
                self.within(name, |walk| {
                    walk.key(key, name);
                    walk.ty(inner, value);
                });
            } else {
                self.within(name, Walk::duplicate);
            }
        }
    }

    /// The name of a map's member, as the type that it is read as.
    fn key(&mut self, ty: &Type, name: &Text) {
        match ty {
            Type::Int { min, max } => {
                let digits = name.strip_prefix('-').unwrap_or(name);
                let spelt = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.is_empty();
                match name.parse::<i128>() {
                    Ok(value) if value.to_string() == name.as_str() => {
                        self.ty(&Type::Int { min: *min, max: *max }, &Value::Int(value));
                    }
                    // Beyond i128, in which every bound lies.
                    Err(_) if spelt && !digits.starts_with('0') => {
                        let beyond = if name.starts_with('-') { i128::MIN } else { i128::MAX };
                        self.ty(&Type::Int { min: *min, max: *max }, &Value::Int(beyond));
                    }
                    _ => self.wrong("int_parsing", "must have a whole number for its name"),
                }
            }
            Type::Class(class) => self.enum_key(class, name),
            ty => self.ty(ty, &Value::Str(name.clone())),
        }
    }

    fn enum_key(&mut self, class: &ClassRef, name: &Text) {
        if let Some(shape) = class.shape()
            && let Kind::Enum(variants) = &shape.kind
        {
            self.name(variants, &Value::Str(name.clone()));
        }
    }

    /// Any value: only what no value may be is wrong with it.
    pub(super) fn any(&mut self, value: &Value) {
        match value {
            Value::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.within(&at.to_string(), |walk| walk.any(item));
                }
            }
            Value::Map(members) => {
                let mut seen = HashSet::with_capacity(members.len());
                for (name, value) in members {
                    if seen.insert(name.as_str()) {
                        self.within(name, |walk| walk.any(value));
                    } else {
                        self.within(name, Walk::duplicate);
                    }
                }
            }
            Value::Float(value) if !value.is_finite() => self.out_of_range(64),
            _ => {}
        }
    }
}
