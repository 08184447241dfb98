//! Whether the time that a token, a key or a password takes to be refused tells something of it.
//!
//! Of each pair of cases one is chosen by chance for each measure, and Welch's t of the two samples of times says whether they
//! differ: |t| below 4.5 over a million measures is no telling difference (Reparaz, Balasch, Verbauwhede: dude, is my code
//! constant time?). Planted leaks, which must be found, say that the rig would see one: where it does not see them it has
//! measured nothing, and ends with 1.

mod welch;

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::process::ExitCode;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use converse::{ApiKeys, Authenticate, BearerTokens, Credentials, Principal, Secret, block_on, password};

/// How many measures there are of what takes a microsecond, and of what takes a hundredth of a second.
const MEASURES: usize = 1_000_000;
const PASSWORDS: usize = 2_000;
/// So many are made ready at a time, so that nothing but what is measured stands between two of them.
const BATCH: usize = 1_000;

fn main() -> ExitCode {
    let asked: Option<usize> = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let (measures, passwords) = (asked.unwrap_or(MEASURES), asked.map_or(PASSWORDS, |count| count.min(PASSWORDS)));
    println!("{:<58} {:>9} {:>8}", "", "measures", "|t|");
    let rows = [
        Row::of("a wrong token; one that is right but for three characters", measures, false, tokens),
        Row::of("a wrong key; one that is right but for three characters", measures, false, keys),
        Row::of("planted: the same, by a comparison that ends early", measures, true, leaky),
        Row::of("a wrong password; a user who is not there", passwords, false, verified),
        Row::of("planted: the same, where nobody's password is not hashed", passwords, true, eager),
    ];
    ExitCode::from(u8::from(rows.iter().any(|row| row.leaks && !row.is_as_it_should())))
}

struct Row {
    leaks: bool,
    t: f64,
}

impl Row {
    fn of(name: &str, measures: usize, leaks: bool, times: fn(usize) -> [Vec<f64>; 2]) -> Row {
        let [one, other] = times(measures);
        let row = Row { leaks, t: welch::largest(&one, &other) };
        let said = if row.is_as_it_should() { "" } else { "  not as it should be" };
        println!("{name:<58} {:>9} {:>8.1}{said}", one.len() + other.len(), row.t);
        row
    }

    fn is_as_it_should(&self) -> bool {
        (self.t >= welch::TELLING) == self.leaks
    }
}

/// Chance that nobody foretells, from the keys that the standard library has for its tables.
struct Chance {
    keys: RandomState,
    drawn: u64,
}

impl Chance {
    fn new() -> Chance {
        Chance { keys: RandomState::new(), drawn: 0 }
    }

    fn draw(&mut self) -> u64 {
        self.drawn += 1;
        self.keys.hash_one(self.drawn)
    }

    fn coin(&mut self) -> usize {
        usize::from(self.draw() & 1 == 1)
    }

    /// 64 hexadecimal digits, as `password::token` makes them.
    fn token(&mut self) -> String {
        (0..4).map(|_| format!("{:016x}", self.draw())).collect()
    }
}

/// The times of both cases: wrong tokens, all different, and tokens that are right but for their last three characters.
fn refused(
    measures: usize,
    show: fn(String) -> Credentials,
    refuse: impl Fn(&str, &Credentials) -> bool,
) -> [Vec<f64>; 2] {
    let (mut chance, mut times) = (Chance::new(), [Vec::new(), Vec::new()]);
    let right = chance.token();
    // So many that no few of them, which happen to lie near the right one in the table, make up the sample.
    let near = |last: u64| {
        let [first, second, third] =
            [b'g' + (last % 20) as u8, b'!' + (last >> 8) as u8 % 90, b'!' + (last >> 16) as u8 % 90];
        format!("{}{}{}{}", &right[..61], char::from(first), char::from(second), char::from(third))
    };
    for _ in 0..measures.div_ceil(BATCH) {
        // Both are made each time, and the one that is shown is copied: nothing but what they say tells them apart.
        let batch: Vec<(usize, Credentials)> = (0..BATCH)
            .map(|_| {
                let (case, wrong, last) = (chance.coin(), chance.token(), chance.draw());
                let both = [wrong, near(last)];
                (case, show(both[case].as_str().to_owned()))
            })
            .collect();
        for (case, shown) in &batch {
            let begun = Instant::now();
            let refused = refuse(&right, shown);
            let took = begun.elapsed();
            assert!(refused, "what is wrong is refused");
            times[*case].push(took.as_nanos() as f64);
        }
    }
    times
}

fn josh() -> Principal {
    Principal::new("josh").expect("a name")
}

/// Whether an authenticator knows nobody by this.
fn knows_nobody(of: &impl Authenticate, shown: &Credentials) -> bool {
    let mut asked = of.authenticate(shown);
    match asked.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(known) => known.is_ok_and(|known| known.is_none()),
        Poll::Pending => panic!("a table need not wait"),
    }
}

fn bearer(token: String) -> Credentials {
    Credentials::default().with_bearer(token)
}

fn tokens(measures: usize) -> [Vec<f64>; 2] {
    let table = std::cell::OnceCell::new();
    refused(measures, bearer, |right, shown| {
        knows_nobody(table.get_or_init(|| BearerTokens::new().with(right, josh())), shown)
    })
}

fn keys(measures: usize) -> [Vec<f64>; 2] {
    let table = std::cell::OnceCell::new();
    let show = |key| Credentials::default().with_api_key(key);
    refused(measures, show, |right, shown| {
        knows_nobody(table.get_or_init(|| ApiKeys::new().with(right, josh())), shown)
    })
}

fn leaky(measures: usize) -> [Vec<f64>; 2] {
    refused(measures, bearer, |right, shown| {
        let shown = shown.bearer().map_or("", |token| token.expose());
        let mut pairs = right.bytes().zip(shown.bytes());
        !pairs.all(|(one, other)| std::hint::black_box(one) == other)
    })
}

/// The times of both cases: a wrong password of a user, and any of a user who is not there.
fn checked(measures: usize, skips_nobody: bool) -> [Vec<f64>; 2] {
    block_on(async {
        let hash = password::hash(&Secret::from("basketball")).await.expect("a hash");
        let (mut chance, mut times) = (Chance::new(), [Vec::new(), Vec::new()]);
        for _ in 0..measures {
            let (case, wrong) = (chance.coin(), Secret::new(chance.token()));
            let stored = (case == 0).then_some(&hash);
            let begun = Instant::now();
            let fits =
                if skips_nobody && stored.is_none() { Ok(false) } else { password::verify(&wrong, stored).await };
            let took = begun.elapsed();
            assert!(!fits.expect("a verdict"), "what is wrong is refused");
            times[case].push(took.as_nanos() as f64);
        }
        times
    })
}

fn verified(measures: usize) -> [Vec<f64>; 2] {
    checked(measures, false)
}

fn eager(measures: usize) -> [Vec<f64>; 2] {
    checked(measures.min(100), true)
}
