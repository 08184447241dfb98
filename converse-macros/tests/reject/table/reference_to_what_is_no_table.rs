use converse::{Ref, table, value};

#[value]
struct Author {
    name: String,
}

#[table]
struct Essay {
    #[field(primary_key)]
    title: String,
    author: Ref<Author>,
}

fn main() {}
