#[converse::message]
struct Meeting {
    when: std::time::Instant,
}

fn main() {}
