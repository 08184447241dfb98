//! Names, choices and unions.

use super::{Walk, list_of};
use crate::{Choice, ClassRef, Payload, Seq, Tagging, Text, Type, Value, Variant};

/// The member of a map with this name.
fn member<'v>(members: &'v [(Text, Value)], name: &str) -> Option<&'v Value> {
    members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

impl Walk {
    pub(super) fn name(&mut self, variants: &Seq<Variant>, value: &Value) {
        if let Value::Str(name) = value
            && variants.iter().any(|variant| variant.name == *name)
        {
            return;
        }
        let names: Vec<Value> = variants.iter().map(|variant| Value::Str(variant.name.clone())).collect();
        let expected = list_of(variants.iter().map(|variant| &*variant.name));
        self.issue("enum", format!("must be {expected}"), vec![(Text::Static("expected"), Value::List(names))]);
    }

    pub(super) fn choice(&mut self, choice: &Choice, value: &Value) {
        match &choice.tagging {
            Tagging::External => self.external(choice, value),
            Tagging::Internal { tag } => self.internal(choice, tag, value),
            Tagging::Adjacent { tag, content } => self.adjacent(choice, tag, content, value),
            Tagging::Untagged => self.untagged(choice, value),
        }
    }

    fn no_variant<'n>(&mut self, what: &str, names: impl Iterator<Item = &'n str>) {
        self.wrong("union_tag_invalid", &format!("must be {what} {}", list_of(names)));
    }

    fn external(&mut self, choice: &Choice, value: &Value) {
        let found = match value {
            Value::Str(name) => {
                choice.variants.iter().find(|variant| variant.name == *name && matches!(variant.payload, Payload::Unit))
            }
            Value::Map(members) => match members.as_slice() {
                [(name, inner)] => {
                    let variant = choice
                        .variants
                        .iter()
                        .find(|variant| variant.name == *name && !matches!(variant.payload, Payload::Unit));
                    if let Some(variant) = variant {
                        return self.within(name, |walk| walk.payload(&variant.payload, inner));
                    }
                    None
                }
                _ => None,
            },
            _ => None,
        };
        if found.is_none() {
            let names = choice.variants.iter().map(|variant| &*variant.name);
            self.no_variant("one of the names that hold nothing, or an object of one member, of", names);
        }
    }

    /// The variant that a tag names; without one it is said what is wrong.
    fn tagged<'c>(&mut self, choice: &'c Choice, tag: &str, members: &[(Text, Value)]) -> Option<&'c Variant> {
        if members.iter().filter(|(name, _)| name == tag).count() > 1 {
            self.within(tag, Walk::duplicate);
            return None;
        }
        let Some(named) = member(members, tag) else {
            let names = list_of(choice.variants.iter().map(|variant| &*variant.name));
            self.wrong("union_tag_not_found", &format!("must have a member \"{tag}\" that is {names}"));
            return None;
        };
        let found = match named {
            Value::Str(name) => choice.variants.iter().find(|variant| variant.name == *name),
            _ => None,
        };
        if found.is_none() {
            self.within(tag, |walk| walk.no_variant("", choice.variants.iter().map(|variant| &*variant.name)));
        }
        found
    }

    fn internal(&mut self, choice: &Choice, tag: &str, value: &Value) {
        let Value::Map(members) = value else { return self.wrong("model_type", "must be an object") };
        let Some(variant) = self.tagged(choice, tag, members) else { return };
        match &variant.payload {
            Payload::Unit => {}
            Payload::Record(fields) => self.record_but(fields, false, members, Some(tag)),
            Payload::One(Type::Class(class)) => match class.shape() {
                Some(shape) => self.class(shape, value, Some(tag)),
                None => self.wrong("unknown_class", "is of a class that is not known here"),
            },
            Payload::One(_) | Payload::Tuple(_) => self.wrong("model_type", "cannot stand beside its tag"),
        }
    }

    fn adjacent(&mut self, choice: &Choice, tag: &str, content: &str, value: &Value) {
        let Value::Map(members) = value else { return self.wrong("model_type", "must be an object") };
        let Some(variant) = self.tagged(choice, tag, members) else { return };
        if members.iter().filter(|(name, _)| name == content).count() > 1 {
            return self.within(content, Walk::duplicate);
        }
        match (member(members, content), &variant.payload) {
            (_, Payload::Unit) => {}
            (Some(value), payload) => self.within(content, |walk| walk.payload(payload, value)),
            (None, _) => self.within(content, |walk| walk.wrong("missing", "is required")),
        }
    }

    fn untagged(&mut self, choice: &Choice, value: &Value) {
        let kind = Value::kinds(value);
        let found = choice.variants.iter().find(|variant| variant.payload.kinds().meets(kind));
        match found {
            Some(variant) => self.payload(&variant.payload, value),
            None => {
                let names = choice.variants.iter().map(|variant| &*variant.name);
                self.no_variant("of the kind of one of", names);
            }
        }
    }

    fn payload(&mut self, payload: &Payload, value: &Value) {
        match payload {
            Payload::Unit => {}
            Payload::One(ty) => self.ty(ty, value),
            Payload::Tuple(types) => self.tuple(types, value),
            Payload::Record(fields) => match value {
                Value::Map(members) => self.record(fields, false, members),
                _ => self.wrong("model_type", "must be an object"),
            },
        }
    }

    pub(super) fn union(&mut self, classes: &Seq<ClassRef>, value: &Value) {
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
            None => self.no_variant("an object of one member, named", classes.iter().map(ClassRef::name)),
        }
    }
}
