#[converse::message]
struct Ping {}

#[converse::respond]
impl Ping {
    fn respond(self, name: std::time::Instant) {}
}

fn main() {}
