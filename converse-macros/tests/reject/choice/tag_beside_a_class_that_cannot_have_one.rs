use converse::value;

#[value(unknown_fields = "refuse")]
struct Closed {
    radius: f64,
}

#[value]
struct Typed {
    #[field(alias = "type")]
    kind: String,
}

#[value]
enum Colour {
    Red,
}

#[value(tag = "type")]
enum Form {
    Closed(Closed),
    Typed(Typed),
    Colour(Colour),
    Number(f64),
    Pair(f64, f64),
}

fn main() {}
