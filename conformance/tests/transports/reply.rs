//! What a reply must be, and whether it is.

use std::path::Path;

use serde_json::Value;

/// What a reply must be.
#[derive(Debug, Clone)]
pub(crate) enum Expected {
    /// To the byte, but for the id of a failure.
    Exact(String),
    /// By value; a fault's `message` may be left out.
    Value(Value),
}

impl Expected {
    pub(crate) fn load(exact: &Path, value: &Path) -> Option<Expected> {
        let read = |path: &Path| std::fs::read_to_string(path).ok();
        if let Some(text) = read(exact) {
            return Some(Expected::Exact(text.trim_end_matches('\n').to_owned()));
        }
        let text = read(value)?;
        let value: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", value.display()));
        Some(Expected::Value(value))
    }

    /// Whether the reply is as expected; if not, what it should have been.
    pub(crate) fn check(&self, reply: &str) -> Result<(), String> {
        let reply = masked(reply);
        let (fits, wanted) = match self {
            Expected::Exact(text) => (reply == *text, text.clone()),
            Expected::Value(value) => {
                let fits = serde_json::from_str(&reply).is_ok_and(|reply| alike(value, &reply));
                (fits, value.to_string())
            }
        };
        if fits { Ok(()) } else { Err(format!("expected {}\n        got {}", short(&wanted), short(&reply))) }
    }
}

/// The reply with `<id>` for the id under which the log has a failure: it is another each time.
pub(crate) fn masked(reply: &str) -> String {
    const BEFORE: &str = "has the cause under ";
    let Some((before, rest)) = reply.split_once(BEFORE) else { return reply.to_owned() };
    let end = rest.find(|character: char| !character.is_ascii_alphanumeric() && character != '-');
    format!("{before}{BEFORE}<id>{}", &rest[end.unwrap_or(rest.len())..])
}

/// At most 400 characters of a text.
pub(crate) fn short(text: &str) -> String {
    if text.chars().count() <= 400 {
        return text.to_owned();
    }
    format!("{}… ({} bytes)", text.chars().take(400).collect::<String>(), text.len())
}

/// Whether two values are the same, up to messages that are not expected and texts that hold JSON.
fn alike(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            // Only what tells of an error has a sentence for people.
            let tells = expected.contains_key("code") || expected.contains_key("rule");
            let optional = |name: &str| tells && name == "message";
            expected.iter().all(|(name, value)| actual.get(name).is_some_and(|actual| alike(value, actual)))
                && actual.keys().all(|name| expected.contains_key(name) || optional(name))
        }
        (Value::Array(expected), Value::Array(actual)) => {
            expected.len() == actual.len() && expected.iter().zip(actual).all(|(a, b)| alike(a, b))
        }
        (Value::String(expected), Value::String(actual)) => {
            expected == actual
                || match (serde_json::from_str(expected), serde_json::from_str(actual)) {
                    (Ok(expected @ Value::Object(_)), Ok(actual @ Value::Object(_))) => alike(&expected, &actual),
                    _ => false,
                }
        }
        _ => expected == actual,
    }
}

#[test]
fn a_sentence_may_be_left_out_and_nothing_else() {
    let fault = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let expected = fault(r#"{"Fault":{"code":"a","errors":[{"rule":"r"}]}}"#);
    assert!(alike(&expected, &fault(r#"{"Fault":{"code":"a","message":"m","errors":[{"rule":"r","message":"n"}]}}"#)));
    assert!(!alike(&expected, &fault(r#"{"Fault":{"code":"a","errors":[{"rule":"r"}],"more":1}}"#)));
    assert!(!alike(&expected, &fault(r#"{"Fault":{"code":"a"}}"#)));
    assert!(!alike(&fault(r#"{"A":{}}"#), &fault(r#"{"A":{"message":"m"}}"#)));
    assert_eq!(masked("its log has the cause under 0a1b-2\"}"), "its log has the cause under <id>\"}");
}
