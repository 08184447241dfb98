use converse::{Store, StoreError};

struct User;

async fn count(store: &Store) -> Result<Option<u64>, StoreError> {
    store.sql("SELECT count(*) FROM user WHERE name = ?1").bind(User).first().await
}

fn main() {}
