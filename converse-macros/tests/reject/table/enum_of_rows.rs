#[converse::table]
enum User {
    Josh,
}

fn main() {}
