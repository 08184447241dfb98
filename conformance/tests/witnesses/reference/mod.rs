//! An independent reference of what is wrong with a message: written from `docs/wire.md` and
//! `docs/validation.md`, over what `serde_json` reads and a class's `Shape`, with none of the code that it
//! is the witness of.

mod choice;
mod document;
mod forms;
mod kinds;
mod number;
mod programs;
mod rules;
mod same;

use converse_model::{Default, Field, Kind, Shape, Type};

use choice::below;
pub(crate) use document::Document;

/// One error: its JSON Pointer and its rule.
pub(crate) type Wrong = (String, String);

/// All errors of a body, in the order in which they are told.
pub(crate) fn wrongs(shape: &Shape, body: &Document) -> Vec<Wrong> {
    let mut walk = Walk { found: Vec::new() };
    walk.shape(shape, body, "");
    walk.found
}

/// Whether a record without this field is refused.
fn is_required(field: &Field) -> bool {
    matches!(field.default, Default::None) && !matches!(shown(&field.ty), Type::Optional(_))
}

/// What is on the wire for a secret: what it hides.
fn shown(ty: &Type) -> &Type {
    if let Type::Secret(inner) = ty { shown(inner) } else { ty }
}

struct Walk {
    found: Vec<Wrong>,
}

impl Walk {
    fn push(&mut self, at: &str, rule: &str) {
        self.found.push((at.to_owned(), rule.to_owned()));
    }

    fn shape(&mut self, shape: &Shape, document: &Document, at: &str) {
        match &shape.kind {
            Kind::Record { fields, closed, check } => {
                let Document::Map(members) = document else { return self.push(at, "model_type") };
                let before = self.found.len();
                self.fields(&shape.name, fields, *closed, members, at);
                let good = self.found.len() == before;
                if good && check.is_some() && !programs::record_holds(&shape.name, members) {
                    self.push(at, "value_error");
                }
            }
            Kind::Enum(variants) => {
                let good = matches!(document, Document::Text(name) if variants.iter().any(|one| *one.name == **name));
                if !good {
                    self.push(at, "enum");
                }
            }
            Kind::Choice(choice) => self.choice(&shape.name, choice, document, at),
            Kind::Union(classes) => match document {
                Document::Map(members) if members.len() == 1 => {
                    let (name, value) = &members[0];
                    match classes.iter().find(|class| class.name() == name) {
                        Some(class) => self.shape(class.shape().unwrap(), value, &below(at, name)),
                        None => self.push(at, "union_tag_invalid"),
                    }
                }
                _ => self.push(at, "union_tag_invalid"),
            },
        }
    }

    /// The members as they came, then the fields that are missing.
    fn fields(&mut self, class: &str, fields: &[Field], closed: bool, members: &[(String, Document)], at: &str) {
        let mut seen = vec![0; fields.len()];
        for (name, value) in members {
            let here = below(at, name);
            match fields.iter().position(|field| field.is_called(name)) {
                Some(index) => {
                    seen[index] += 1;
                    match seen[index] {
                        1 => self.field(class, &fields[index], value, &here),
                        2 => self.push(&here, "duplicate_key"),
                        _ => {}
                    }
                }
                None if closed => self.push(&here, "unknown_field"),
                None => {}
            }
        }
        for (field, _) in fields.iter().zip(seen).filter(|(field, seen)| *seen == 0 && is_required(field)) {
            self.push(&below(at, &field.name), "missing");
        }
    }

    /// Its type, what is made of it, its rules.
    fn field(&mut self, class: &str, field: &Field, sent: &Document, at: &str) {
        let before = self.found.len();
        self.value(&field.ty, sent, at);
        if self.found.len() > before || *sent == Document::Null {
            return;
        }
        let kept = rules::kept(field, sent);
        for constraint in field.constraints.iter() {
            let (rule, holds) = rules::rule(class, field, constraint, &kept);
            if !holds {
                self.push(at, rule);
            }
        }
    }

    fn value(&mut self, ty: &Type, document: &Document, at: &str) {
        match (ty, document) {
            (Type::Bool, Document::Bool(_)) | (Type::Text, Document::Text(_)) | (Type::Optional(_), Document::Null) => {
            }
            (Type::Ref(class), _) => self.value(&class.key().unwrap().ty, document, at),
            (Type::Bool, _) => self.push(at, "bool_type"),
            (Type::Int { min, max }, Document::Number(text)) => {
                if let Err(rule) = number::int(text, *min, *max) {
                    self.push(at, rule);
                }
            }
            (Type::Int { .. }, _) => self.push(at, "int_type"),
            (Type::Float { bits }, Document::Number(text)) => {
                let finite =
                    if *bits == 32 { number::single(text).is_finite() } else { number::double(text).is_finite() };
                if !finite {
                    self.push(at, "number_out_of_range");
                }
            }
            (Type::Float { .. }, _) => self.push(at, "float_type"),
            (Type::Char, Document::Text(text)) => match text.chars().count() {
                0 => self.push(at, "string_too_short"),
                1 => {}
                _ => self.push(at, "string_too_long"),
            },
            (Type::Format(format), Document::Text(text)) => {
                if forms::meaning(*format, text).is_none() {
                    self.push(at, forms::rule(*format));
                }
            }
            (Type::Text | Type::Char | Type::Format(_), _) => self.push(at, "string_type"),
            (Type::Bytes, Document::Text(text)) => {
                if forms::base64(text).is_none() {
                    self.push(at, "bytes_invalid_encoding");
                }
            }
            (Type::Bytes, _) => self.push(at, "bytes_type"),
            (Type::Any, _) => self.any(document, at),
            (Type::Optional(inner) | Type::Secret(inner), _) => self.value(inner, document, at),
            (Type::Map { key, value }, Document::Map(members)) => self.map(key, value, members, at),
            (Type::Map { .. }, _) => self.push(at, "dict_type"),
            (Type::Class(class), _) => self.shape(class.shape().unwrap(), document, at),
            (Type::Tuple(types), _) => self.tuple(types, document, at),
            (Type::Array { item, length }, _) => self.array(item, *length as usize, document, at),
            (Type::List(item), _) => self.items(|_| Some(&**item), None, document, at),
            (Type::Set(item), _) => self.set(item, document, at),
        }
    }

    /// So many items; those beyond are not looked at.
    fn array(&mut self, item: &Type, length: usize, document: &Document, at: &str) {
        self.items(|index| (index < length).then_some(item), Some(length), document, at);
    }

    fn tuple(&mut self, types: &[Type], document: &Document, at: &str) {
        self.items(|index| types.get(index), Some(types.len()), document, at);
    }

    fn items<'t>(
        &mut self,
        ty: impl Fn(usize) -> Option<&'t Type>,
        length: Option<usize>,
        document: &Document,
        at: &str,
    ) {
        let Document::List(items) = document else { return self.push(at, "list_type") };
        match length {
            Some(length) if items.len() < length => self.push(at, "too_short"),
            Some(length) if items.len() > length => self.push(at, "too_long"),
            _ => {}
        }
        for (index, item) in items.iter().enumerate() {
            if let Some(ty) = ty(index) {
                self.value(ty, item, &below(at, &index.to_string()));
            }
        }
    }

    fn set(&mut self, item: &Type, document: &Document, at: &str) {
        let Document::List(items) = document else { return self.push(at, "list_type") };
        let before = self.found.len();
        self.items(|_| Some(item), None, document, at);
        if self.found.len() > before {
            return;
        }
        let all: Vec<_> = items.iter().map(|one| same::of(item, one)).collect();
        for (index, _) in all.iter().enumerate().filter(|(index, one)| all[..*index].contains(one)) {
            self.push(&below(at, &index.to_string()), "unique_items");
        }
    }

    fn map(&mut self, key: &Type, value: &Type, members: &[(String, Document)], at: &str) {
        let mut seen = Vec::new();
        for (name, one) in members {
            let here = below(at, name);
            let same = same::name_of(key, name);
            if seen.contains(&same) {
                self.push(&here, "duplicate_key");
                continue;
            }
            seen.push(same);
            self.key(key, name, &here);
            self.value(value, one, &here);
        }
    }

    /// A key is a text; an integer has one spelling.
    fn key(&mut self, key: &Type, name: &str, at: &str) {
        match key {
            Type::Int { min, max } => {
                let digits = name.strip_prefix('-').unwrap_or(name);
                let spelt = !digits.is_empty()
                    && digits.bytes().all(|digit| digit.is_ascii_digit())
                    && (digits == "0" || !digits.starts_with('0'))
                    && name != "-0";
                match number::int(if spelt { name } else { "0" }, *min, *max) {
                    _ if !spelt => self.push(at, "int_parsing"),
                    Err(rule) => self.push(at, rule),
                    Ok(_) => {}
                }
            }
            other => self.value(other, &Document::Text(name.to_owned()), at),
        }
    }

    /// Any value: finite numbers, and names that differ.
    fn any(&mut self, document: &Document, at: &str) {
        match document {
            Document::Number(text) if number::double(text).is_infinite() => self.push(at, "number_out_of_range"),
            Document::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.any(item, &below(at, &index.to_string()));
                }
            }
            Document::Map(members) => {
                for (index, (name, value)) in members.iter().enumerate() {
                    if members[..index].iter().any(|(earlier, _)| earlier == name) {
                        self.push(&below(at, name), "duplicate_key");
                    } else {
                        self.any(value, &below(at, name));
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether two good bodies are one message.
pub(crate) fn are_same(shape: &Shape, one: &Document, other: &Document) -> bool {
    same::of_shape(shape, one) == same::of_shape(shape, other)
}

/// Whether a value is a good one of this field.
pub(crate) fn field_is_good(class: &str, field: &Field, value: &Document) -> bool {
    let mut walk = Walk { found: Vec::new() };
    walk.field(class, field, value, "");
    walk.found.is_empty()
}

/// Whether a field keeps a text as it is.
pub(crate) fn field_keeps(field: &Field, value: &Document) -> bool {
    rules::kept(field, value) == *value
}
