#[converse::message]
struct Order {
    #[field(multiple_of = 0)]
    quantity: u32,
    #[field(validate = "check")]
    note: String,
}

fn main() {}
