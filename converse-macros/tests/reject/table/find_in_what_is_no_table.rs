#[converse::message]
struct User {
    username: String,
}

fn find(users: converse::Table<User>) {
    let _ = users.all();
}

fn main() {}
