use converse::{View, before, message};

#[message]
struct Ping {}

#[message]
struct Pong {}

#[before(Ping)]
fn look(_message: View<Ping>) -> Pong {
    Pong::new()
}

fn main() {}
