use converse::{AnyMessage, after, before};

#[before]
fn look(_message: AnyMessage) {}

#[after()]
fn note(_message: AnyMessage) {}

fn main() {}
