#[converse::message]
struct Ping {}

#[converse::respond(max_in_flight = 0)]
impl Ping {
    async fn respond(self) {}
}

fn main() {}
