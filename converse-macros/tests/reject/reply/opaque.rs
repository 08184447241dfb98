#[converse::message]
struct Ping {}

#[converse::respond]
impl Ping {
    fn respond(self) -> impl converse::IntoReply {}
}

fn main() {}
