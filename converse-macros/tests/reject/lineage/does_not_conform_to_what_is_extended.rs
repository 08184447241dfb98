use converse::{message, protocol};

#[protocol]
struct HasTenant {
    tenant_id: String,
}

#[protocol(extends(HasTenant))]
struct HasOwner {
    owner: String,
}

#[message]
struct Ping {
    owner: String,
}

converse::assert_conforms!(Ping: HasOwner);

#[message(extends(HasOwner))]
struct Pong {
    owner: String,
}

fn main() {}
