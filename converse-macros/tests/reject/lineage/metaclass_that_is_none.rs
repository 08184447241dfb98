use converse::message;
use converse::model::{Class, Result};

struct Meta;

fn fallible() -> Result<Class> {
    Class::define("Meta").create()
}

#[message(metaclass = Meta)]
struct Ping {}

#[message(metaclass = fallible)]
struct Pong {}

#[message(metaclass = "Meta")]
struct Pang {}

fn main() {}
