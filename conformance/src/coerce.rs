//! Fields that take values in other forms; the answer is what was made of them.

use std::collections::BTreeMap;

use converse::{Secret, message, respond, value};

/// Says for itself what its fields take: nothing else.
#[value]
pub(crate) struct Plain {
    count: u8,
}

/// Takes values in other forms.
#[message(coerce)]
pub(crate) struct Form {
    #[field(ge = 1, le = 10)]
    count: Option<u8>,
    ratio: Option<f32>,
    wanted: Option<bool>,
    pin: Option<Secret<u16>>,
    #[field(max_items = 3)]
    list: Option<Vec<i64>>,
    pair: Option<(bool, f64)>,
    map: Option<BTreeMap<String, bool>>,
    #[field(trim)]
    text: Option<String>,
    plain: Option<Plain>,
}

#[respond]
impl Form {
    fn respond(self) -> Form {
        self
    }
}

/// One field does, another does not.
#[message]
pub(crate) struct Mixed {
    #[field(coerce)]
    loose: i32,
    tight: i32,
}

#[respond]
impl Mixed {
    fn respond(self) -> Mixed {
        self
    }
}
