#[converse::value(content = "value")]
enum Form {
    Circle(f64),
}

fn main() {}
