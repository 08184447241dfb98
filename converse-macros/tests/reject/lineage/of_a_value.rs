use converse::{message, protocol, union, value};

#[value(abstract)]
struct Address {
    street: String,
}

#[message]
struct Ping {}

#[union(extends(Address))]
enum Any {
    Ping(Ping),
}

#[protocol(abstract)]
struct HasTenant {
    tenant_id: String,
}

fn main() {}
