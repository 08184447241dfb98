use converse::{View, message, respond, union};

#[message]
struct Ping {}

#[union]
enum Any {
    Ping(Ping),
}

#[respond]
fn any(_message: View<Any>) {}

fn main() {}
