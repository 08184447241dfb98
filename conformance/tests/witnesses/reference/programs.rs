//! What the checks of the classes' own code say: code is no data, so the reference is told.

use super::{Document, number};

/// Whether a value keeps the check of this field.
pub(crate) fn field_holds(class: &str, field: &str, document: &Document) -> bool {
    match (class, field) {
        ("Checked" | "Cleaned", "odd") => integer(document) % 2 == 1,
        ("Given", "given") => true,
        ("Family", "above_one") => integer(document) > 1,
        _ => panic!("{class}.{field} has a check that the reference was not told of"),
    }
}

/// Whether members of a record, all of them good, keep the check of the record.
pub(crate) fn record_holds(class: &str, members: &[(String, Document)]) -> bool {
    let member = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let get = |name: &str| integer(member(name).unwrap());
    // Trimmed as the field is; an absent one is as good as null.
    let text = |name: &str| match member(name) {
        Some(Document::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    match class {
        "Checked" => get("first") <= get("last"),
        "Cleaned" => text("password").map(str::trim) == text("again"),
        "Span" => get("from") <= get("to"),
        _ => panic!("{class} has a check that the reference was not told of"),
    }
}

fn integer(document: &Document) -> i128 {
    let Document::Number(text) = document else { panic!("{document:?} is no number") };
    number::int(text, i128::MIN, i128::MAX).unwrap()
}
