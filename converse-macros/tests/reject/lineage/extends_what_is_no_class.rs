use converse::message;

struct Plain;

#[message(extends(Plain))]
struct Order {
    street: String,
}

fn main() {}
