//! Source text of many classes, so that the benchmarks need not be written a thousand times.
//!
//! Every class has a name, two to six fields with names of their own, a handler, and a class for its
//! reply. No two have the same fields: compilers merge functions that are equal, programs of people
//! hardly have any.

mod field;
mod source;

use field::Field;
pub use source::{Flavour, serde_enum, source};

/// A class of the benchmark.
pub struct Class {
    name: String,
    fields: Vec<Field>,
}

const VERBS: [&str; 25] = [
    "Open", "Close", "Rename", "Move", "Copy", "Share", "Lock", "Archive", "Restore", "Merge", "Split", "Approve",
    "Reject", "Assign", "Schedule", "Cancel", "Publish", "Review", "Export", "Import", "Tag", "Track", "Pause",
    "Resume", "Verify",
];
const NOUNS: [&str; 40] = [
    "Account", "Address", "Album", "Article", "Badge", "Booking", "Budget", "Campaign", "Channel", "Comment",
    "Contract", "Coupon", "Course", "Device", "Document", "Event", "Folder", "Game", "Group", "Invoice", "Issue",
    "Job", "Lesson", "License", "Location", "Meeting", "Member", "Offer", "Parcel", "Payment", "Photo", "Profile",
    "Project", "Quote", "Recipe", "Report", "Room", "Session", "Shipment", "Ticket",
];

impl Class {
    /// The first `count` classes, of at most 1,000.
    pub fn first(count: usize) -> Vec<Class> {
        assert!(count <= VERBS.len() * NOUNS.len(), "there are only so many names");
        (0..count).map(Class::numbered).collect()
    }

    fn numbered(number: usize) -> Class {
        let name = format!("{}{}", VERBS[number % VERBS.len()], NOUNS[number / VERBS.len()]);
        let fields = (0..2 + number % 5).map(|index| Field::of(number, index)).collect();
        Class { name, fields }
    }

    /// The name, in Rust and on the wire.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A message of the class, in its envelope.
    pub fn sample(&self) -> String {
        let members: Vec<String> = self.fields.iter().map(Field::sample).collect();
        format!("{{\"{}\":{{{}}}}}", self.name, members.join(","))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_and_fields_stand_once() {
        let classes = Class::first(1_000);
        let names: HashSet<&str> = classes.iter().map(Class::name).collect();
        assert_eq!(names.len(), classes.len());
        for class in &classes {
            let fields: HashSet<&str> = class.fields.iter().map(|field| field.name.as_str()).collect();
            assert_eq!(fields.len(), class.fields.len(), "{}", class.name);
        }
    }
}
