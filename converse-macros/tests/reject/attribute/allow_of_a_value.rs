#[converse::value(allow = "admin")]
struct Address {
    street: String,
}

fn main() {}
