use converse::protocol;

#[protocol]
trait Closes {
    fn close(&self) -> bool;
}

fn main() {}
