//! Types of other crates and of `std` that are texts of a form, a file for each crate.

mod duration;
#[cfg(feature = "jiff02")]
mod jiff02;
#[cfg(feature = "rust_decimal1")]
mod rust_decimal1;
#[cfg(feature = "url2")]
mod url2;
#[cfg(feature = "uuid1")]
mod uuid1;

/// Describes a type as a text of a form; `fits` says of a value made by hand whether its text has it.
macro_rules! texts {
    ($($type:ty => $format:ident, $fits:expr;)+) => {$(
        impl $crate::Typed for $type {
            const TYPE: $crate::Type = $crate::Type::Format($crate::TextFormat::$format);
            const KINDS: $crate::Kinds = $crate::Kinds::TEXT;
            const LABEL: &'static str = stringify!($format);

            fn fits(&self) -> bool {
                let fits: fn(&$type) -> bool = $fits;
                fits(self)
            }
        }
    )+};
}

pub(crate) use texts;
