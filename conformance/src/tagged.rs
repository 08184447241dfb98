//! Enums that hold values, in each way to write which variant it is.

use converse::{message, respond, value};

/// What a variant may hold.
#[value]
pub(crate) struct Inner {
    n: u8,
}

/// The name is the only member.
#[value]
pub(crate) enum External {
    Dot,
    Circle(f64),
    Pair(f64, u8),
    Rectangle {
        #[field(ge = 0)]
        width: f64,
        height: Option<f64>,
    },
    Held(Inner),
}

/// The name stands among the members.
#[value(tag = "type", rename_all = "camelCase")]
pub(crate) enum Internal {
    FullStop,
    Circle { radius: f64 },
}

/// The name stands beside what is held.
#[value(tag = "t", content = "c")]
pub(crate) enum Adjacent {
    Dot,
    Circle(f64),
    Named { name: String },
}

/// The kind of the value says it all.
#[value(untagged)]
pub(crate) enum Untagged {
    Number(f64),
    Text(String),
    Many(Vec<u8>),
    Record { x: u8 },
}

/// One of each.
#[message(unknown_fields = "refuse")]
pub(crate) struct Tagged {
    external: Option<External>,
    internal: Option<Internal>,
    adjacent: Option<Adjacent>,
    untagged: Option<Untagged>,
}

#[respond]
impl Tagged {
    fn respond(self) -> Tagged {
        self
    }
}
