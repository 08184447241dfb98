#[converse::message]
struct Prices {
    by_weight: std::collections::BTreeMap<Vec<u8>, u32>,
}

fn main() {}
