#[converse::table]
struct User {
    username: String,
}

fn main() {}
