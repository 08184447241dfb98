//! Choices: enums of names, unions as fields and as replies, messages of any class.

use converse::{AnyMessage, Result, message, respond, union, value};

/// One of some names.
#[value]
pub(crate) enum Colour {
    /// As it is called in the program.
    Red,
    /// Has another name on the wire.
    #[field(rename = "deep-blue")]
    Blue,
}

/// A figure. Nobody answers it by itself.
#[message]
pub(crate) struct Circle {
    #[field(gt = 0)]
    radius: f64,
}

/// Another figure.
#[message]
pub(crate) struct Square {
    side: f64,
}

/// One of the figures.
#[union]
pub(crate) enum Figure {
    Circle(Circle),
    Square(Square),
}

/// A name and a union, as fields.
#[message]
pub(crate) struct Paint {
    colour: Colour,
    figure: Figure,
    more: Option<Vec<Figure>>,
}

#[respond]
impl Paint {
    fn respond(self) -> Paint {
        self
    }
}

/// Asks for one of the figures.
#[message]
pub(crate) struct Choose {
    round: bool,
}

#[respond]
fn choose(question: Choose) -> Figure {
    if question.round { Circle::new(1.0).into() } else { Square::new(2.0).into() }
}

/// Asks for a message whose class is known only when the program runs.
#[message]
pub(crate) struct Anything;

#[respond]
impl Anything {
    async fn respond(self) -> Result<AnyMessage> {
        Ok(AnyMessage::from_json(r#"{"Circle":{"radius":2,"unknown":[]}}"#)?)
    }
}
