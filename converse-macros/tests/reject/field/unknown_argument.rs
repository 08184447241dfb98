#[converse::message]
struct SignIn {
    #[field(min_lenght = 1)]
    username: String,
    #[field(optional)]
    password: String,
}

fn main() {}
