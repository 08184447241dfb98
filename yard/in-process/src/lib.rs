//! The classes and messages of the contests in one process.

#![allow(missing_docs, reason = "classes and messages that are only measured")]

pub mod generated;
pub mod messages;
pub mod shop;
