use converse::value;

#[value(coerce)]
enum Colour {
    Red,
    Blue,
}

fn main() {}
