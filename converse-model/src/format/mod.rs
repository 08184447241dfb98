//! Texts of a form: identifiers, times, amounts, addresses. One table, and a file for each family.
//!
//! A form is checked on its text, by plain rules that every language can have: no library decides what
//! is good. The readers of the Rust types that hold such values (`converse-wire/src/foreign/`) have the
//! same verdict, and `conformance/tests/forms.rs` compares the two.

mod base64;
mod decimal;
mod duration;
mod email;
mod ip;
pub(crate) mod time;
mod url;
mod uuid;

/// What a text must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextFormat {
    /// A UUID as 8-4-4-4-12 hexadecimal digits (RFC 9562, section 4); upper case is taken, lower case written.
    Uuid,
    /// A date and time with its offset (RFC 3339, section 5.6), at most nine digits of a second.
    Timestamp,
    /// A date (RFC 3339, `full-date`).
    Date,
    /// A time of day without an offset, at most nine digits of a second.
    Time,
    /// A length of time (ISO 8601) in days, hours, minutes and seconds: `P1DT2H`, `PT1.5S`, `-PT3M`.
    Duration,
    /// A length of time that is not negative: `P1DT2H`, `PT1.5S`.
    Elapsed,
    /// A decimal number as a text of at most 28 digits, its scale kept: `1.10`.
    Decimal,
    /// An absolute URL: an RFC 3986 URI that is a URL to browsers too (WHATWG).
    Url,
    /// An IPv4 or IPv6 address.
    Ip,
    /// An IPv4 address, four decimal numbers.
    Ipv4,
    /// An IPv6 address (RFC 4291, section 2.2), without a zone.
    Ipv6,
    /// An e-mail address, by the pattern of HTML's `input type=email`.
    Email,
    /// Bytes in base64 (RFC 4648, section 4): padded when written; url-safe and unpadded ones are taken.
    Base64,
}

impl TextFormat {
    /// A text of this form as the Rust type that holds it writes it: a UUID in lower case, an instant in UTC,
    /// a length of time in seconds, bytes in padded base64 of the standard alphabet. What has not this form
    /// stays as it is.
    ///
    /// A URL stays as it is too, unless the feature `url2` is on.
    pub fn written(self, text: &str) -> String {
        let written = match self {
            TextFormat::Uuid => Some(text.to_ascii_lowercase()),
            TextFormat::Timestamp => time::timestamp(text),
            TextFormat::Time => time::time_of_day(text),
            TextFormat::Duration | TextFormat::Elapsed => duration::seconds(text),
            TextFormat::Url => url::written(text),
            TextFormat::Ip | TextFormat::Ipv4 | TextFormat::Ipv6 => ip::written(text),
            TextFormat::Base64 => Some(base64::written(text)),
            TextFormat::Date | TextFormat::Decimal | TextFormat::Email => None,
        };
        written.filter(|_| self.holds(text)).unwrap_or_else(|| text.to_owned())
    }

    /// A text that two texts of this form share if, and only if, they are the same value to the Rust type
    /// that holds it: whether an item stands twice in a set. It is not shown and not sent.
    pub fn identity(self, text: &str) -> String {
        match self {
            TextFormat::Decimal => decimal::identity(text).to_owned(),
            other => other.written(text),
        }
    }
}

/// What a form is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatRow {
    /// The form.
    pub format: TextFormat,
    /// The rule in a report, as pydantic's users know it.
    pub rule: &'static str,
    /// The value of `format` (or `contentEncoding`, for bytes) in JSON Schema 2020-12, or, where that has
    /// none or a narrower one, in the format registry of `OpenAPI`: JSON Schema's own `time` has an offset.
    pub keyword: &'static str,
    /// What a value must be, for a person: `must be …`.
    pub sentence: &'static str,
    /// A value to show a reader.
    pub example: &'static str,
}

macro_rules! formats {
    ($($name:ident: $rule:literal, $keyword:literal, $sentence:literal, $example:literal, $check:path;)+) => {
        impl TextFormat {
            /// Every form there is.
            pub const TABLE: &'static [FormatRow] = &[$(FormatRow {
                format: TextFormat::$name,
                rule: $rule,
                keyword: $keyword,
                sentence: $sentence,
                example: $example,
            }),+];

            /// Whether a text has this form.
            pub fn holds(self, text: &str) -> bool {
                match self {
                    $(TextFormat::$name => $check(text)),+
                }
            }

            /// This form's row of the table.
            pub fn row(self) -> &'static FormatRow {
                let mut rows = TextFormat::TABLE.iter();
                $(if let (TextFormat::$name, Some(row)) = (self, rows.next()) {
                    return row;
                })+
                &FormatRow { format: TextFormat::Uuid, rule: "", keyword: "", sentence: "", example: "" }
            }
        }
    };
}

formats! {
    Uuid: "uuid_parsing", "uuid", "must be a UUID such as 67e55044-10b1-426f-9247-bb680e5fe0c8", "67e55044-10b1-426f-9247-bb680e5fe0c8", uuid::is_uuid;
    Timestamp: "datetime_parsing", "date-time", "must be a date and time with its offset, such as 2026-11-21T09:30:00Z", "2026-11-21T09:30:00Z", time::is_timestamp;
    Date: "date_parsing", "date", "must be a date such as 2026-11-21", "2026-11-21", time::is_date;
    Time: "time_parsing", "time-local", "must be a time such as 09:30:00", "09:30:00", time::is_time;
    Duration: "time_delta_parsing", "duration", "must be a length of time such as PT1H30M", "PT1H30M", duration::is_duration;
    Elapsed: "time_delta_parsing", "duration", "must be a length of time such as PT1H30M, and not negative", "PT1H30M", duration::is_elapsed;
    Decimal: "decimal_parsing", "decimal", "must be a decimal number as a text, such as \"1.10\"", "1.10", decimal::is_decimal;
    Url: "url_parsing", "uri", "must be a URL such as https://example.org/path", "https://example.org/", url::is_url;
    Ip: "ip_any_address", "ip", "must be an IPv4 or IPv6 address", "192.0.2.1", ip::is_ip;
    Ipv4: "ip_v4_address", "ipv4", "must be an IPv4 address such as 192.0.2.1", "192.0.2.1", ip::is_ipv4;
    Ipv6: "ip_v6_address", "ipv6", "must be an IPv6 address such as 2001:db8::1", "2001:db8::1", ip::is_ipv6;
    Email: "value_error", "email", "must be an e-mail address", "josh@example.org", email::is_email;
    Base64: "bytes_invalid_encoding", "base64", "must be bytes in base64", "aGVsbG8=", base64::is_base64;
}

#[cfg(test)]
fn agrees(format: TextFormat, good: &[&str], bad: &[&str]) {
    for text in good {
        assert!(format.holds(text), "{format:?} refuses {text:?}");
    }
    for text in bad {
        assert!(!format.holds(text), "{format:?} takes {text:?}");
    }
}

#[cfg(test)]
fn writes(format: TextFormat, texts: &[(&str, &str)]) {
    for (text, written) in texts {
        assert_eq!(format.written(text), *written, "{format:?} {text:?}");
        assert_eq!(format.written(written), *written, "{format:?} {written:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::TextFormat;

    #[test]
    fn every_example_has_its_form() {
        for row in TextFormat::TABLE {
            assert!(row.format.holds(row.example), "{row:?}");
            assert_eq!(row.format.row(), row);
        }
    }
}
