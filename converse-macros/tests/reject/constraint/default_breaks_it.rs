#[converse::message]
struct Order {
    #[field(ge = 1, default = 0)]
    quantity: u32,
    #[field(min_length = 1, default = "")]
    note: String,
}

fn main() {}
