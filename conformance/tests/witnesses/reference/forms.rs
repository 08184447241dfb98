//! Texts of a form, judged by their grammars in `docs/` and by the crates that hold such values.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use converse_model::TextFormat;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use regex::Regex;
use url::{Host, Url};
use uuid::Uuid;

use super::number::Decimals;

macro_rules! grammars {
    ($($name:ident = $pattern:expr;)+) => {
        $(static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).unwrap());)+
    };
}

grammars! {
    UUID = r"\A[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\z";
    INSTANT = r"\A([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9:]{8}(?:\.[0-9]+)?)(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))\z";
    DATE = r"\A([0-9]{4})-([0-9]{2})-([0-9]{2})\z";
    TIME = r"\A([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?\z";
    LENGTH = r"\A(-?)P(?:([0-9]+)D)?(T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]{1,9}))?S)?)?\z";
    DECIMAL = r"\A-?(0|[1-9][0-9]*)(?:\.([0-9]+))?\z";
    EMAIL = r"\A[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*\z";
    // RFC 3986, appendix A: what a path, a query and a fragment are made of, and an authority.
    URL = r"\A([a-z][a-z0-9+.-]*):(?://((?:[A-Za-z0-9._~!$&'()*+,;=:@-]|\[[0-9A-Fa-f:.]+\]|%[0-9A-Fa-f]{2})*)(?:(/)|\z|([?#])))?";
    URL_REST = r"\A(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?(?:#(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?\z";
    AUTHORITY = r"\A(?:((?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*)@)?(\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::([0-9]{1,5}))?\z";
}

/// The rule that a text without this form breaks.
pub(crate) fn rule(format: TextFormat) -> &'static str {
    match format {
        TextFormat::Uuid => "uuid_parsing",
        TextFormat::Timestamp => "datetime_parsing",
        TextFormat::Date => "date_parsing",
        TextFormat::Time => "time_parsing",
        TextFormat::Duration | TextFormat::Elapsed => "time_delta_parsing",
        TextFormat::Decimal => "decimal_parsing",
        TextFormat::Url => "url_parsing",
        TextFormat::Ip => "ip_any_address",
        TextFormat::Ipv4 => "ip_v4_address",
        TextFormat::Ipv6 => "ip_v6_address",
        TextFormat::Email => "value_error",
        TextFormat::Base64 => "bytes_invalid_encoding",
    }
}

/// What the text means, the same for two texts of one value; `None` for a text without this form.
pub(crate) fn meaning(format: TextFormat, text: &str) -> Option<String> {
    match format {
        TextFormat::Uuid => UUID.is_match(text).then(|| Uuid::parse_str(text).unwrap().to_string()),
        TextFormat::Timestamp => instant(text).map(|instant| instant.to_string()),
        TextFormat::Date => date(text).map(|date| date.to_string()),
        TextFormat::Time => time(text).map(|time| time.to_string()),
        TextFormat::Duration => length(text).map(|(seconds, nanoseconds)| format!("{seconds} {nanoseconds}")),
        TextFormat::Elapsed if text.starts_with('-') => None,
        TextFormat::Elapsed => meaning(TextFormat::Duration, text),
        TextFormat::Decimal => decimal(text).map(|decimals| format!("{decimals:?}")),
        TextFormat::Url => url(text).map(String::from),
        TextFormat::Ip => text.parse::<IpAddr>().ok().map(|address| address.to_string()),
        TextFormat::Ipv4 => text.parse::<Ipv4Addr>().ok().map(|address| address.to_string()),
        TextFormat::Ipv6 => text.parse::<Ipv6Addr>().ok().map(|address| address.to_string()),
        TextFormat::Email => EMAIL.is_match(text).then(|| text.to_owned()),
        TextFormat::Base64 => base64(text).map(|bytes| format!("{bytes:?}")),
    }
}

/// The number that these digits are.
fn digits<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

/// RFC 3339, section 5.6; from the year 0, as four digits can say it, to the last instant of jiff.
fn instant(text: &str) -> Option<Timestamp> {
    let parts = INSTANT.captures(text)?;
    let local = date(&parts[1])?.to_datetime(time(&parts[2])?);
    let offset = match parts.get(3) {
        None => 0,
        Some(sign) => {
            let (hours, minutes): (i32, i32) = (digits(&parts[4])?, digits(&parts[5])?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 60 + minutes) * if sign.as_str() == "-" { -60 } else { 60 }
        }
    };
    let instant = Offset::from_seconds(offset).ok()?.to_timestamp(local).ok()?;
    let first = Offset::UTC.to_timestamp(Date::constant(0, 1, 1).to_datetime(Time::midnight())).unwrap();
    (instant >= first).then_some(instant)
}

fn date(text: &str) -> Option<Date> {
    let parts = DATE.captures(text)?;
    Date::new(digits(&parts[1])?, digits(&parts[2])?, digits(&parts[3])?).ok()
}

fn time(text: &str) -> Option<Time> {
    let parts = TIME.captures(text)?;
    let nanoseconds = format!("{:0<9}", parts.get(4).map_or("", |fraction| fraction.as_str()));
    // A leap second is refused, as `Time::new` does.
    Time::new(digits(&parts[1])?, digits(&parts[2])?, digits(&parts[3])?, digits(&nanoseconds)?).ok()
}

/// ISO 8601 in days, hours, minutes and seconds, at most 2^63 - 1 seconds and a fraction either way.
fn length(text: &str) -> Option<(i128, i128)> {
    let parts = LENGTH.captures(text)?;
    if text.ends_with(['P', 'T']) {
        return None;
    }
    let mut seconds = 0i128;
    for (group, unit) in [(2, 86_400), (4, 3_600), (5, 60), (6, 1)] {
        if let Some(count) = parts.get(group) {
            seconds = seconds.checked_add(digits::<i128>(count.as_str())?.checked_mul(unit)?)?;
        }
    }
    let nanoseconds: i128 = digits(&format!("{:0<9}", parts.get(7).map_or("", |fraction| fraction.as_str())))?;
    let sign = if parts[1].is_empty() { 1 } else { -1 };
    (seconds <= i128::from(i64::MAX)).then_some((seconds * sign, nanoseconds * sign))
}

/// At most 28 digits, but for a lone zero before the point, and no negative zero.
fn decimal(text: &str) -> Option<Decimals> {
    let parts = DECIMAL.captures(text)?;
    let fraction = parts.get(2).map_or(0, |digits| digits.len());
    let whole = if &parts[1] == "0" { 0 } else { parts[1].len() };
    let negative_zero = text.starts_with('-') && !text.contains(|c: char| ('1'..='9').contains(&c));
    (whole + fraction <= 28 && !negative_zero).then(|| Decimals::of(text))
}

/// Either alphabet of RFC 4648 but not both, padded or not, with no bits left over.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    const COMMON: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    if padding > 0 && (padding > 2 || !text.len().is_multiple_of(4)) || body.len() % 4 == 1 {
        return None;
    }
    let alphabet = if body.contains(['-', '_']) { format!("{COMMON}-_") } else { format!("{COMMON}+/") };
    let mut bits = String::new();
    for letter in body.chars() {
        let value = alphabet.find(letter)?;
        bits.extend((0..6).rev().map(|bit| if value >> bit & 1 == 1 { '1' } else { '0' }));
    }
    let whole = bits.len() / 8 * 8;
    let (bytes, left) = bits.split_at(whole);
    let byte = |at: usize| u8::from_str_radix(&bytes[at..at + 8], 2).unwrap();
    (!left.contains('1')).then(|| (0..whole).step_by(8).map(byte).collect())
}

/// A URI of RFC 3986 that is a URL to browsers, and that they would not repair.
fn url(text: &str) -> Option<Url> {
    let parts = URL.captures(text)?;
    let head = parts.get(0).unwrap().end() - parts.get(3).or(parts.get(4)).map_or(0, |end| end.len());
    let rest = &text[head..];
    let parsed = Url::parse(text).ok()?;
    let authority = parts.get(2).map(|authority| authority.as_str());
    let good = match &parts[1] {
        "http" | "https" | "ws" | "wss" | "ftp" => has_host(authority?, &parsed),
        "file" => authority == Some(""),
        _ => authority.is_none_or(|authority| may_have_host(authority, &parsed)),
    };
    (good && URL_REST.is_match(rest)).then_some(parsed)
}

/// A name, an IPv4 address in its plain form or an IPv6 address in brackets.
fn has_host(authority: &str, parsed: &Url) -> bool {
    let Some(parts) = AUTHORITY.captures(authority) else { return false };
    match parsed.host() {
        Some(Host::Ipv4(address)) => parts[2] == address.to_string(),
        Some(Host::Ipv6(_)) => parts[2].starts_with('['),
        Some(Host::Domain(_)) => is_domain(&parts[2]),
        None => false,
    }
}

/// RFC 1035, section 2.3.4, with the `_` that names of services have.
fn is_domain(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let made_of = |label: &str| label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    // What begins as a hexadecimal number is one to some readers, and an address then.
    let last = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    name.len() <= 253
        && name.split('.').all(|label| (1..=63).contains(&label.len()) && made_of(label))
        && !last.starts_with("0x")
}

/// Any host of RFC 3986 that browsers take, or none at all.
fn may_have_host(authority: &str, _: &Url) -> bool {
    AUTHORITY.is_match(authority)
}
