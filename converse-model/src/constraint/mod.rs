//! What must hold for a value beyond its type: one table, and a file for each family.
//!
//! A constraint is checked in two ways that must agree: on a typed value, by the plain functions
//! here, which generated code calls; and on a [`Value`], by [`Constraint::holds`], which the report of a
//! refused message uses. Constraints apply to what is there: an absent optional value satisfies all.

mod bound;
mod items;
mod length;
mod multiple;
mod pattern;

use crate::report::Issue;
use crate::{Check, Text, TextFormat, Type, Value};

pub use bound::{HasNumber, Num, ge, gt, le, lt};
pub use items::{HasItems, max_items, min_items, unique};
pub use length::{HasText, TransformText, email, max_length, min_length, url};
pub use multiple::multiple_of;
pub use pattern::{Pattern, PatternRef, assert_portable, matches, portable};

/// One rule of a field.
#[derive(Debug, Clone)]
pub enum Constraint {
    /// A text of at least so many code points.
    MinLength(u32),
    /// A text of at most so many code points.
    MaxLength(u32),
    /// A text in which the pattern is found.
    Pattern(PatternRef),
    /// A number that is this or greater.
    Ge(Num),
    /// A greater number.
    Gt(Num),
    /// A number that is this or less.
    Le(Num),
    /// A smaller number.
    Lt(Num),
    /// A list or map of at least so many items.
    MinItems(u32),
    /// A list or map of at most so many items.
    MaxItems(u32),
    /// A number that is a whole number of times this one, exactly: 19.99 is a multiple of 0.01.
    MultipleOf(Num),
    /// A list of which no two items are equal.
    UniqueItems,
    /// A text of a form.
    Format(TextFormat),
    /// A check of the program's own, over any value.
    Custom(Check),
}

/// What a constraint is called, and what it can be asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The argument of `#[field(…)]`.
    pub attribute: &'static str,
    /// The rule in a report, as pydantic's users know it.
    pub rule: &'static str,
    /// The keyword of JSON Schema 2020-12.
    pub keyword: &'static str,
    /// What it can be asked of.
    pub of: Family,
}

/// What a constraint can be asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Texts.
    Text,
    /// Integers and floats.
    Number,
    /// Lists and maps.
    Items,
    /// Whatever there is.
    Any,
}

impl Family {
    /// Whether values of this type belong to the family.
    pub fn has(self, ty: &Type) -> bool {
        match ty.bare() {
            _ if self == Family::Any => true,
            Type::Text => self == Family::Text,
            Type::Int { .. } | Type::Float { .. } => self == Family::Number,
            Type::List(_) | Type::Set(_) | Type::Map { .. } => self == Family::Items,
            _ => false,
        }
    }
}

const fn row(attribute: &'static str, rule: &'static str, keyword: &'static str, of: Family) -> Row {
    Row { attribute, rule, keyword, of }
}

impl Constraint {
    /// Every constraint there is.
    pub const TABLE: [Row; 14] = [
        row("min_length", "string_too_short", "minLength", Family::Text),
        row("max_length", "string_too_long", "maxLength", Family::Text),
        row("pattern", "string_pattern_mismatch", "pattern", Family::Text),
        row("ge", "greater_than_equal", "minimum", Family::Number),
        row("gt", "greater_than", "exclusiveMinimum", Family::Number),
        row("le", "less_than_equal", "maximum", Family::Number),
        row("lt", "less_than", "exclusiveMaximum", Family::Number),
        row("min_items", "too_short", "minItems", Family::Items),
        row("max_items", "too_long", "maxItems", Family::Items),
        row("multiple_of", "multiple_of", "multipleOf", Family::Number),
        row("unique_items", "unique_items", "uniqueItems", Family::Items),
        row("email", "value_error", "format", Family::Text),
        row("url", "url_parsing", "format", Family::Text),
        row("validate", "value_error", "", Family::Any),
    ];

    /// This constraint's row of the table.
    pub fn row(&self) -> &'static Row {
        let [
            min_length,
            max_length,
            pattern,
            ge,
            gt,
            le,
            lt,
            min_items,
            max_items,
            multiple_of,
            unique_items,
            email,
            url,
            validate,
        ] = &Constraint::TABLE;
        match self {
            Constraint::MinLength(_) => min_length,
            Constraint::MaxLength(_) => max_length,
            Constraint::Pattern(_) => pattern,
            Constraint::Ge(_) => ge,
            Constraint::Gt(_) => gt,
            Constraint::Le(_) => le,
            Constraint::Lt(_) => lt,
            Constraint::MinItems(_) => min_items,
            Constraint::MaxItems(_) => max_items,
            Constraint::MultipleOf(_) => multiple_of,
            Constraint::UniqueItems => unique_items,
            Constraint::Format(TextFormat::Email) => email,
            Constraint::Format(_) => url,
            Constraint::Custom(_) => validate,
        }
    }

    /// What the attribute was given.
    pub fn argument(&self) -> Value {
        match self {
            Constraint::MinLength(bound)
            | Constraint::MaxLength(bound)
            | Constraint::MinItems(bound)
            | Constraint::MaxItems(bound) => Value::Int(i128::from(*bound)),
            Constraint::Ge(bound)
            | Constraint::Gt(bound)
            | Constraint::Le(bound)
            | Constraint::Lt(bound)
            | Constraint::MultipleOf(bound) => bound.to_value(),
            Constraint::UniqueItems | Constraint::Format(_) | Constraint::Custom(_) => Value::Bool(true),
            Constraint::Pattern(pattern) => Value::Str(Text::from(pattern.as_str().to_owned())),
        }
    }

    /// Whether a value of this type satisfies the constraint; a value of another family does.
    pub fn holds(&self, ty: &Type, value: &Value) -> bool {
        match (self, value) {
            (Constraint::MinLength(bound), Value::Str(text)) => length::at_least(text, *bound),
            (Constraint::MaxLength(bound), Value::Str(text)) => length::at_most(text, *bound),
            (Constraint::Pattern(pattern), Value::Str(text)) => pattern.is_match(text),
            (Constraint::Ge(bound), value) => Num::of(ty, value).is_none_or(|number| number.is_ge(*bound)),
            (Constraint::Gt(bound), value) => Num::of(ty, value).is_none_or(|number| number.is_gt(*bound)),
            (Constraint::Le(bound), value) => Num::of(ty, value).is_none_or(|number| bound.is_ge(number)),
            (Constraint::Lt(bound), value) => Num::of(ty, value).is_none_or(|number| bound.is_gt(number)),
            (Constraint::MinItems(bound), value) => items::count(value).is_none_or(|count| count >= *bound as usize),
            (Constraint::MaxItems(bound), value) => items::count(value).is_none_or(|count| count <= *bound as usize),
            (Constraint::MultipleOf(of), value) => {
                Num::of(ty, value).is_none_or(|number| multiple::is_multiple(number, *of))
            }
            (Constraint::UniqueItems, Value::List(list)) => match ty.bare() {
                Type::List(item) => items::unique(item, list),
                _ => true,
            },
            (Constraint::Format(format), Value::Str(text)) => format.holds(text),
            // What is not there has nothing to be checked.
            (Constraint::Custom(check), value) => *value == Value::None || check(value).is_ok(),
            _ => true,
        }
    }

    /// The error of a value that does not satisfy the constraint.
    pub fn issue(&self, pointer: &str, value: &Value) -> Issue {
        let row = self.row();
        let (message, params) = match self {
            // What the program says of its own check is all there is to say.
            Constraint::Custom(check) => (check(value).err().unwrap_or_default(), Vec::new()),
            _ => (self.sentence(), vec![(Text::Static(row.attribute), self.argument())]),
        };
        Issue { pointer: pointer.to_owned(), rule: row.rule.into(), message, params }
    }

    fn sentence(&self) -> String {
        let s = |count: &u32| if *count == 1 { "" } else { "s" };
        match self {
            Constraint::MinLength(n) => format!("must have at least {n} character{}", s(n)),
            Constraint::MaxLength(n) => format!("must have at most {n} character{}", s(n)),
            Constraint::Pattern(pattern) => format!("must match the pattern {}", pattern.as_str()),
            Constraint::Ge(bound) => format!("must be greater than or equal to {bound}"),
            Constraint::Gt(bound) => format!("must be greater than {bound}"),
            Constraint::Le(bound) => format!("must be less than or equal to {bound}"),
            Constraint::Lt(bound) => format!("must be less than {bound}"),
            Constraint::MinItems(n) => format!("must have at least {n} item{}", s(n)),
            Constraint::MaxItems(n) => format!("must have at most {n} item{}", s(n)),
            Constraint::MultipleOf(of) => format!("must be a multiple of {of}"),
            Constraint::UniqueItems => "must not hold the same item twice".to_owned(),
            Constraint::Format(format) => format.row().sentence.to_owned(),
            Constraint::Custom(_) => String::new(),
        }
    }
}
