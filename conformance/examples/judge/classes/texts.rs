//! Texts, their lengths, patterns and forms, and what is written as a text.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use converse::{Bytes, Secret, message};
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use url::Url;
use uuid::Uuid;

#[message]
pub(crate) struct Lengths {
    #[field(min_length = 2, max_length = 4)]
    a: String,
    #[field(max_length = 3)]
    b: Option<String>,
    c: String,
}

#[message]
pub(crate) struct Patterns {
    #[field(pattern = "^[a-z0-9-]+$")]
    slug: String,
    #[field(pattern = "b+c")]
    found: Option<String>,
    #[field(pattern = r"^[A-Z]{2}\d{2}$", max_length = 4)]
    code: String,
}

#[message]
pub(crate) struct Cleaned {
    #[field(trim, min_length = 2)]
    ends: String,
    #[field(lowercase, pattern = "^[a-z]*$")]
    low: String,
    #[field(uppercase)]
    high: Option<String>,
    #[field(trim, lowercase, max_length = 5)]
    both: String,
}

#[message]
pub(crate) struct Letters {
    a: char,
    b: Option<char>,
}

#[message]
pub(crate) struct Mail {
    #[field(email)]
    address: String,
    #[field(email, max_length = 24)]
    other: Option<String>,
}

#[message]
pub(crate) struct Pictures {
    data: Bytes,
    small: Option<Bytes>,
}

#[message]
pub(crate) struct Hidden {
    #[field(min_length = 8)]
    password: Secret<String>,
    pin: Option<Secret<u16>>,
}

#[message]
pub(crate) struct Machines {
    any: IpAddr,
    four: Ipv4Addr,
    six: Option<Ipv6Addr>,
}

#[message]
pub(crate) struct Instants {
    at: Timestamp,
}

#[message]
pub(crate) struct Clocks {
    day: Date,
    clock: Option<Time>,
    length: Option<SignedDuration>,
}

#[message]
pub(crate) struct Ids {
    id: Uuid,
}

#[message]
pub(crate) struct Amounts {
    price: Decimal,
}

#[message]
pub(crate) struct Links {
    #[field(url)]
    page: String,
    other: Option<Url>,
}
