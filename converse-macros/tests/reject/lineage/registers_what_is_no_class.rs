use converse::message;

#[message(abstract)]
struct Audited {}

struct Plain;

converse::register!(Audited: Plain);

fn main() {}
