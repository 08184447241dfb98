//! The classes that make up the numbers, and the enums that somebody would write by hand.

// Generated classes use what their kind happens to need.
#![allow(dead_code, missing_docs)]

use converse::{message, respond};

use crate::shop::*;

include!(concat!(env!("OUT_DIR"), "/classes.rs"));
