#[derive(Debug, converse::Fault)]
enum SignUpError {
    #[fault(status = 409)]
    NameTaken,
}

fn main() {}
