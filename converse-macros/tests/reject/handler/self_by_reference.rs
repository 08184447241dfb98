#[converse::message]
struct Ping {}

#[converse::respond]
impl Ping {
    fn respond(&self) {}
}

fn main() {}
