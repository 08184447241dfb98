#[converse::message(unknown_fields = "deny")]
struct SignIn {
    username: String,
}

fn main() {}
