use converse::{Answered, View, before, message};

#[message]
struct Ping {}

#[before(Ping)]
fn look(_message: View<Ping>, _answered: Answered) {}

fn main() {}
