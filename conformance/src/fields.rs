//! Fields: unknown ones, other names, defaults, more than fit into one machine word.

use converse::{Context, message, respond, value};

/// Refuses fields that it does not know.
#[message(unknown_fields = "refuse")]
pub(crate) struct Strict {
    a: i64,
    #[field(alias = "c")]
    b: Option<i64>,
    inner: Option<Corner>,
}

/// Stands in [`Strict`], and refuses too.
#[value(unknown_fields = "refuse")]
pub(crate) struct Corner {
    x: i64,
}

#[respond]
impl Strict {
    fn respond(self) -> Strict {
        self
    }
}

/// Ignores fields that it does not know.
#[message]
pub(crate) struct Lenient {
    a: i64,
    b: Option<bool>,
}

#[respond]
impl Lenient {
    fn respond(self) -> Lenient {
        self
    }
}

/// Needs no field at all.
#[message]
pub(crate) struct Defaults {
    #[field(default = 7)]
    count: u32,
    #[field(default = "none", max_length = 8)]
    label: String,
    #[field(default)]
    tags: Vec<String>,
    note: Option<String>,
}

#[respond]
impl Defaults {
    fn respond(self) -> Defaults {
        self
    }
}

/// Has a default that `null` replaces.
#[message]
pub(crate) struct Optional {
    #[field(default = 1.5)]
    ratio: Option<f64>,
}

#[respond]
impl Optional {
    fn respond(self) -> Optional {
        self
    }
}

/// Has other names on the wire than in the program.
#[message(name = "Wired")]
pub(crate) struct Renamed {
    #[field(rename = "type")]
    kind: String,
    #[field(rename = "Full-Name", alias = "full_name", alias = "n~/m")]
    name: String,
}

#[respond]
impl Renamed {
    fn respond(self) -> Renamed {
        self
    }
}

/// Has no body.
#[message]
pub(crate) struct Ping;

/// Answers a [`Ping`].
#[message]
pub(crate) struct Pong;

#[respond]
fn ping(_: Ping) -> Pong {
    Pong
}

/// Asks for nothing back.
#[message]
pub(crate) struct Forget {
    what: Option<String>,
}

#[respond]
impl Forget {
    fn respond(self) {
        drop(self.what);
    }
}

/// Is known, and nobody answers it.
#[message]
pub(crate) struct Unanswered {
    a: i64,
}

/// Asks what a handler is told about its message.
#[message]
pub(crate) struct WhatIsKnown;

/// What a handler is told about its message.
#[message]
pub(crate) struct Known {
    class: String,
    id: Option<String>,
    trace: Option<String>,
}

#[respond]
fn what_is_known(_: WhatIsKnown, context: Context) -> Known {
    Known {
        class: context.class().to_owned(),
        id: context.id().map(str::to_owned),
        trace: context.trace().map(|trace| trace.to_string()),
    }
}

macro_rules! wide {
    ($($field:ident)+) => {
        /// Has more fields than one machine word has bits.
        #[message]
        pub(crate) struct Wide {
            $($field: Option<u8>,)+
            last: u8,
        }
    };
}

wide! {
    f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19 f20 f21 f22 f23 f24 f25 f26 f27 f28 f29
    f30 f31 f32 f33 f34 f35 f36 f37 f38 f39 f40 f41 f42 f43 f44 f45 f46 f47 f48 f49 f50 f51 f52 f53 f54 f55 f56 f57
    f58 f59 f60 f61 f62 f63 f64 f65 f66 f67 f68 f69 f70 f71 f72 f73 f74 f75 f76 f77 f78 f79 f80 f81 f82 f83 f84 f85
    f86 f87 f88 f89 f90 f91 f92 f93 f94 f95 f96 f97 f98 f99 f100 f101 f102 f103 f104 f105 f106 f107 f108 f109 f110
    f111 f112 f113 f114 f115 f116 f117 f118 f119 f120 f121 f122 f123 f124 f125 f126 f127 f128 f129
}

#[respond]
impl Wide {
    fn respond(self) -> Wide {
        self
    }
}
