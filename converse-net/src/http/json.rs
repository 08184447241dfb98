//! The few lines of JSON (RFC 8259) that a problem needs.

use std::fmt::Write;

use converse_model::Value;

/// Appends a string with its quotes.
pub(super) fn string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                write_to(out, format_args!("\\u{:04x}", u32::from(control)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Appends a value; what JSON has no number for is null.
pub(super) fn value(out: &mut String, of: &Value) {
    match of {
        Value::Bool(value) => write_to(out, format_args!("{value}")),
        Value::Int(value) => write_to(out, format_args!("{value}")),
        // `Debug` writes the shortest digits that read back the same, and `1.0` with its fraction.
        Value::Float(value) if value.is_finite() => write_to(out, format_args!("{value:?}")),
        Value::Float(_) | Value::None => out.push_str("null"),
        Value::Str(text) => string(out, text),
        Value::List(values) => {
            out.push('[');
            for (at, item) in values.iter().enumerate() {
                comma(out, at);
                value(out, item);
            }
            out.push(']');
        }
        Value::Map(members) => {
            object(out, members.iter().map(|(name, value)| (name.as_str(), value)));
        }
    }
}

/// Appends an object.
pub(super) fn object<'v>(out: &mut String, members: impl Iterator<Item = (&'v str, &'v Value)>) {
    out.push('{');
    for (at, (name, member)) in members.enumerate() {
        comma(out, at);
        string(out, name);
        out.push(':');
        value(out, member);
    }
    out.push('}');
}

/// Appends a comma before every item but the first.
pub(super) fn comma(out: &mut String, at: usize) {
    if at > 0 {
        out.push(',');
    }
}

/// Appends formatted text.
pub(super) fn write_to(out: &mut String, text: std::fmt::Arguments<'_>) {
    // A `String` takes whatever is written.
    let _always_ok = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use converse_model::{Text, Value};

    use super::{string, value};

    #[test]
    fn strings_are_escaped() {
        let mut out = String::new();
        string(&mut out, "a\"b\\c\n\r\t\u{0}\u{1f}\u{7f}é\u{2028}");
        assert_eq!(out, "\"a\\\"b\\\\c\\n\\r\\t\\u0000\\u001f\u{7f}é\u{2028}\"");
    }

    #[test]
    fn values_are_written() {
        let mut out = String::new();
        let list = vec![Value::None, Value::Bool(true), Value::Int(-7), Value::Float(1.0), Value::Float(f64::INFINITY)];
        let map = vec![(Text::from("a"), Value::List(list)), (Text::from("b"), Value::from("x"))];
        value(&mut out, &Value::Map(map));
        assert_eq!(out, r#"{"a":[null,true,-7,1.0,null],"b":"x"}"#);
    }
}
