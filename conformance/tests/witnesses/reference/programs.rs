//! What the checks of the classes' own code say: code is no data, so the reference is told.

use super::{Document, number};

/// Whether a value keeps the check of this field.
pub(crate) fn field_holds(class: &str, field: &str, document: &Document) -> bool {
    match (class, field) {
        ("Checked" | "Rules", "odd") => integer(document) % 2 == 1,
        ("Given", "given") => true,
        ("Family", "above_one") => integer(document) > 1,
        _ => panic!("{class}.{field} has a check that the reference was not told of"),
    }
}

/// Whether members of a record, all of them good, keep the check of the record.
pub(crate) fn record_holds(class: &str, members: &[(String, Document)]) -> bool {
    let get = |name: &str| integer(&members.iter().find(|(key, _)| key == name).unwrap().1);
    match class {
        "Checked" => get("first") <= get("last"),
        "Span" => get("from") <= get("to"),
        _ => panic!("{class} has a check that the reference was not told of"),
    }
}

fn integer(document: &Document) -> i128 {
    let Document::Number(text) = document else { panic!("{document:?} is no number") };
    number::int(text, i128::MIN, i128::MAX).unwrap()
}
