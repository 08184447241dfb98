//! What must hold for each class by itself: names that can be spelled, constraints that suit, defaults that keep them.

use rustc_hash::FxHashMap;

use crate::{Constraint, Definition, Field, Origin, Problem, Seq, Type};

/// Names that no class of a program may take.
const RESERVED: [&str; 2] = ["Fault", "Done"];

/// A name belongs to one class, and is one that every language can spell.
pub(super) fn check_names(definitions: &[Definition], problems: &mut Vec<Problem>) {
    let mut first: FxHashMap<&str, &Definition> = FxHashMap::default();
    for definition in definitions {
        let name = definition.shape.name.as_str();
        check_name(name, &definition.origin, RENAME, problems);
        if let Some(other) = first.insert(name, definition) {
            problems.push(Problem {
                what: format!("two classes are called `{name}`: {} and {}", other.origin, definition.origin),
                remedy: "rename one, or give it another name on the wire with #[message(name = \"…\")]".to_owned(),
            });
        }
    }
}

const RENAME: &str = "rename the class, or give it another name on the wire with #[message(name = \"…\")]";

/// The name is one that every language can spell, and not converse's own.
pub(super) fn check_name(name: &str, origin: &Origin, remedy: &str, problems: &mut Vec<Problem>) {
    let wrong = if !is_name(name) {
        format!("the class name {name:?} ({origin}) is not letters, digits and _")
    } else if RESERVED.contains(&name) {
        format!("the class name `{name}` ({origin}) is converse's own")
    } else {
        return;
    };
    problems.push(Problem { what: wrong, remedy: remedy.to_owned() });
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Every constraint suits its field, and every default and example keeps its own field's rules.
pub(super) fn check_fields(definition: &Definition, problems: &mut Vec<Problem>) {
    for fields in definition.shape.records() {
        check_record(&definition.shape.name, &definition.origin, fields, problems);
    }
}

pub(super) fn check_record(class: &str, origin: &Origin, fields: &[Field], problems: &mut Vec<Problem>) {
    for field in fields {
        let place = format!("`{class}.{}` ({origin})", field.name);
        check_constraints(&field.constraints, &field.ty, &place, problems);
        let examples = field.examples.iter().map(|example| ("example", example));
        for (what, given) in std::iter::once(("default", &field.default)).chain(examples) {
            let Some(value) = given.value() else { continue };
            for issue in crate::validate::report_field(field, &value).issues {
                problems.push(Problem {
                    what: format!("the {what} of {place} breaks the field's own rule: it {}", issue.message),
                    remedy: format!("change the {what} or the rule"),
                });
            }
        }
    }
    for (at, field) in fields.iter().enumerate() {
        let earlier = fields.iter().take(at);
        for name in std::iter::once(&field.name).chain(field.aliases.iter()) {
            if earlier.clone().any(|other| other.is_called(name)) {
                problems.push(Problem {
                    what: format!("two fields of `{class}` ({origin}) are called `{name}`"),
                    remedy: "change the field's name, its rename or its alias".to_owned(),
                });
            }
        }
    }
}

fn check_constraints(constraints: &Seq<Constraint>, ty: &Type, place: &str, problems: &mut Vec<Problem>) {
    for constraint in constraints.iter() {
        let row = constraint.row();
        if !row.of.has(ty) {
            problems.push(Problem {
                what: format!("`{}` of {place} does not suit its type", row.attribute),
                remedy: "remove it, or change the type".to_owned(),
            });
        }
        if let Constraint::Pattern(pattern) = constraint
            && let Err(why) = pattern.verify()
        {
            problems.push(Problem {
                what: format!("the pattern of {place} cannot be used: {why}"),
                remedy: "change the pattern".to_owned(),
            });
        }
    }
}
