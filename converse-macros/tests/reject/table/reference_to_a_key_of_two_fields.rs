use converse::{Ref, table};

#[table]
struct Booking {
    #[field(primary_key)]
    room: u16,
    #[field(primary_key)]
    day: String,
}

#[table]
struct Guest {
    #[field(primary_key)]
    name: String,
    booking: Option<Ref<Booking>>,
}

fn main() {}
