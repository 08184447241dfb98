//! The classes, and the enum that somebody would write by hand.

// Generated classes use what their kind happens to need.
#![allow(dead_code, missing_docs)]

use converse::{message, respond};

include!(concat!(env!("OUT_DIR"), "/classes.rs"));
