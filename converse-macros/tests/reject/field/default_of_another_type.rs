#[converse::message]
struct SignIn {
    #[field(default = "yes")]
    remember: bool,
}

fn main() {}
