#[converse::message]
struct Ping {}

struct Pong;

#[converse::respond]
impl Ping {
    fn respond(self) -> converse::Result<Pong> {
        Ok(Pong)
    }
}

fn main() {}
