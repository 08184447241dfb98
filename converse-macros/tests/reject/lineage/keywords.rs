use converse::message;

#[message(abstract)]
struct Command {}

#[message(extends(Command, kwargs(policy = "a", policy = "b")))]
struct Twice {}

#[message(extends(Command, kwargs(policy = strict)))]
struct Word {}

#[message(extends(Command, kwargs(policy)))]
struct Without {}

fn main() {}
