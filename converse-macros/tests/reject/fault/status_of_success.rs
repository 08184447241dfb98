#[derive(Debug, converse::Fault)]
#[fault(code = "taken", status = 200)]
struct NameTaken;

fn main() {}
