use converse::{before, message};

#[message]
struct Ping {}

#[before(Ping)]
fn look() {}

fn main() {}
