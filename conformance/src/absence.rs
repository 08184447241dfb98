//! What may be absent, nothing, or a value; what is hidden; what is there for old senders only.

use std::collections::BTreeMap;

use converse::{Secret, message, respond};

/// Each way in which a field may be left out.
#[message]
#[allow(clippy::option_option, reason = "absent, null and a value are three things")]
pub(crate) struct Patch {
    needed: u8,
    may: Option<u8>,
    three: Option<Option<u8>>,
    #[field(default = 7)]
    seven: u8,
    #[field(default = 7)]
    may_seven: Option<u8>,
    #[field(default)]
    none: Vec<u8>,
}

#[respond]
impl Patch {
    fn respond(self) -> Patch {
        self
    }
}

/// Secrets in all places, and rules that they break.
#[message]
pub(crate) struct Hidden {
    #[field(min_length = 8)]
    password: Secret<String>,
    pin: Option<Secret<u16>>,
    keys: Option<Vec<Secret<String>>>,
    named: Option<BTreeMap<String, Secret<u8>>>,
}

/// Tells nothing of what it was told.
#[message]
pub(crate) struct Kept {
    count: u64,
}

#[respond]
impl Hidden {
    fn respond(self) -> Kept {
        Kept { count: 1 + u64::from(self.pin.is_some()) + self.keys.map_or(0, |keys| keys.len() as u64) }
    }
}

/// Was called otherwise once.
#[message]
pub(crate) struct Aged {
    #[field(deprecated)]
    old: Option<String>,
    /// What is to be sent instead.
    new: Option<String>,
}

#[respond]
#[allow(deprecated, reason = "what old senders send must be read")]
impl Aged {
    fn respond(self) -> Aged {
        Aged { new: self.new.or(self.old), old: None }
    }
}
