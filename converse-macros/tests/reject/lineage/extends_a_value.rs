use converse::{message, union, value};

#[value]
struct Address {
    street: String,
}

#[message(extends(Address))]
struct Order {
    street: String,
}

#[message]
struct Ping {}

#[union]
enum Any {
    Ping(Ping),
}

#[message(extends(Any))]
struct Pong {}

fn main() {}
