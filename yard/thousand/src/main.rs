//! A random mix over 1,000 classes, where code that is compiled for each class falls out of the cache.

mod generated;

use std::process::ExitCode;

use contest::{Counting, Row, engine, random};
use generated::{NAMES, SAMPLES, enum_of_1000};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    contest::run(&[Row {
        name: "mix",
        classes: NAMES.len(),
        messages: random(SAMPLES.iter()),
        bound: &|bytes, out| enum_of_1000(bytes, out).is_ok(),
        converse: &engine(NAMES),
        must: 0.60,
    }])
}
