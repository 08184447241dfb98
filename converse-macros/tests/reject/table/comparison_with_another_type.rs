#[converse::table]
struct User {
    #[field(primary_key)]
    username: String,
    age: u8,
}

fn find(users: converse::Table<User>) {
    let _ = users.find(|u| u.age.eq("old"));
}

fn main() {}
