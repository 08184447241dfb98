#[converse::message]
struct Ping {}

#[converse::respond]
impl Ping {
    fn answer(self) {}
}

fn main() {}
