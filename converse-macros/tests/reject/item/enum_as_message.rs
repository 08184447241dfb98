#[converse::message]
enum Reply {
    Yes,
    No,
}

fn main() {}
