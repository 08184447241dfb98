#[converse::value(public)]
struct Address {
    street: String,
}

fn main() {}
