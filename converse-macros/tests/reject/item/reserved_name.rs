#[converse::message]
struct Fault {
    code: String,
}

fn main() {}
