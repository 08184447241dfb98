//! The classes of the conformance suite, a file for each topic, as a user would write them.
//!
//! What is sent to them, and what must come back, are files in `cases/`; the tests here send them
//! over every transport. [`CLASSES`] lends the same classes to the tests that compare the two
//! validators.

mod absence;
mod choices;
mod coerce;
mod constraints;
mod containers;
mod failing;
mod fields;
mod forms;
mod nesting;
mod numbers;
mod order;
mod sign_in;
mod tagged;
mod texts;

use converse::field::Type;
use converse::{App, Fault};

/// An application of every class of the suite.
pub fn app() -> App {
    App::linked()
}

/// A class, and its typed reader.
#[derive(Debug, Clone, Copy)]
pub struct Witness {
    /// The name on the wire.
    pub name: &'static str,
    /// The class as a type, and with it its shape.
    pub class: &'static Type,
    /// Reads an envelope as the class, and writes it again; the fault says what is wrong with it.
    pub read: fn(&str) -> Result<String, Fault>,
}

/// Classes and their typed readers: `witnesses!["SignIn" is sign_in::SignIn]`.
#[macro_export]
macro_rules! witnesses {
    ($($name:literal is $class:ty),+ $(,)?) => {
        &[$($crate::Witness {
            name: $name,
            class: &<$class as ::converse::field::Typed>::TYPE,
            read: |json| <$class>::from_json(json)?.to_json(),
        }),+]
    };
}

/// Every message of the suite that has something to validate.
pub const CLASSES: &[Witness] = witnesses![
    "Aged" is absence::Aged,
    "Hidden" is absence::Hidden,
    "Patch" is absence::Patch,
    "Choose" is choices::Choose,
    "Circle" is choices::Circle,
    "Paint" is choices::Paint,
    "Square" is choices::Square,
    "Bounds" is constraints::Bounds,
    "Cleaned" is constraints::Cleaned,
    "Counts" is constraints::Counts,
    "Lengths" is constraints::Lengths,
    "Multiples" is constraints::Multiples,
    "Nested" is constraints::Nested,
    "Keep" is containers::Keep,
    "Keyed" is containers::Keyed,
    "Lists" is containers::Lists,
    "Page_of_Entry" is containers::Page<containers::Entry>,
    "Defaults" is fields::Defaults,
    "Lenient" is fields::Lenient,
    "Optional" is fields::Optional,
    "Wired" is fields::Renamed,
    "Strict" is fields::Strict,
    "Wide" is fields::Wide,
    "Cost" is forms::Cost,
    "Identity" is forms::Identity,
    "Moment" is forms::Moment,
    "Picture" is forms::Picture,
    "Place" is forms::Place,
    "Span" is forms::Span,
    "Forest" is nesting::Forest,
    "Household" is nesting::Household,
    "Numbers" is numbers::Numbers,
    "Widths" is numbers::Widths,
    "SignIn" is sign_in::SignIn,
    "SignInResponse" is sign_in::SignInResponse,
    "Tagged" is tagged::Tagged,
    "Letter" is texts::Letter,
    "Say" is texts::Say,
    "Said" is texts::Said,
];
