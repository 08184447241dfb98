#[converse::message]
struct Ping {}

#[converse::respond]
impl Ping {
    fn respond(self, peer: &converse::Peer) {}
}

fn main() {}
