#[converse::table(public)]
struct User {
    #[field(primary_key)]
    username: String,
}

fn main() {}
