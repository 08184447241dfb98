#[converse::value]
enum Shape {
    Dot,
    Circle(f64),
}

fn main() {}
