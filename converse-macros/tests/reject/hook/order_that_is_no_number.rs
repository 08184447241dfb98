use converse::{AnyMessage, before, message};

#[message]
struct Ping {}

#[before(Ping, order = "first")]
fn look(_message: AnyMessage) {}

#[before(Ping, priority = 1)]
fn see(_message: AnyMessage) {}

fn main() {}
