#[converse::table]
struct User {
    #[field(primary_key)]
    username: String,
    #[field(auto)]
    number: u64,
}

fn main() {}
