#[converse::message]
struct Order {
    #[field(pattern = r"^(?=.*\d)x$")]
    sku: String,
}

fn main() {}
