//! Values as their types have them, where they came in another form whose meaning is plain: `"1"` for 1,
//! `"yes"` for true, seconds for an instant. It is pydantic's lax mode, for the kinds of values that JSON has.
//!
//! Only fields that ask for it are treated so (`#[message(coerce)]`). What cannot be made into the type
//! stays as it came, for the validator to say what is wrong with it.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::format::time;
use crate::{TextFormat, Type, Value, integral};

/// The value as the type has it; `None` if it stays as it came. Goes into lists, tuples and maps, and not
/// into classes, whose own fields say whether they are treated so.
pub fn coerce(ty: &Type, value: &Value) -> Option<Value> {
    match (ty, value) {
        (Type::Optional(inner) | Type::Secret(inner), value) => coerce(inner, value),
        (Type::Ref(class), value) => coerce(&class.key()?.ty, value),
        (Type::Bool, value) => bool(value),
        (Type::Int { .. }, value) => int(value),
        (Type::Float { .. }, value) => float(value),
        (Type::Format(format), value) => form(*format, value).map(|text| Value::Str(text.into())),
        (Type::List(inner) | Type::Set(inner) | Type::Array { item: inner, .. }, Value::List(items)) => {
            Some(Value::List(items.iter().map(|item| coerced(inner, item)).collect()))
        }
        (Type::Tuple(types), Value::List(items)) => {
            let rest = items.get(types.len()..).unwrap_or_default().iter().cloned();
            let known = types.iter().zip(items).map(|(inner, item)| coerced(inner, item));
            Some(Value::List(known.chain(rest).collect()))
        }
        (Type::Map { value: inner, .. }, Value::Map(members)) => {
            Some(Value::Map(members.iter().map(|(name, value)| (name.clone(), coerced(inner, value))).collect()))
        }
        _ => None,
    }
}

fn coerced(ty: &Type, value: &Value) -> Value {
    coerce(ty, value).unwrap_or_else(|| value.clone())
}

/// 0, 1, and the words for yes and no that people write in settings, in any case.
fn bool(value: &Value) -> Option<Value> {
    let bool = match value {
        Value::Int(0) => false,
        Value::Int(1) => true,
        Value::Float(number) => match integral(*number)? {
            0 => false,
            1 => true,
            _ => return None,
        },
        Value::Str(text) => match text.to_ascii_lowercase().as_str() {
            "0" | "off" | "f" | "false" | "n" | "no" => false,
            "1" | "on" | "t" | "true" | "y" | "yes" => true,
            _ => return None,
        },
        _ => return None,
    };
    Some(Value::Bool(bool))
}

/// True and false, and a whole number in a text.
fn int(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(value) => Some(Value::Int((*value).into())),
        Value::Str(text) => whole(text.trim()).map(Value::Int),
        _ => None,
    }
}

/// `-12`, `+1_000`, `7.0`: digits, perhaps a sign, single `_` between digits, perhaps a fraction of zeros.
/// What is beyond `i128` is its end: no bound lies there.
fn whole(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let digits = match digits.split_once('.') {
        Some((digits, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => digits,
        Some(_) => return None,
        None => digits,
    };
    let digits = without_separators(digits)?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let step = |number: i128, digit: u8| number.saturating_mul(10).saturating_add((digit - b'0').into());
    let number = digits.bytes().fold(0, step);
    Some(if negative { -number } else { number })
}

/// True and false, and a number in a text; also `inf` and `nan`, which are then refused as what they are.
fn float(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(value) => Some(Value::Float(f64::from(u8::from(*value)))),
        Value::Str(text) => without_separators(text.trim())?.parse().ok().map(Value::Float),
        _ => None,
    }
}

/// The digits without `_`, each of which stands between two digits.
fn without_separators(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let stray = |(at, byte): (usize, &u8)| *byte == b'_' && !(digit(at.checked_sub(1)) && digit(at.checked_add(1)));
    if bytes.iter().enumerate().any(stray) { None } else { Some(text.replace('_', "")) }
}

/// The text of a form, from a number or from another text. A number that is none of the form is no text of
/// it either, and is refused as one.
fn form(format: TextFormat, value: &Value) -> Option<String> {
    match (format, value) {
        (TextFormat::Uuid, Value::Str(text)) => uuid(text),
        (TextFormat::Date, Value::Str(text)) => time::midnight(text).or_else(|| moment(format, &number_in(text)?)),
        (TextFormat::Timestamp, Value::Str(text)) => moment(format, &number_in(text)?),
        (_, Value::Int(_) | Value::Float(_)) => {
            let made = match format {
                TextFormat::Decimal => Some(decimal(value)),
                TextFormat::Ip | TextFormat::Ipv4 | TextFormat::Ipv6 => address(format, value),
                TextFormat::Timestamp
                | TextFormat::Date
                | TextFormat::Time
                | TextFormat::Duration
                | TextFormat::Elapsed => moment(format, value),
                TextFormat::Uuid | TextFormat::Url | TextFormat::Email | TextFormat::Base64 => return None,
            };
            Some(made.unwrap_or_default())
        }
        _ => None,
    }
}

fn decimal(number: &Value) -> String {
    match number {
        Value::Int(number) => number.to_string(),
        // Without the sign of a zero.
        Value::Float(number) => (number + 0.0).to_string(),
        _ => String::new(),
    }
}

/// An address by its bits; of either family, the shorter one that holds them.
fn address(format: TextFormat, number: &Value) -> Option<String> {
    let bits = match number {
        Value::Int(bits) => *bits,
        Value::Float(bits) => integral(*bits)?,
        _ => return None,
    };
    let short = || u32::try_from(bits).ok().map(|bits| Ipv4Addr::from(bits).to_string());
    let long = || u128::try_from(bits).ok().map(|bits| Ipv6Addr::from(bits).to_string());
    match format {
        TextFormat::Ipv4 => short(),
        TextFormat::Ipv6 => long(),
        _ => short().or_else(long),
    }
}

/// Beyond these many seconds (in the year 2603) a number counts milliseconds.
const WATERSHED: f64 = 2e10;

/// A moment or a length of time from a number of seconds, or of milliseconds.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "microseconds, within a bound")]
fn moment(format: TextFormat, number: &Value) -> Option<String> {
    let number = match number {
        Value::Int(number) => *number as f64,
        Value::Float(number) => *number,
        _ => return None,
    };
    let instant = matches!(format, TextFormat::Timestamp | TextFormat::Date);
    let seconds = if instant && number.abs() > WATERSHED { number / 1e3 } else { number };
    // Where microseconds no longer are whole numbers, there is no year of four digits either.
    let micros = (seconds * 1e6).round();
    if micros.is_nan() || micros.abs() > 9e18 {
        return None;
    }
    time::of_micros(format, micros as i64)
}

/// A number of seconds that stands in a text: `1494012444.5`.
fn number_in(text: &str) -> Option<Value> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut parts = digits.splitn(2, '.');
    let made_of_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.all(made_of_digits).then(|| text.parse().ok().map(Value::Float)).flatten()
}

/// A UUID in braces, as a URN, or without hyphens.
fn uuid(text: &str) -> Option<String> {
    let inner =
        text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).or_else(|| text.strip_prefix("urn:uuid:"));
    if let Some(inner) = inner {
        return Some(uuid(inner).unwrap_or_else(|| inner.to_owned())).filter(|text| TextFormat::Uuid.holds(text));
    }
    if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| text.get(range).unwrap_or_default());
    Some(parts.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sub;
    use TextFormat::{Date, Duration, Time, Timestamp};

    fn text(text: &str) -> Value {
        Value::Str(text.to_owned().into())
    }

    #[test]
    fn booleans() {
        for yes in [Value::Int(1), Value::Float(1.0), text("YES"), text("t"), text("On"), text("1")] {
            assert_eq!(coerce(&Type::Bool, &yes), Some(Value::Bool(true)), "{yes:?}");
        }
        for no in [Value::Int(0), Value::Float(-0.0), text("Off"), text("n"), text("0")] {
            assert_eq!(coerce(&Type::Bool, &no), Some(Value::Bool(false)), "{no:?}");
        }
        for neither in [Value::Int(2), Value::Float(0.5), text(" true"), text(""), Value::None] {
            assert_eq!(coerce(&Type::Bool, &neither), None, "{neither:?}");
        }
    }

    #[test]
    fn numbers_in_texts() {
        let int = Type::Int { min: 0, max: 0 };
        for (written, number) in
            [("1", 1), (" -1\t", -1), ("+1_000", 1000), ("007", 7), ("1.00", 1), ("\u{a0}1", 1), ("-0.0", 0)]
        {
            assert_eq!(coerce(&int, &text(written)), Some(Value::Int(number)), "{written:?}");
        }
        for none in ["", "1.", ".0", "1.5", "1e2", "0x1", "_1", "1_", "1__0", "1.0_0", "--1", "- 1", "１", "-"] {
            assert_eq!(coerce(&int, &text(none)), None, "{none:?}");
        }
        let float = Type::Float { bits: 64 };
        for (written, number) in
            [("1", 1.0), (" .5 ", 0.5), ("1_0e1_0", 10e10), ("-1E-3", -0.001), ("inf", f64::INFINITY)]
        {
            assert_eq!(coerce(&float, &text(written)), Some(Value::Float(number)), "{written:?}");
        }
        for none in ["", "1e", "1__0", "_1", "0x1", "1d", "+ 1"] {
            assert_eq!(coerce(&float, &text(none)), None, "{none:?}");
        }
    }

    #[test]
    fn moments() {
        let made = |format, value: Value| match coerce(&Type::Format(format), &value) {
            Some(Value::Str(text)) => text.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(made(Timestamp, Value::Int(0)), "1970-01-01T00:00:00Z");
        assert_eq!(made(Timestamp, Value::Float(-1.5)), "1969-12-31T23:59:58.5Z");
        assert_eq!(made(Timestamp, Value::Int(20_000_000_001)), "1970-08-20T11:33:20.001Z");
        assert_eq!(made(Timestamp, text("1494012444.883309")), "2017-05-05T19:27:24.883309Z");
        assert_eq!(made(Timestamp, Value::Float(1e15)), "");
        assert_eq!(made(Date, Value::Int(86_400)), "1970-01-02");
        assert_eq!(made(Date, Value::Int(1)), "");
        assert_eq!(made(Date, text("2020-01-01T00:00:00.000+01:00")), "2020-01-01");
        assert_eq!(made(Time, Value::Float(1.5)), "00:00:01.5");
        assert_eq!(made(Time, Value::Int(86_400)), "");
        assert_eq!(made(Duration, Value::Float(-1.5)), "-PT1.5S");
        assert_eq!(made(Duration, Value::Int(0)), "PT0S");
    }

    #[test]
    fn within_containers() {
        let list = Type::List(Sub::Static(&Type::Bool));
        let sent = Value::List(vec![text("no"), text("maybe"), Value::None]);
        let made = Value::List(vec![Value::Bool(false), text("maybe"), Value::None]);
        assert_eq!(coerce(&list, &sent), Some(made));
    }
}
