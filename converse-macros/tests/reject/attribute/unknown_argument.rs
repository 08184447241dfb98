#[converse::message(pubic)]
struct SignIn {
    username: String,
}

fn main() {}
