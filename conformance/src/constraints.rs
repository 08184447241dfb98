//! Every constraint of the table, on values that are there and on values that may be absent.

use std::collections::BTreeMap;

use converse::{Secret, message, respond, value};

/// Texts, by length and pattern.
#[message]
pub(crate) struct Lengths {
    #[field(min_length = 2, max_length = 4)]
    text: Option<String>,
    #[field(pattern = r"^[a-z]+\d?$")]
    word: Option<String>,
    #[field(min_length = 3)]
    #[allow(clippy::box_collection, reason = "a rule reaches into a box")]
    boxed: Option<Box<String>>,
    #[field(min_length = 3, max_length = 9, pattern = "a.c")]
    all: Option<String>,
}

#[respond]
impl Lengths {
    fn respond(self) -> Lengths {
        self
    }
}

/// Numbers, by bounds.
#[message]
pub(crate) struct Bounds {
    #[field(ge = 0, le = 10)]
    closed: Option<i64>,
    #[field(gt = 0, lt = 10)]
    open: Option<i64>,
    #[field(ge = 0.5, lt = 1.5)]
    ratio: Option<f64>,
    #[field(gt = 0.1, le = 0.3)]
    single: Option<f32>,
    #[field(ge = 9_007_199_254_740_993)]
    large: Option<u64>,
    #[field(gt = -1)]
    whole: Option<f64>,
}

#[respond]
impl Bounds {
    fn respond(self) -> Bounds {
        self
    }
}

/// Lists and maps, by how much is in them.
#[message]
pub(crate) struct Counts {
    #[field(min_items = 1, max_items = 3)]
    list: Option<Vec<i64>>,
    #[field(max_items = 2)]
    map: Option<BTreeMap<String, i64>>,
    #[field(min_items = 2)]
    lists: Option<Vec<Vec<bool>>>,
}

#[respond]
impl Counts {
    fn respond(self) -> Counts {
        self
    }
}

/// Something with a rule of its own.
#[value]
pub(crate) struct Item {
    #[field(min_length = 1)]
    name: String,
    #[field(ge = 1, default = 1)]
    count: u8,
}

/// Rules within lists, maps and objects, and a secret with one.
#[message]
pub(crate) struct Nested {
    #[field(min_items = 1)]
    items: Vec<Item>,
    #[field(default)]
    by_name: BTreeMap<String, Item>,
    one: Option<Box<Item>>,
    #[field(min_length = 8)]
    key: Option<Secret<String>>,
}

#[respond]
impl Nested {
    fn respond(self) -> Nested {
        self
    }
}

/// Numbers that are whole multiples, exactly.
#[message]
pub(crate) struct Multiples {
    #[field(multiple_of = 5)]
    five: Option<i64>,
    #[field(multiple_of = 0.01)]
    price: Option<f64>,
    #[field(multiple_of = 0.1)]
    single: Option<f32>,
}

#[respond]
impl Multiples {
    fn respond(self) -> Multiples {
        self
    }
}

/// Texts that are changed before they are checked, and checks of the program's own.
#[message(validate = passwords_agree)]
pub(crate) struct Cleaned {
    #[field(trim, lowercase, email)]
    mail: Option<String>,
    #[field(uppercase, max_length = 2)]
    code: Option<String>,
    #[field(validate = is_odd)]
    odd: Option<u32>,
    #[field(trim, min_length = 8, message = "choose a longer one")]
    password: Option<Secret<String>>,
    again: Option<Secret<String>>,
}

#[allow(clippy::trivially_copy_pass_by_ref, clippy::ref_option, reason = "a check takes what its field holds")]
fn is_odd(value: &Option<u32>) -> Result<(), String> {
    match value {
        Some(value) if value % 2 == 0 => Err(format!("{value} is even")),
        _ => Ok(()),
    }
}

fn passwords_agree(cleaned: &Cleaned) -> Result<(), &'static str> {
    if cleaned.password == cleaned.again { Ok(()) } else { Err("the passwords differ") }
}

#[respond]
impl Cleaned {
    fn respond(self) -> Cleaned {
        self
    }
}
