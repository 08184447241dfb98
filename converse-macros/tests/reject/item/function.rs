#[converse::message]
fn sign_in() {}

fn main() {}
