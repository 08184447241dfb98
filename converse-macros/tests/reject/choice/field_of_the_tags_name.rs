#[converse::value(tag = "type")]
enum Form {
    Circle {
        #[field(rename = "type")]
        kind: String,
    },
}

fn main() {}
