use converse::{Ref, Store, StoreError, table};

#[table]
struct Author {
    #[field(primary_key)]
    name: String,
}

#[table]
struct Essay {
    #[field(primary_key)]
    title: String,
    author: Ref<Author>,
}

async fn of(store: &Store, essay: &Essay) -> Result<Vec<Essay>, StoreError> {
    store.table::<Essay>()?.find(|e| e.author.eq(essay)).await
}

fn main() {}
