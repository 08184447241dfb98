//! How many instructions one message takes from bytes to reply, everything on: counted by valgrind, so that a
//! machine's load and clock have no part in it. The counts are limits: `cargo xtask test` fails beyond them.
//!
//! Hooks are linked, for one class: what that one costs is beside the others without a limit.
//! The hand-written enum's counts are beside them without limits, for comparison. A limit is the count of rustc
//! 1.95 and a twentieth; whoever makes converse faster lowers it. That of a sign-in was 2,073 until the watch for handlers
//! that keep their thread was told by the thread itself what it is at, instead of listing all classes: a word more to write.

use std::hint::black_box;

use contest::engine;
use converse::{Answered, View, after, before, message, protocol, respond};
use gungraun::{Callgrind, EventKind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main};
use in_process::generated::{NAMES, enum_of_64};
use in_process::messages::{ESCAPED, SHUFFLED, SIGN_IN, SIGN_UP, UNKNOWN, order};

/// A kind of messages of which one class is here. That hooks for it are linked costs the others nothing: their limits are
/// those of a program without.
#[protocol]
struct Watched {
    watched: bool,
}

/// A sign-in that hooks are for.
#[message]
struct WatchedSignIn {
    username: String,
    password: String,
    #[field(default = true)]
    watched: bool,
}

#[message]
struct WatchedSignInResponse {
    success: bool,
}

#[respond]
fn watched(message: WatchedSignIn) -> WatchedSignInResponse {
    WatchedSignInResponse::new(message.password == "basketball")
}

#[before(Watched)]
fn sees(message: View<Watched>) {
    black_box(message.watched);
}

#[after(Watched)]
fn saw(_message: View<Watched>, answered: Answered) {
    black_box(answered.class());
}

const WATCHED: &str = r#"{"WatchedSignIn":{"username":"josh","password":"basketball"}}"#;

type Contender = Box<dyn Fn(&[u8], &mut Vec<u8>) -> bool>;

/// A contender that is warm: what is made once was made.
struct Ready {
    contender: Contender,
    message: Vec<u8>,
    out: Vec<u8>,
}

fn ready(contender: Contender, message: &str) -> Ready {
    let mut ready = Ready { contender, message: message.into(), out: Vec::with_capacity(1 << 10) };
    for _ in 0..8 {
        ready.out.clear();
        assert!((ready.contender)(&ready.message, &mut ready.out), "the message is taken");
    }
    ready.out.clear();
    ready
}

fn converse(message: &str) -> Ready {
    let names: Vec<&str> = NAMES.iter().copied().chain(["WatchedSignIn"]).collect();
    ready(Box::new(engine(&names)), message)
}

fn by_hand(message: &str) -> Ready {
    ready(Box::new(|bytes, out| enum_of_64(bytes, out).is_ok()), message)
}

fn at_most(instructions: u64) -> LibraryBenchmarkConfig {
    let mut config = LibraryBenchmarkConfig::default();
    config.tool(Callgrind::default().hard_limits([(EventKind::Ir, instructions)]));
    config
}

#[library_benchmark]
#[bench::sign_in(args = (SIGN_IN,), setup = converse, config = at_most(2_100))]
#[bench::shuffled_keys(args = (SHUFFLED,), setup = converse, config = at_most(2_503))]
#[bench::unknown_key(args = (UNKNOWN,), setup = converse, config = at_most(2_392))]
#[bench::escaped_text(args = (ESCAPED,), setup = converse, config = at_most(2_604))]
#[bench::sign_up(args = (SIGN_UP,), setup = converse, config = at_most(2_487))]
// Of these, glibc's allocator takes 3,000 more or less as the heap happens to lie: 100 allocations, fastbins or not.
#[bench::order(args = (&order(18),), setup = converse, config = at_most(38_149))]
fn with_converse(mut ready: Ready) -> Ready {
    black_box((ready.contender)(black_box(&ready.message), &mut ready.out));
    ready
}

#[library_benchmark]
#[bench::sign_in(args = (WATCHED,), setup = converse)]
fn with_hooks(mut ready: Ready) -> Ready {
    black_box((ready.contender)(black_box(&ready.message), &mut ready.out));
    ready
}

#[library_benchmark]
#[bench::sign_in(args = (SIGN_IN,), setup = by_hand)]
#[bench::shuffled_keys(args = (SHUFFLED,), setup = by_hand)]
#[bench::unknown_key(args = (UNKNOWN,), setup = by_hand)]
#[bench::escaped_text(args = (ESCAPED,), setup = by_hand)]
#[bench::sign_up(args = (SIGN_UP,), setup = by_hand)]
#[bench::order(args = (&order(18),), setup = by_hand)]
fn with_an_enum(mut ready: Ready) -> Ready {
    black_box((ready.contender)(black_box(&ready.message), &mut ready.out));
    ready
}

library_benchmark_group!(name = counts, benchmarks = [with_converse, with_hooks, with_an_enum]);

main!(library_benchmark_groups = counts);
