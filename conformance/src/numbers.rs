//! Numbers of every width; the answer is what was read.

use converse::{message, respond};

/// One number, or several, in fields of different types.
#[message]
pub(crate) struct Numbers {
    int: Option<i64>,
    uint: Option<u64>,
    byte: Option<u8>,
    small: Option<i8>,
    float: Option<f64>,
    single: Option<f32>,
}

#[respond]
impl Numbers {
    fn respond(self) -> Numbers {
        self
    }
}

/// Integers of the other widths.
#[message]
pub(crate) struct Widths {
    a: i16,
    b: u16,
    c: i32,
    d: u32,
}

#[respond]
impl Widths {
    fn respond(self) -> Widths {
        self
    }
}
