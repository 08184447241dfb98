//! Checks of the program's own.

use converse::{message, value};

#[message(validate = in_order)]
pub(crate) struct Checked {
    #[field(validate = is_odd, le = 99)]
    odd: u32,
    #[field(ge = 0)]
    first: i64,
    last: i64,
}

fn is_odd(value: &u32) -> Result<(), String> {
    if value % 2 == 1 { Ok(()) } else { Err(format!("{value} is even")) }
}

fn in_order(checked: &Checked) -> Result<(), &'static str> {
    if checked.first <= checked.last { Ok(()) } else { Err("the last comes before the first") }
}

#[message]
pub(crate) struct Twice {
    spans: Vec<Span>,
    name: String,
}

#[value(validate = is_forward)]
pub(crate) struct Span {
    from: i64,
    to: i64,
}

fn is_forward(span: &Span) -> Result<(), &'static str> {
    if span.from <= span.to { Ok(()) } else { Err("it ends before it begins") }
}

#[message]
pub(crate) struct Given {
    #[field(validate = is_given)]
    given: Option<u32>,
    other: bool,
}

fn is_given(given: &Option<u32>) -> Result<(), &'static str> {
    given.map(|_| ()).ok_or("null is no value here")
}
