use converse::{State, View, before, message};

#[message]
struct Ping {}

#[before(Ping)]
fn look(_message: &View<Ping>, _count: &State<u32>) {}

fn main() {}
