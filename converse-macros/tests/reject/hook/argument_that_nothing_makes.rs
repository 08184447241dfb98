use converse::{View, after, before, message};

struct Pool;

#[message]
struct Ping {}

#[before(Ping)]
fn look(_message: View<Ping>, _pool: Pool) {}

#[after(Ping)]
fn note(_message: View<Ping>, _pool: Pool) {}

fn main() {}
