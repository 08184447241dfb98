#[converse::message(public, allow = "admin")]
struct Remove {}

fn main() {}
