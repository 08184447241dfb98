#[converse::message(allow = [])]
struct Remove {}

#[converse::message(allow = "")]
struct Rename {}

fn main() {}
