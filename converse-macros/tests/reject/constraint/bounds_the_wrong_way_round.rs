#[converse::message]
struct Order {
    #[field(ge = 10, le = 1)]
    quantity: u32,
}

fn main() {}
