#[converse::message]
struct SignIn {
    #[field(alias = "password")]
    username: String,
    password: String,
}

fn main() {}
