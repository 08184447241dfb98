#[converse::message]
struct User {
    #[field(primary_key)]
    username: String,
}

fn main() {}
