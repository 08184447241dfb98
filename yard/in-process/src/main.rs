//! One message in one process: bytes → decode → validate → dispatch → respond → encode, everything on,
//! against an enum and a `match` written by hand with serde_json, which validates nothing.

use std::process::ExitCode;

use contest::{Contender, Counting, Row, engine, random};
use in_process::generated::{NAMES, SAMPLES, enum_of_2, enum_of_64};
use in_process::messages::{ESCAPED, SHUFFLED, SIGN_IN, SIGN_UP, UNKNOWN, order};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    let two: (Contender, Contender) = (&|bytes, out| enum_of_2(bytes, out).is_ok(), &engine(&["SignIn", "Order"]));
    let many: (Contender, Contender) = (&|bytes, out| enum_of_64(bytes, out).is_ok(), &engine(NAMES));
    let row = |name, classes, messages| {
        let (bound, converse) = if classes == 2 { two } else { many };
        Row { name, classes, messages, bound, converse, must: 0.85 }
    };
    let one = |name, classes, message: &str| row(name, classes, vec![message.into()]);
    let (small, large) = (order(18), order(1_750));
    contest::run(&[
        one("sign-in", 2, SIGN_IN),
        one("order", 2, &small),
        one("batch", 2, &large),
        one("sign-in", 64, SIGN_IN),
        one("shuffled keys", 64, SHUFFLED),
        one("unknown key", 64, UNKNOWN),
        one("escaped text", 64, ESCAPED),
        one("sign-up", 64, SIGN_UP),
        one("order", 64, &small),
        one("batch", 64, &large),
        row("mix", 64, random(SAMPLES.iter().chain(&[SIGN_IN, SIGN_UP]))),
    ])
}
