//! How deep functions and checks may call each other, before the stack ends.

use std::cell::Cell;

use super::{Error, Result};

/// What there is room for, in checks, on a stack of two megabytes and without optimisation.
const ROOM: u32 = 450;

/// What a call of a function takes, with the frames of the program's own.
const CALL: u32 = 3;

/// What a check takes of another class on behalf of one.
const CHECK: u32 = 1;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// A level of calls, for as long as it is held.
pub(super) struct Deeper(u32);

impl Deeper {
    /// The level of a function's call.
    pub(super) fn by_call() -> Result<Deeper> {
        Deeper::enter(CALL)
    }

    /// The level of a check.
    pub(super) fn by_check() -> Result<Deeper> {
        Deeper::enter(CHECK)
    }

    fn enter(takes: u32) -> Result<Deeper> {
        let depth = DEPTH.get() + takes;
        if depth > ROOM {
            return Err(Error::TooDeep);
        }
        DEPTH.set(depth);
        Ok(Deeper(takes))
    }
}

impl Drop for Deeper {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get().saturating_sub(self.0));
    }
}
