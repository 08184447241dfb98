#[converse::value(untagged)]
enum Amount {
    Whole(i64),
    Part(f64),
}

fn main() {}
