use converse::message;

#[message(abstract, public)]
struct Audited {
    actor: String,
}

#[message(allow = "admin", abstract)]
struct Owned {
    owner: String,
}

fn main() {}
