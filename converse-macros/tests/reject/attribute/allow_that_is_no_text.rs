#[converse::message(allow = admin)]
struct Remove {}

#[converse::message(allow = ["admin", 7])]
struct Rename {}

#[converse::message(allow)]
struct Replace {}

fn main() {}
