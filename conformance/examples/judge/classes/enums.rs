//! Enums: names, and variants that hold values, in each way to write them.

use converse::{message, union, value};

#[value(rename_all = "kebab-case")]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Colour {
    Red,
    DarkBlue,
    #[field(rename = "GREEN")]
    Green,
}

#[message]
pub(crate) struct Paint {
    colour: Colour,
    more: Option<Vec<Colour>>,
}

#[value(tag = "type", rename_all = "kebab-case")]
pub(crate) enum Shape {
    Round {
        #[field(gt = 0)]
        radius: f64,
    },
    Square {
        side: f64,
        label: Option<String>,
    },
    Dot,
}

#[message]
pub(crate) struct Inside {
    shape: Shape,
    others: Option<Vec<Shape>>,
}

#[value(tag = "t", content = "c", rename_all = "kebab-case")]
pub(crate) enum Event {
    Count(u8),
    Named { name: String },
    Nothing,
}

#[message]
pub(crate) struct Beside {
    event: Event,
}

#[value(untagged)]
pub(crate) enum Either {
    Number(f64),
    Text(String),
    Many(Vec<u8>),
    Record { x: u8 },
}

#[message]
pub(crate) struct Loose {
    either: Either,
}

#[message]
pub(crate) struct Circle {
    #[field(gt = 0)]
    radius: f64,
}

#[message]
pub(crate) struct Box2 {
    side: f64,
}

#[union]
pub(crate) enum Figure {
    Circle(Circle),
    Box2(Box2),
}

#[value]
pub(crate) enum Outside {
    Nothing,
    Number(u8),
    Record { x: u8 },
}

#[message]
pub(crate) struct Figures {
    figure: Figure,
    outside: Option<Outside>,
}
