use converse::{message, protocol};

#[protocol]
enum Either {
    One,
}

#[protocol]
struct Has<T> {
    value: T,
}

#[message]
struct Order {}

#[protocol(extends(Order))]
struct Ordered {}

fn main() {}
