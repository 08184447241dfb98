#[converse::union]
enum Reply {
    Yes,
    No { why: String },
}

fn main() {}
