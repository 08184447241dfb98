#[converse::table]
struct User {
    #[field(primary_key)]
    username: String,
    #[field(version)]
    first: u64,
    #[field(version)]
    second: u64,
}

fn main() {}
