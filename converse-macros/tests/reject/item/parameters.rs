#[converse::message]
struct Page<'a, T: Clone> {
    items: Vec<T>,
    name: &'a str,
}

fn main() {}
