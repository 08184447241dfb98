//! Values that are written as texts: bytes, times, amounts, identifiers, addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use converse::{Bytes, message, respond};
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use url::Url;
use uuid::Uuid;

/// Holds bytes.
#[message]
pub(crate) struct Picture {
    data: Bytes,
    small: Option<Bytes>,
}

#[respond]
impl Picture {
    fn respond(self) -> Picture {
        self
    }
}

/// An instant.
#[message]
pub(crate) struct Moment {
    at: Timestamp,
}

#[respond]
impl Moment {
    fn respond(self) -> Moment {
        self
    }
}

/// Days, times of day, and lengths of time.
#[message]
pub(crate) struct Span {
    day: Option<Date>,
    clock: Option<Time>,
    length: Option<SignedDuration>,
    waited: Option<Duration>,
}

#[respond]
impl Span {
    fn respond(self) -> Span {
        self
    }
}

/// What something costs.
#[message]
pub(crate) struct Cost {
    amount: Decimal,
}

#[respond]
impl Cost {
    fn respond(self) -> Cost {
        self
    }
}

/// What something is called by.
#[message]
pub(crate) struct Identity {
    id: Uuid,
}

#[respond]
impl Identity {
    fn respond(self) -> Identity {
        self
    }
}

/// Where something is.
#[message]
pub(crate) struct Place {
    any: Option<IpAddr>,
    four: Option<Ipv4Addr>,
    six: Option<Ipv6Addr>,
    #[field(url)]
    page: Option<String>,
    link: Option<Url>,
    #[field(email)]
    mail: Option<String>,
}

#[respond]
impl Place {
    fn respond(self) -> Place {
        self
    }
}
