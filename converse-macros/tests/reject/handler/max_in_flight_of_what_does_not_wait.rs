#[converse::message]
struct Ping {}

#[converse::respond(max_in_flight = 4)]
impl Ping {
    fn respond(self) {}
}

fn main() {}
