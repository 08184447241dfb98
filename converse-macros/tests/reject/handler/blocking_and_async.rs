#[converse::message]
struct Ping {}

#[converse::respond(blocking)]
impl Ping {
    async fn respond(self) {}
}

fn main() {}
