use converse::{Answered, View, before, message};

type End = Answered;

#[message]
struct Ping {}

#[before(Ping)]
fn look(_message: View<Ping>, _end: End) {}

fn main() {}
