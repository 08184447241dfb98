use converse::{AnyMessage, before};

struct Plain;

#[before(Plain)]
fn look(_message: AnyMessage) {}

fn main() {}
