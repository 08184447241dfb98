#[converse::message(name = "sign-in")]
struct SignIn {
    username: String,
}

fn main() {}
