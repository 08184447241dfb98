//! Texts of a form, each as a user would declare it: the reader of the Rust type and the validator of
//! shapes have the same verdict on every text, and what was read is written as documented.
//!
//! `CONVERSE_SEED` repeats a run, `CONVERSE_ROUNDS` makes it longer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects by failing"
)]

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use converse::{AnyMessage, Bytes, Fault, message};
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

/// How many texts a run tries of each form.
const ROUNDS: u64 = 20_000;

/// A generator of random numbers: xorshift64* (Vigna 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % bound
    }
}

fn number_of(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}

/// One form: its class, and texts of which it is known what becomes of them.
struct Form {
    class: &'static str,
    /// Reads an envelope as the class, and writes it again.
    read: fn(&str) -> Result<String, Fault>,
    /// Texts that are taken, and how they are written.
    good: &'static [(&'static str, &'static str)],
    bad: &'static [&'static str],
    /// What else the mutations are made of.
    pieces: &'static [&'static str],
}

macro_rules! forms {
    ($($(#[$field:meta])? $class:ident($type:ty) { good: $good:expr, bad: $bad:expr, pieces: $pieces:expr })+) => {
        $(
            #[message]
            struct $class {
                $(#[$field])?
                value: $type,
            }
        )+

        const FORMS: &[Form] = &[$(Form {
            class: stringify!($class),
            read: |json| $class::from_json(json)?.to_json(),
            good: &$good,
            bad: &$bad,
            pieces: &$pieces,
        }),+];
    };
}

forms! {
    OfUuid(Uuid) {
        good: [
            ("67e55044-10b1-426f-9247-bb680e5fe0c8", "67e55044-10b1-426f-9247-bb680e5fe0c8"),
            ("67E55044-10B1-026F-9247-BB680E5FE0C8", "67e55044-10b1-026f-9247-bb680e5fe0c8"),
            ("00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000"),
        ],
        bad: [
            "{67e55044-10b1-426f-9247-bb680e5fe0c8}", "urn:uuid:67e55044-10b1-426f-9247-bb680e5fe0c8",
            "67e5504410b1426f9247bb680e5fe0c8", "67e55044-10b1-426f-9247-bb680e5fe0c",
        ],
        pieces: ["{", "}", "urn:uuid:", "-", "g", "F"]
    }
    OfTimestamp(Timestamp) {
        good: [
            ("2026-11-21T09:30:00Z", "2026-11-21T09:30:00Z"),
            ("2026-11-21t09:30:00.120z", "2026-11-21T09:30:00.12Z"),
            ("2026-11-21T09:30:00.123456789+02:00", "2026-11-21T07:30:00.123456789Z"),
            ("2026-11-21T09:30:00-00:00", "2026-11-21T09:30:00Z"),
            ("2024-02-29T23:59:59.999999999-23:59", "2024-03-01T23:58:59.999999999Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
            ("9999-12-30T22:00:00.999999999Z", "9999-12-30T22:00:00.999999999Z"),
            ("9999-12-31T21:59:00+23:59", "9999-12-30T22:00:00Z"),
        ],
        bad: [
            "2026-11-21T09:30:00", "2026-11-21", "2026-11-21 09:30:00Z", "2016-12-31T23:59:60Z", "2023-02-29T00:00:00Z",
            "2026-11-21T09:30:00+24:00", "2026-11-21T09:30:00.1234567890Z", "0000-01-01T00:00:00+00:01",
            "9999-12-30T22:00:01Z", "-000001-01-01T00:00:00Z", "2026-11-21T09:30:00Z[UTC]", "1795253400",
        ],
        pieces: ["0000", "9999-12-3", "T", "t", "Z", "z", "+23:59", "-24:00", ".5", ":60", "[UTC]", "-02-29", ",5"]
    }
    OfDate(Date) {
        good: [("2026-11-21", "2026-11-21"), ("2024-02-29", "2024-02-29"), ("0000-01-01", "0000-01-01"),
            ("9999-12-31", "9999-12-31")],
        bad: ["2023-02-29", "2026-11-31", "20261121", "2026-W47-6", "-000001-01-01", "2026-11-21T00:00:00", "2026-11-21Z"],
        pieces: ["0000", "1900", "-02-29", "T00:00", "W", "-31", "-00"]
    }
    OfTime(Time) {
        good: [("00:00:00", "00:00:00"), ("23:59:59.999999999", "23:59:59.999999999"), ("09:30:00.50", "09:30:00.5")],
        bad: ["09:30", "24:00:00", "23:59:60", "09:30:00Z", "09:30:00+02:00", "T09:30:00", "09:30:00,5", "09:30:00."],
        pieces: ["T", "Z", ":60", ".5", "24:", "+02:00", "[", ",5"]
    }
    OfSignedDuration(SignedDuration) {
        good: [
            ("PT0S", "PT0S"), ("-PT0S", "PT0S"), ("P1DT2H3M4.5S", "PT93784.5S"), ("-PT1H", "-PT3600S"),
            ("PT0.000000001S", "PT0.000000001S"), ("-PT0.5S", "-PT0.5S"),
            ("-PT9223372036854775807.999999999S", "-PT9223372036854775807.999999999S"),
        ],
        bad: ["P1Y", "P1M", "P1W", "PT", "P", "P1DT", "PT0.5H", "PT1M1H", "+PT1S", "PT-1S", "pt1s", "PT9223372036854775808S"],
        pieces: ["P", "T", "D", "H", "M", "S", "W", "Y", "-", "+", ".", ",", "P1DT", "106751991167300D", "9223372036854775807", ".5S"]
    }
    OfDuration(Duration) {
        good: [("PT0S", "PT0S"), ("P1D", "PT86400S"), ("PT1H30M", "PT5400S"),
            ("PT9223372036854775807.999999999S", "PT9223372036854775807.999999999S")],
        bad: ["-PT1S", "-PT0S", "P1W", "PT1.5M", "PT9223372036854775808S", "1.5s", "90"],
        pieces: ["P", "T", "D", "H", "M", "S", "W", "Y", "-", "+", ".", ",", "P1DT", "106751991167300D", "18446744073709551615", ".5S"]
    }
    OfDecimal(Decimal) {
        good: [
            ("1.10", "1.10"), ("0", "0"), ("0.00", "0.00"), ("-0.01", "-0.01"),
            ("9999999999999999999999999999", "9999999999999999999999999999"),
            ("0.0000000000000000000000000001", "0.0000000000000000000000000001"),
        ],
        bad: ["-0", "1e3", "1,1", "+1", "01", ".1", "1.", "1_0", "79228162514264337593543950335", "0.00000000000000000000000000001"],
        pieces: ["-", "+", ".", "0", "_", "e1", ",", "99999999999999", "0000000000", "-0"]
    }
    OfUrl(Url) {
        good: [
            ("https://example.org", "https://example.org/"), ("http://EXAMPLE.org:80/a/../b?c=%20#d", "http://example.org/b?c=%20#d"),
            ("https://u:p@192.0.2.1:8443/", "https://u:p@192.0.2.1:8443/"), ("ws://[2001:DB8:0::1]/", "ws://[2001:db8::1]/"),
            ("mailto:josh@example.org", "mailto:josh@example.org"), ("file:///etc/hosts", "file:///etc/hosts"),
            ("urn:isbn:0451450523", "urn:isbn:0451450523"), ("https://xn--mnchen-3ya.de/", "https://xn--mnchen-3ya.de/"),
            ("foo://a,b:1/x;y", "foo://a,b:1/x;y"),
        ],
        bad: [
            "/path", "http:", "http:x", "http:///x", "HTTP://x/", " http://x/", "http://x/ ", "http://x\\y", "http://x/%2",
            "http://x:65536/", "http://x:/", "http://1/", "http://0x7f.1/", "http://xn--a/", "http://a@b@c/", "http://x/{y}",
            "http://\u{fc}.de/", "http://x/\u{fc}", "http://x/?%#41", "file://c:/x", "file://h/x", "foo://@/", "ht\ntp://x/",
        ],
        pieces: [
            "//", "/", ":", "@", "[", "]", "%", "%41", "?", "#", "\\", "|", " ", "\t", "http:", "file:", "foo:", "wss://", "C:", "::1",
            "[::1]", "xn--", "xn--a", "xn--mnchen-3ya", "127.0.0.1", "0x7f", "..", ".", "08", ":80", ":65536", "\u{fc}", "_", ",",
        ]
    }
    OfIp(IpAddr) {
        good: [("192.0.2.1", "192.0.2.1"), ("2001:DB8:0:0::1", "2001:db8::1"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1")],
        bad: ["1.2.3", "01.2.3.4", "fe80::1%eth0", "[::1]", "1.2.3.4:80", "localhost"],
        pieces: ["::", ":", ".", "255", "256", "ffff", "%", "[", "]", "0x", "/"]
    }
    OfIpv4(Ipv4Addr) {
        good: [("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0")],
        bad: ["::1", "1.2.3.256", "01.2.3.4", "1.2.3", "0x1.2.3.4"],
        pieces: [".", "255", "256", "0", "0x", "::ffff:"]
    }
    OfIpv6(Ipv6Addr) {
        good: [("::", "::"), ("2001:0db8:0:0:0:0:0:1", "2001:db8::1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221")],
        bad: ["192.0.2.1", ":::", "1::2::3", "12345::", "fe80::1%1"],
        pieces: ["::", ":", ".", "ffff", "%", "[", "]", "1.2.3.4"]
    }
    OfBytes(Bytes) {
        good: [("", ""), ("-_8", "+/8="), ("+/8=", "+/8="), ("AAAA", "AAAA"), ("AA", "AA==")],
        bad: ["A", "AB==", "AAB=", "+_8=", "AA=", "AAAA=", "A A=", "AAAA\n", "===="],
        pieces: ["=", "==", "+", "/", "-", "_", " ", "A", "Q", "\u{e4}"]
    }
    #[field(email)]
    OfEmail(String) {
        good: [("josh@example.org", "josh@example.org"), ("a+b.@x-1.y", "a+b.@x-1.y")],
        bad: ["josh", "@b", "a@-b", "a@b..c", "a b@c", "\"a\"@b", "j\u{f6}sh@example.org", "a@[127.0.0.1]"],
        pieces: ["@", ".", "-", "..", " ", "\"", "+", "_", "\u{f6}"]
    }
    #[field(url)]
    OfWebsite(String) {
        good: [("https://EXAMPLE.org", "https://EXAMPLE.org")],
        bad: ["example.org", "http:x", "http://x/\u{fc}"],
        pieces: ["//", ":", "@", "%", " ", "xn--"]
    }
}

fn envelope(class: &str, value: &Value) -> String {
    json!({ class: { "value": value } }).to_string()
}

fn value_of(class: &str, json: &str) -> Value {
    serde_json::from_str::<Value>(json).unwrap()[class]["value"].take()
}

/// Both verdicts on a value, which must be one; and the value as it is written.
fn verdict(class: &str, read: fn(&str) -> Result<String, Fault>, value: &Value) -> Option<Value> {
    let json = envelope(class, value);
    let (typed, shaped) = (read(&json), AnyMessage::from_json(&json));
    match (&typed, &shaped) {
        (Ok(_), Ok(_)) => {}
        (Err(_), Err(fault)) => assert!(!fault.errors.is_empty(), "{json}: {fault}"),
        _ => panic!("{json}\n  typed: {typed:?}\n  shape: {shaped:?}"),
    }
    let written = typed.ok().map(|json| value_of(class, &json));
    if let (Some(written), Ok(message)) = (&written, &shaped) {
        assert_eq!(value_of(class, &message.to_json().unwrap()), *written, "{json}, as the shape writes it");
    }
    written
}

#[test]
fn the_tables_hold() {
    for form in FORMS {
        for (text, written) in form.good {
            let found = verdict(form.class, form.read, &json!(text));
            assert_eq!(found, Some(json!(written)), "{} {text:?}", form.class);
            let again = verdict(form.class, form.read, &json!(written));
            assert_eq!(again, Some(json!(written)), "{} {written:?}, again", form.class);
        }
        let others =
            [json!(null), json!(true), json!(0), json!(1.5), json!([]), json!({}), json!({"secs": 1, "nanos": 0})];
        for value in form.bad.iter().map(|text| json!(text)).chain(others) {
            assert_eq!(verdict(form.class, form.read, &value), None, "{} {value}", form.class);
        }
    }
}

/// A text of the table with some pieces changed.
fn mutation(form: &Form, random: &mut Random) -> String {
    let all: Vec<&str> = form.good.iter().map(|(text, _)| *text).chain(form.bad.iter().copied()).collect();
    let mut text: Vec<char> = all[random.below(all.len())].chars().collect();
    for _ in 0..=random.below(3) {
        let start = random.below(text.len() + 1);
        let end = (start + random.below(3)).min(text.len());
        let with: Vec<char> = match random.below(6) {
            0 => Vec::new(),
            1 => form.pieces[random.below(form.pieces.len())].chars().collect(),
            2 => vec!['0', '1', '2', '3', '5', '6', '9', 'a', 'Z', ' ', '.', '-'][random.below(12)..][..1].to_vec(),
            3 => text[start..end].repeat(2),
            4 => {
                let other: Vec<char> = all[random.below(all.len())].chars().collect();
                let from = random.below(other.len() + 1);
                other[from..(from + 1 + random.below(12)).min(other.len())].to_vec()
            }
            _ => vec![char::from(u8::try_from(33 + random.below(94)).unwrap())],
        };
        text.splice(start..end, with);
    }
    text.into_iter().collect()
}

#[test]
fn the_reader_and_the_shape_agree_on_mutations() {
    let seed = number_of("CONVERSE_SEED").unwrap_or(0x7e87_f0a3).max(1);
    let rounds = number_of("CONVERSE_ROUNDS").unwrap_or(ROUNDS);
    for form in FORMS {
        let mut random = Random(seed);
        let mut taken = 0;
        for _ in 0..rounds {
            let text = mutation(form, &mut random);
            let Some(written) = verdict(form.class, form.read, &json!(text)) else { continue };
            taken += 1;
            let again = verdict(form.class, form.read, &written);
            assert_eq!(again.as_ref(), Some(&written), "{} {text:?}, again", form.class);
        }
        // Else the mutations would show little.
        assert!(taken > rounds / 100 && taken < rounds, "{}: {taken} of {rounds} were taken", form.class);
    }
}

#[message]
struct Sets {
    #[field(default)]
    uuids: HashSet<Uuid>,
    #[field(default)]
    times: HashSet<Timestamp>,
    #[field(default)]
    lengths: BTreeSet<Duration>,
    #[field(default)]
    signed: BTreeSet<SignedDuration>,
    #[field(default)]
    amounts: HashSet<Decimal>,
    #[field(default)]
    clocks: BTreeSet<Time>,
    #[field(default)]
    addresses: HashSet<IpAddr>,
    #[field(default)]
    urls: HashSet<Url>,
    #[field(default)]
    pairs: HashSet<(Decimal, Uuid)>,
    #[field(default)]
    maps: BTreeMap<Uuid, Decimal>,
}

#[test]
fn two_texts_of_one_value_are_one_item() {
    let (lower, upper) = ("67e55044-10b1-426f-9247-bb680e5fe0c8", "67E55044-10B1-426F-9247-BB680E5FE0C8");
    for (body, good) in [
        (json!({"uuids": [lower, upper]}), false),
        (json!({"times": ["2026-11-21T09:30:00Z", "2026-11-21T11:30:00.0+02:00"]}), false),
        (json!({"times": ["2026-11-21T09:30:00Z", "2026-11-21T09:30:00+02:00"]}), true),
        (json!({"lengths": ["PT1H", "PT60M"]}), false),
        (json!({"lengths": ["PT1H", "PT61M"]}), true),
        (json!({"signed": ["PT0S", "-PT0S"]}), false),
        (json!({"signed": ["PT1S", "-PT1S"]}), true),
        (json!({"amounts": ["1.1", "1.10"]}), false),
        (json!({"amounts": ["0", "0.00"]}), false),
        (json!({"amounts": ["1", "10", "100"]}), true),
        (json!({"clocks": ["09:30:00", "09:30:00.000"]}), false),
        (json!({"addresses": ["::1", "0:0:0:0:0:0:0:1"]}), false),
        (json!({"addresses": ["::ffff:1.2.3.4", "1.2.3.4"]}), true),
        (json!({"urls": ["http://a", "http://A:80/"]}), false),
        (json!({"urls": ["http://a/", "http://a/b"]}), true),
        (json!({"pairs": [["1.0", lower], ["1.00", upper]]}), false),
        (json!({"pairs": [["1.0", lower], ["1.01", upper]]}), true),
        (json!({"maps": {lower: "1", upper: "2"}}), false),
        (json!({"maps": {lower: "1", "x": "2"}}), false),
        (json!({"maps": {upper: "1.50"}}), true),
    ] {
        let json = json!({ "Sets": body }).to_string();
        assert_eq!(Sets::from_json(&json).is_ok(), good, "typed: {json}");
        assert_eq!(AnyMessage::from_json(&json).is_ok(), good, "shape: {json}");
    }
}

/// What a form cannot say is not sent: a reader would refuse it.
#[test]
fn values_beyond_a_form_do_not_fit() {
    let date = |year| OfDate::new(Date::new(year, 1, 1).unwrap());
    assert!(date(0).validate().is_ok());
    assert!(date(-1).validate().is_err());
    assert!(OfTimestamp::new(Timestamp::MAX).validate().is_ok());
    assert!(OfTimestamp::new(Timestamp::MIN).validate().is_err());
    assert!(OfDuration::new(Duration::from_secs(i64::MAX.unsigned_abs())).validate().is_ok());
    assert!(OfDuration::new(Duration::MAX).validate().is_err());
    assert!(OfSignedDuration::new(SignedDuration::MAX).validate().is_ok());
    assert!(OfSignedDuration::new(SignedDuration::MIN).validate().is_err());
    assert!(OfDecimal::new(Decimal::MAX).validate().is_err());
    assert!(OfUrl::new(Url::parse("http://x/?a[]=1").unwrap()).validate().is_err());
    // A zero with a sign is written without it.
    assert_eq!(OfDecimal::new(-Decimal::ZERO).to_json().unwrap(), r#"{"OfDecimal":{"value":"0"}}"#);
}
