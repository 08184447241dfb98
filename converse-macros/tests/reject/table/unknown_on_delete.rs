use converse::{Ref, table};

#[table]
struct Author {
    #[field(primary_key)]
    name: String,
}

#[table]
struct Essay {
    #[field(primary_key)]
    title: String,
    #[field(on_delete = "restrict")]
    author: Ref<Author>,
}

fn main() {}
