//! Enums that hold values, in serde's four taggings.

use converse_model::{Choice, Payload, Tagging, Type, Variant};

use super::{Document, Walk, kinds};

impl Walk {
    pub(super) fn choice(&mut self, class: &str, choice: &Choice, document: &Document, at: &str) {
        match &choice.tagging {
            Tagging::External => self.external(class, choice, document, at),
            Tagging::Internal { tag } => self.internal(class, choice, tag, document, at),
            Tagging::Adjacent { tag, content } => self.adjacent(class, choice, tag, content, document, at),
            Tagging::Untagged => {
                let kind = kinds::of_document(document);
                match choice.variants.iter().find(|variant| kinds::of_payload(&variant.payload, kind)) {
                    Some(variant) => self.payload(class, &variant.payload, document, at),
                    None => self.push(at, "union_tag_invalid"),
                }
            }
        }
    }

    /// `"Dot"`, `{"Circle":1}`: one name, and a value where it holds one.
    fn external(&mut self, class: &str, choice: &Choice, document: &Document, at: &str) {
        match document {
            Document::Text(name) if named(choice, name).is_some_and(is_unit) => {}
            Document::Map(members) if members.len() == 1 => {
                let (name, value) = &members[0];
                match named(choice, name).filter(|variant| !is_unit(variant)) {
                    Some(variant) => self.payload(class, &variant.payload, value, &below(at, name)),
                    None => self.push(at, "union_tag_invalid"),
                }
            }
            _ => self.push(at, "union_tag_invalid"),
        }
    }

    /// `{"type":"Circle","radius":1}`: the tag anywhere among the members.
    fn internal(&mut self, class: &str, choice: &Choice, tag: &str, document: &Document, at: &str) {
        let Document::Map(members) = document else { return self.push(at, "model_type") };
        let Some(variant) = self.tagged(choice, tag, members, at) else { return };
        match &variant.payload {
            Payload::Record(fields) => self.fields(class, fields, false, members, at),
            Payload::One(Type::Class(inner)) => {
                let rest = members.iter().filter(|(name, _)| name != tag).cloned().collect();
                self.shape(inner.shape().unwrap(), &Document::Map(rest), at);
            }
            _ => {}
        }
    }

    /// `{"t":"Circle","c":1}`: the two in any order.
    fn adjacent(&mut self, class: &str, choice: &Choice, tag: &str, content: &str, document: &Document, at: &str) {
        let Document::Map(members) = document else { return self.push(at, "model_type") };
        let Some(variant) = self.tagged(choice, tag, members, at) else { return };
        let contents: Vec<&Document> = members.iter().filter(|(name, _)| name == content).map(|(_, one)| one).collect();
        let here = below(at, content);
        match contents.as_slice() {
            [_, _, ..] => self.push(&here, "duplicate_key"),
            _ if is_unit(variant) => {}
            [] => self.push(&here, "missing"),
            [one] => self.payload(class, &variant.payload, one, &here),
        }
    }

    /// The variant that the tag names; a tag that stands twice names none.
    fn tagged<'c>(
        &mut self,
        choice: &'c Choice,
        tag: &str,
        members: &[(String, Document)],
        at: &str,
    ) -> Option<&'c Variant> {
        let tags: Vec<&Document> = members.iter().filter(|(name, _)| name == tag).map(|(_, one)| one).collect();
        let (here, rule) = match tags.as_slice() {
            [] => (at.to_owned(), "union_tag_not_found"),
            [Document::Text(name)] => match named(choice, name) {
                Some(variant) => return Some(variant),
                None => (below(at, tag), "union_tag_invalid"),
            },
            [_] => (below(at, tag), "union_tag_invalid"),
            _ => (below(at, tag), "duplicate_key"),
        };
        self.push(&here, rule);
        None
    }

    fn payload(&mut self, class: &str, payload: &Payload, document: &Document, at: &str) {
        match payload {
            Payload::Unit => {}
            Payload::One(ty) => self.value(ty, document, at),
            Payload::Tuple(types) => self.tuple(types, document, at),
            Payload::Record(fields) => match document {
                Document::Map(members) => self.fields(class, fields, false, members, at),
                _ => self.push(at, "model_type"),
            },
        }
    }
}

fn is_unit(variant: &Variant) -> bool {
    matches!(variant.payload, Payload::Unit)
}

fn named<'c>(choice: &'c Choice, name: &str) -> Option<&'c Variant> {
    choice.variants.iter().find(|variant| variant.name == *name)
}

/// The pointer of a member or an item (RFC 6901).
pub(super) fn below(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}
