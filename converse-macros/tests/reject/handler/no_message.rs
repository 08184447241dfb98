struct Ping {}

#[converse::respond]
fn ping(ping: Ping) {}

fn main() {}
