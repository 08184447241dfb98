use converse::{message, protocol};

#[message(abstract)]
struct Audited {
    actor: String,
    note: Option<String>,
}

#[protocol]
struct HasTenant {
    tenant_id: String,
}

#[message(extends(Audited))]
struct Order {
    note: Option<String>,
}

#[message(extends(Audited, HasTenant))]
struct Refund {
    actor: String,
    tenant_id: u64,
}

fn main() {}
