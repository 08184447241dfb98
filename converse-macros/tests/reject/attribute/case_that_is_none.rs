#[converse::message(rename_all = "Camel")]
struct SignIn {
    user_name: String,
}

fn main() {}
