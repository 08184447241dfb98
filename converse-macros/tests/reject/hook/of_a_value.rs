use converse::{AnyMessage, before, value};

#[value]
struct Address {
    street: String,
}

#[before(Address)]
fn look(_message: AnyMessage) {}

fn main() {}
