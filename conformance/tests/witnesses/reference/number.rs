//! Numbers, as `docs/wire.md` has them: exact where they are whole, the nearest float where they are not.

use std::cmp::Ordering;

use converse_model::Num;

/// The largest whole number that is taken from a form with a point or an exponent.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// A number as a field holds it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Held {
    Whole(i128),
    Double(f64),
    Single(f32),
}

/// Whether a number is written without a point and an exponent.
pub(crate) fn is_whole(text: &str) -> bool {
    !text.contains(['.', 'e', 'E'])
}

/// The double nearest to a number; infinite where there is none.
pub(crate) fn double(text: &str) -> f64 {
    text.parse().unwrap()
}

/// The single nearest to the double that a number is; infinite where there is none.
pub(crate) fn single(text: &str) -> f32 {
    double(text) as f32
}

/// The number as an integer within these bounds, or the rule that it breaks.
pub(crate) fn int(text: &str, min: i128, max: i128) -> Result<i128, &'static str> {
    let beyond = if text.starts_with('-') { "greater_than_equal" } else { "less_than_equal" };
    let value = if is_whole(text) {
        match text.parse::<i128>() {
            Ok(value) => value,
            Err(_) => return Err(beyond),
        }
    } else {
        let value = double(text);
        // The row `beyond-1e37` of docs/validation.md: what has no 128 bits is too large, whole or not.
        if value.abs() > 1e37 {
            return Err(beyond);
        }
        if value.fract() != 0.0 || value.abs() > WHOLE {
            return Err("int_from_float");
        }
        value as i128
    };
    match value {
        _ if value < min => Err("greater_than_equal"),
        _ if value > max => Err("less_than_equal"),
        _ => Ok(value),
    }
}

impl Held {
    /// How it compares with a bound, exactly; a single one with the bound as 32 bits have it.
    pub(crate) fn compare(self, bound: Num) -> Ordering {
        match (self, bound) {
            (Held::Whole(a), Num::Int(b)) => a.cmp(&b),
            (Held::Whole(a), Num::Float(b)) => order(b, a).reverse(),
            (Held::Double(a), Num::Int(b)) => order(a, b),
            (Held::Double(a), Num::Float(b)) => a.partial_cmp(&b).unwrap(),
            (Held::Single(a), Num::Int(b)) => a.partial_cmp(&(b as f32)).unwrap(),
            (Held::Single(a), Num::Float(b)) => a.partial_cmp(&(b as f32)).unwrap(),
            (held, Num::Single(b)) => panic!("{held:?} has the bound {b} of 32 bits, which no attribute gives"),
        }
    }

    /// Whether it is a whole number of times this one, both in the fewest decimals that name them.
    pub(crate) fn is_multiple_of(self, of: Num) -> bool {
        let value = match self {
            Held::Whole(value) => Decimals::of(&value.to_string()),
            Held::Double(value) => Decimals::of(&format!("{value:e}")),
            Held::Single(value) => Decimals::of(&format!("{value:e}")),
        };
        let of = match of {
            Num::Int(of) => Decimals::of(&of.to_string()),
            Num::Float(of) => Decimals::of(&format!("{of:e}")),
            Num::Single(of) => Decimals::of(&format!("{of:e}")),
        };
        value.is_multiple_of(&of)
    }
}

/// How a double compares with a whole number.
fn order(a: f64, b: i128) -> Ordering {
    let floor = a.floor();
    // 2^127 is a double, and no i128 reaches it.
    if floor >= 2f64.powi(127) {
        return Ordering::Greater;
    }
    if floor < -(2f64.powi(127)) {
        return Ordering::Less;
    }
    let fraction = if a > floor { Ordering::Greater } else { Ordering::Equal };
    (floor as i128).cmp(&b).then(fraction)
}

/// Digits, of which neither the first nor the last is 0, and a power of ten.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Decimals {
    negative: bool,
    digits: Vec<u8>,
    power: i64,
}

impl Decimals {
    /// A number as it is written, in JSON or by Rust.
    pub(crate) fn of(text: &str) -> Decimals {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let negative = whole.starts_with('-');
        let mut digits: Vec<u8> =
            whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit).map(|d| d - b'0').collect();
        let mut power = exponent.parse::<i64>().unwrap() - i64::try_from(fraction.len()).unwrap();
        while digits.last() == Some(&0) {
            digits.pop();
            power += 1;
        }
        digits = digits.into_iter().skip_while(|digit| *digit == 0).collect();
        if digits.is_empty() {
            return Decimals { negative: false, digits, power: 0 };
        }
        Decimals { negative, digits, power }
    }

    fn is_multiple_of(&self, of: &Decimals) -> bool {
        if self.digits.is_empty() {
            return true;
        }
        // A last digit that is not 0 stands at a lower place than any multiple has one.
        if self.power < of.power {
            return false;
        }
        let divisor = of.digits.iter().fold(0u128, |all, digit| all * 10 + u128::from(*digit));
        let zeros = usize::try_from(self.power - of.power).unwrap();
        let digits = self.digits.iter().copied().chain(std::iter::repeat_n(0, zeros));
        digits.fold(0u128, |rest, digit| (rest * 10 + u128::from(digit)) % divisor) == 0
    }
}
