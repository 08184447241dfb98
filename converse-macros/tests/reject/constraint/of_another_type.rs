#[converse::message]
struct Order {
    #[field(min_length = 1)]
    quantity: u32,
}

fn main() {}
