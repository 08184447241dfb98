//! Bytes to envelopes and values, and back. This crate knows no class.
//!
//! A value is read by pulling ([`Decode`] from a [`Pull`]) and written by pushing ([`Encode`] into a
//! [`Push`]). Both are generic over the format, so that a decoder is compiled once for JSON, as
//! straight-line code, and once for `dyn Pull`, which serves every other [`Format`].
//!
//! Reading costs nothing for errors: [`Refused`] is empty, and the reader remembers the [`Why`].

mod base64;
pub mod cbor;
pub mod counted;
mod decode;
mod encode;
pub mod envelope;
mod foreign;
mod format;
pub mod json;
mod limits;
pub mod msgpack;
mod pull;
mod push;
mod why;

pub use base64::{decode as base64, encode as to_base64};
pub use cbor::Cbor;
pub use decode::{Decode, MapKey};
pub use encode::{Encode, WriteKey};
pub use envelope::{Head, Id};
pub use format::{FORMATS, Format, InPlace, Misread, Opened, ReadBody, WriteBody};
pub use json::Json;
pub use limits::Limits;
pub use msgpack::MsgPack;
pub use pull::{At, Kind, Mark, Names, Number, Pull};
pub use push::{Key, Push, Unwritable};
pub use why::{Refused, Result, Why};
