use converse::{View, before, message};

#[message]
struct Ping {}

#[before(Ping)]
fn look<T>(_message: View<T>) {}

#[before(Ping)]
struct Look;

fn main() {}
