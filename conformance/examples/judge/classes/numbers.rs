//! Truth values, integers of every size, floats, and their bounds.

use converse::message;

#[message]
pub(crate) struct Flags {
    yes: bool,
    maybe: Option<bool>,
}

#[message]
pub(crate) struct Small {
    a: u8,
    b: i8,
    c: u16,
    d: i16,
}

#[message]
pub(crate) struct Large {
    a: u32,
    b: i32,
    c: u64,
    d: i64,
}

#[message]
pub(crate) struct Floats {
    a: f64,
    b: Option<f64>,
}

#[message]
pub(crate) struct Bounds {
    #[field(ge = 1, le = 10)]
    closed: i64,
    #[field(gt = 0, lt = 2)]
    open: i32,
    #[field(gt = 0, lt = 1)]
    ratio: f64,
    #[field(ge = -0.5, le = 0.5)]
    half: Option<f64>,
    #[field(ge = 9_007_199_254_740_993)]
    large: u64,
}

#[message]
pub(crate) struct Multiples {
    #[field(multiple_of = 5, le = 100)]
    five: i64,
    #[field(multiple_of = 0.25)]
    quarter: f64,
    #[field(multiple_of = 0.01, ge = 0)]
    price: Option<f64>,
}
