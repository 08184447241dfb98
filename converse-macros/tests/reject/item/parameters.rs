#[converse::message]
struct Page<T> {
    items: Vec<T>,
}

fn main() {}
