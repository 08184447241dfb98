use converse::{message, protocol};

#[protocol]
struct HasTenant {
    tenant_id: String,
}

#[message]
struct Ping {
    text: String,
}

converse::assert_conforms!(Ping: HasTenant);

fn main() {}
