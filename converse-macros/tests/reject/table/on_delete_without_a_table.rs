use converse::{Ref, message, table};

#[table]
struct Author {
    #[field(primary_key)]
    name: String,
}

#[message]
struct Ask {
    #[field(on_delete = "cascade")]
    author: Ref<Author>,
}

fn main() {}
