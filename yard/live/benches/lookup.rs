//! How many instructions it takes to find a class, compiled or live, among 64, 10,000 and 100,000 live ones.

use std::hint::black_box;

use converse::Classes;
use gungraun::{library_benchmark, library_benchmark_group, main};

/// The classes, and names of some that were looked up before.
struct Ready {
    classes: Classes,
    names: Vec<String>,
}

const LOOKUPS: usize = 64;

fn ready(count: usize, compiled: bool) -> Ready {
    let runtime = live::runtime();
    let _entered = runtime.enter();
    let classes = live::engine().classes();
    for at in 0..count {
        live::add(&classes, at);
    }
    // Names of one length: comparing and hashing longer ones takes longer.
    let name = |at: usize| if compiled { "Ping".to_owned() } else { live::name(10 + at % 54) };
    let ready = Ready { classes, names: (0..LOOKUPS).map(name).collect() };
    look(ready)
}

fn look(ready: Ready) -> Ready {
    for name in &ready.names {
        black_box(ready.classes.get(black_box(name))).expect("it is there");
    }
    ready
}

#[library_benchmark]
#[bench::compiled_among_64(args = (64, true), setup = ready)]
#[bench::compiled_among_100_000(args = (100_000, true), setup = ready)]
#[bench::live_among_64(args = (64, false), setup = ready)]
#[bench::live_among_10_000(args = (10_000, false), setup = ready)]
#[bench::live_among_100_000(args = (100_000, false), setup = ready)]
fn find_64(ready: Ready) -> Ready {
    look(ready)
}

library_benchmark_group!(name = lookup, benchmarks = [find_64]);

main!(library_benchmark_groups = lookup);
