//! The same message as in `counts`, in a program into which no hook is linked: what a hook costs a message that it is not for
//! is the difference, and there is none. Its limit is that of `counts`.

use std::hint::black_box;

use contest::engine;
use gungraun::{Callgrind, EventKind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main};
use in_process::generated::NAMES;
use in_process::messages::SIGN_IN;

type Contender = Box<dyn Fn(&[u8], &mut Vec<u8>) -> bool>;

/// A contender that is warm: what is made once was made.
struct Ready {
    contender: Contender,
    message: Vec<u8>,
    out: Vec<u8>,
}

fn converse(message: &str) -> Ready {
    let contender = Box::new(engine(NAMES));
    let mut ready = Ready { contender, message: message.into(), out: Vec::with_capacity(1 << 10) };
    for _ in 0..8 {
        ready.out.clear();
        assert!((ready.contender)(&ready.message, &mut ready.out), "the message is taken");
    }
    ready.out.clear();
    ready
}

fn at_most(instructions: u64) -> LibraryBenchmarkConfig {
    let mut config = LibraryBenchmarkConfig::default();
    config.tool(Callgrind::default().hard_limits([(EventKind::Ir, instructions)]));
    config
}

#[library_benchmark]
#[bench::sign_in(args = (SIGN_IN,), setup = converse, config = at_most(2_100))]
fn without_hooks(mut ready: Ready) -> Ready {
    black_box((ready.contender)(black_box(&ready.message), &mut ready.out));
    ready
}

library_benchmark_group!(name = unhooked, benchmarks = [without_hooks]);

main!(library_benchmark_groups = unhooked);
