//! Fields: absent ones, defaults, other names, unknown ones.

use converse::{Secret, message, value};

#[message]
pub(crate) struct Absent {
    a: Option<i64>,
    b: Option<String>,
    c: Option<Vec<i64>>,
    d: Option<bool>,
}

#[message]
pub(crate) struct Defaults {
    #[field(default = 7, ge = 3)]
    count: u32,
    #[field(default = "none", max_length = 8)]
    label: String,
    #[field(default)]
    tags: Vec<String>,
    #[field(default = 1.5)]
    ratio: Option<f64>,
}

#[message]
pub(crate) struct Aliased {
    #[field(rename = "type")]
    kind: String,
    #[field(rename = "Full-Name", alias = "full_name", alias = "n~/m")]
    name: i64,
}

#[message(rename_all = "camelCase")]
pub(crate) struct Camel {
    first_name: String,
    age_in_years: u8,
    #[field(rename = "VAT")]
    vat_number: Option<String>,
}

#[message(unknown_fields = "refuse")]
pub(crate) struct Closed {
    a: i64,
    corner: Option<Corner>,
    open: Option<Open>,
}

#[value(unknown_fields = "refuse")]
pub(crate) struct Corner {
    x: i64,
}

#[value]
pub(crate) struct Open {
    x: i64,
}

#[message]
pub(crate) struct Patch {
    name: Option<Option<String>>,
    age: Option<Option<u8>>,
}

#[message(public)]
pub(crate) struct SignIn {
    #[field(alias = "name", min_length = 1, max_length = 64)]
    username: String,
    password: Secret<String>,
}

#[message]
pub(crate) struct SignInResponse {
    success: bool,
    #[field(default = true)]
    valid_user: bool,
    #[field(default = true)]
    valid_password: bool,
    error_message: Option<String>,
}

macro_rules! many {
    ($($field:ident)+) => {
        /// More fields than one machine word has bits.
        #[message]
        pub(crate) struct Many {
            $($field: Option<u8>,)+
            last: u8,
        }
    };
}

many! {
    f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19 f20 f21 f22 f23 f24 f25 f26 f27 f28 f29
    f30 f31 f32 f33 f34 f35 f36 f37 f38 f39 f40 f41 f42 f43 f44 f45 f46 f47 f48 f49 f50 f51 f52 f53 f54 f55 f56 f57
    f58 f59 f60 f61 f62 f63 f64 f65 f66 f67 f68 f69
}
