use converse::message;

#[message(extends)]
struct Order {}

#[message(extends())]
struct Refund {}

#[message(extends = "Order")]
struct Transfer {}

fn main() {}
