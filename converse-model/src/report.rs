//! What is wrong with a value, all of it at once.

use std::borrow::Cow;
use std::fmt;

use crate::{Text, Value};

/// One error: where, which rule, and what to do about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    /// A JSON Pointer (RFC 6901) into the message's body, in wire names; empty for the body itself.
    pub pointer: String,
    /// The rule's name, as pydantic's users know it: `missing`, `string_too_short`, … A server may have
    /// rules that its clients do not know.
    pub rule: Cow<'static, str>,
    /// One sentence for a person. It never quotes what was sent.
    pub message: String,
    /// What the rule was given, by name: `{"min_length": 1}`.
    pub params: Vec<(Text, Value)>,
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "the body" } else { &self.pointer };
        write!(f, "{pointer}: {} [{}]", self.message, self.rule)
    }
}

/// All errors of one value, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// The errors, at most [`Report::LIMIT`].
    pub issues: Vec<Issue>,
    /// How many more there were.
    pub more: usize,
}

impl Report {
    /// How many errors a report lists; the rest are counted.
    pub const LIMIT: usize = 64;

    /// The rule that is broken by a key written twice: an error of the text, whatever the class.
    pub const DUPLICATE_KEY: &'static str = "duplicate_key";

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.issues.is_empty()
    }

    /// Whether an error of the format itself is among them.
    pub fn lexical(&self) -> bool {
        self.issues.iter().any(|issue| issue.rule == Report::DUPLICATE_KEY)
    }

    /// Adds an error; beyond the limit it is only counted.
    pub fn push(&mut self, issue: Issue) {
        if self.issues.len() < Report::LIMIT {
            self.issues.push(issue);
        } else {
            self.more += 1;
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, issue) in self.issues.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{issue}")?;
        }
        Ok(())
    }
}
