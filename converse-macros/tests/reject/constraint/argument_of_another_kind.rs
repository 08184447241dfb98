#[converse::message]
struct Order {
    #[field(min_length = "one", max_length = -1)]
    note: String,
    #[field(ge = "zero")]
    quantity: u32,
    #[field(pattern = 7)]
    sku: String,
}

fn main() {}
