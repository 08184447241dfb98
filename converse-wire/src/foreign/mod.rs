//! Types of other crates and of `std` that are texts on the wire, a file for each crate.
//!
//! A reader here has the same verdict as the model's `TextFormat`: it asks the crate's own parser, and
//! refuses by itself what that parser takes beyond the form. `conformance/tests/forms.rs` compares them.

mod duration;
#[cfg(feature = "jiff02")]
mod jiff02;
mod net;
#[cfg(feature = "rust_decimal1")]
mod rust_decimal1;
#[cfg(feature = "url2")]
mod url2;
#[cfg(feature = "uuid1")]
mod uuid1;

/// Reads a type as a text, by a function from the text to the value if there is one.
macro_rules! read_texts {
    ($($type:ty: $parse:expr;)+) => {$(
        impl $crate::Decode for $type {
            fn decode<P: $crate::Pull + ?Sized>(pull: &mut P) -> $crate::Result<$type> {
                let parse: fn(&str) -> Option<$type> = $parse;
                match parse(pull.text()?) {
                    Some(value) => Ok(value),
                    None => Err(pull.refuse($crate::Why::Unfit)),
                }
            }
        }
    )+};
}

/// Writes a type as a text, by a function from the value to it.
macro_rules! write_texts {
    ($($type:ty: $write:expr;)+) => {$(
        impl $crate::Encode for $type {
            fn encode<P: $crate::Push + ?Sized>(&self, push: &mut P) {
                let write: fn(&$type) -> String = $write;
                push.str(&write(self));
            }
        }
    )+};
}

pub(crate) use {read_texts, write_texts};
