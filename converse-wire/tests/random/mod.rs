//! Random things from a seed, so that a run can be repeated.

/// A generator of random numbers: xorshift64* (Vigna 2014).
pub(crate) struct Random(u64);

impl Random {
    /// From `CONVERSE_SEED`, or from the clock; the seed is printed.
    pub(crate) fn announced() -> Random {
        let given = std::env::var("CONVERSE_SEED").ok().map(|seed| seed.parse().expect("CONVERSE_SEED is a number"));
        let seed = given.unwrap_or_else(|| {
            let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            u64::from(clock.map_or(1, |time| time.subsec_nanos()))
        });
        println!("CONVERSE_SEED={seed}");
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// How many rounds a test makes: `CONVERSE_ROUNDS`, or so many.
    pub(crate) fn rounds(default: u64) -> u64 {
        let given = std::env::var("CONVERSE_ROUNDS").ok();
        given.map_or(default, |rounds| rounds.parse().expect("CONVERSE_ROUNDS is a number"))
    }

    /// 64 random bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below the bound, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % bound
    }

    /// One of several.
    pub(crate) fn of<T: Copy>(&mut self, these: &[T]) -> T {
        these[self.below(these.len())]
    }

    /// A text of up to 24 characters, of all kinds.
    pub(crate) fn text(&mut self) -> String {
        let length = self.below(25);
        let mut character = || match self.below(8) {
            0 => self.of(&['"', '\\', '/', '\n', '\r', '\t', '\u{8}', '\u{c}', '\0', '\u{1f}', '\u{7f}', '\u{2028}']),
            1 => char::from(u8::try_from(self.below(0x80)).unwrap()),
            2 => char::from_u32(u32::try_from(self.below(0x11_0000)).unwrap()).unwrap_or('\u{fffd}'),
            _ => self.of(&['a', 'Z', '0', ' ', 'é', '😀', '_']),
        };
        (0..length).map(|_| character()).collect()
    }

    /// A finite float of any size.
    pub(crate) fn float(&mut self) -> f64 {
        loop {
            let float = f64::from_bits(self.next());
            if float.is_finite() {
                return float;
            }
        }
    }

    /// A numeral of JSON's grammar, most of them near where something changes.
    pub(crate) fn numeral(&mut self) -> String {
        const EDGES: &[&str] = &[
            "0",
            "1",
            "127",
            "128",
            "255",
            "256",
            "65535",
            "65536",
            "2147483647",
            "2147483648",
            "4294967295",
            "4294967296",
            "9007199254740991",
            "9007199254740992",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551615",
            "18446744073709551616",
            "340282346638528859811704183484516925440",
            "340282356779733661637539395458142568447",
            "340282356779733661637539395458142568448",
            "340282366920938463463374607431768211455",
            "340282366920938463463374607431768211456",
            "16777217",
            "1797693134862315708145274237317043567980705675258449965989174768",
        ];
        let mut text = String::new();
        if self.below(3) == 0 {
            text.push('-');
        }
        match self.below(4) {
            0 => text.push_str(self.of(EDGES)),
            1 => text.push_str(&(self.next() >> self.below(64)).to_string()),
            2 => text = format!("{text}{:?}", self.float().abs()),
            _ => {
                text.push(self.of(&['0', '1', '7']));
                let digits = if text.ends_with('0') { 0 } else { self.below(40) };
                text.extend((0..digits).map(|_| self.of(&['0', '0', '1', '5', '9'])));
            }
        }
        if !text.contains(['.', 'e']) && self.below(3) == 0 {
            text.push('.');
            let digits = 1 + self.below(25);
            text.extend((0..digits).map(|_| self.of(&['0', '0', '0', '1', '5', '9'])));
        }
        if !text.contains('e') && self.below(4) == 0 {
            text.push(self.of(&['e', 'E']));
            text.push_str(self.of(&["", "+", "-"]));
            let exponent = match self.below(3) {
                0 => self.below(4),
                1 => self.below(40),
                _ => self.below(420),
            };
            text.push_str(&exponent.to_string());
        }
        text
    }
}
