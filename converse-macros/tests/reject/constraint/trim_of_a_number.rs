#[converse::message]
struct Order {
    #[field(trim)]
    quantity: u32,
}

fn main() {}
