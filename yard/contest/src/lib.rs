//! Contenders that take messages to replies, timed side by side.
//!
//! A machine that does other work slows both contenders, so a row is many short rounds in which they
//! take turns, and its result is the median of the rounds' ratios.

mod alloc;
mod arguments;
mod engine;
mod mix;
mod row;
mod table;

pub use alloc::Counting;
pub use arguments::run;
pub use engine::{Nothing, engine};
pub use mix::random;
pub use row::{Contender, Row};
