#[converse::table]
struct Page<T> {
    #[field(primary_key)]
    number: u64,
    item: T,
}

fn main() {}
