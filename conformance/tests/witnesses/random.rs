//! Random numbers that can be repeated.

/// A generator of random numbers: xorshift64* (Vigna 2014).
pub(crate) struct Random(u64);

impl Random {
    /// The generator of this seed.
    pub(crate) fn of(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % bound
    }

    /// Once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn one_of<'t, T>(&mut self, these: &'t [T]) -> &'t T {
        &these[self.below(these.len())]
    }
}

/// The number that a variable of the environment holds, if it is set.
pub(crate) fn number_of(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}

/// The seed of this run, the same for every run unless `CONVERSE_SEED` is another: what was green stays green, and
/// whoever looks for more takes other seeds and more rounds.
pub(crate) fn seed() -> u64 {
    number_of("CONVERSE_SEED").unwrap_or(1)
}
