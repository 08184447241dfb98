use converse::{before, message};

#[message]
struct Ping {}

#[before(Ping)]
fn look(_message: Ping) {}

fn main() {}
