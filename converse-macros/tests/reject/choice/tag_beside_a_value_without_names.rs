#[converse::value(tag = "type")]
enum Form {
    Dot,
    Circle(f64),
}

fn main() {}
