//! Handlers that fail, in every way in which one can.

use std::future::pending;

use converse::{Fault, Result, message, respond, value};

/// How to fail.
#[value]
pub(crate) enum How {
    /// By an error that is none of the client's business.
    #[field(rename = "error")]
    Error,
    /// By an error made for clients.
    #[field(rename = "taken")]
    Taken,
    /// By one that carries data, and that a retry may mend.
    #[field(rename = "busy")]
    Busy,
    /// By a fault made on the spot.
    #[field(rename = "fault")]
    Fault,
    /// By a panic, before the first await.
    #[field(rename = "panic")]
    Panic,
    /// By a reply that breaks its own rules.
    #[field(rename = "unfit")]
    Unfit,
    /// By a reply that JSON cannot write.
    #[field(rename = "nan")]
    NotANumber,
    /// By a reply that holds NUL.
    #[field(rename = "nul")]
    Nul,
    /// By never finishing.
    #[field(rename = "never")]
    Never,
}

/// Asks for a failure.
#[message]
pub(crate) struct Fail {
    how: How,
}

/// A reply with rules.
#[message]
pub(crate) struct Failed {
    #[field(min_length = 1)]
    text: String,
    number: f64,
}

/// Errors made for clients.
#[derive(Debug, Fault)]
enum Refusal {
    #[fault(code = "name_taken", status = 409, message = "the name is taken; choose another")]
    Taken,
    #[fault(code = "busy", status = 503, message = "{who} is busy", retryable)]
    Busy { who: String },
}

#[respond]
impl Fail {
    #[allow(clippy::panic, reason = "what a panic does to others is the question")]
    async fn respond(self) -> Result<Failed> {
        match self.how {
            How::Error => Err("x".parse::<i32>().err().map_or_else(|| converse::Error::new("none"), Into::into)),
            How::Taken => Err(Refusal::Taken.into()),
            How::Busy => Err(Refusal::Busy { who: "josh".to_owned() }.into()),
            How::Fault => Err(Fault::new("odd", "this is odd").with_status(418).with_retry_after_ms(1500).into()),
            How::Panic => panic!("on purpose"),
            How::Unfit => Ok(Failed::new("", 1.0)),
            How::NotANumber => Ok(Failed::new("x", f64::NAN)),
            How::Nul => Ok(Failed::new("\0", 1.0)),
            How::Never => pending().await,
        }
    }
}

/// Asks a handler without `async` to panic.
#[message]
pub(crate) struct PanicNow;

#[respond]
#[allow(clippy::panic, reason = "what a panic does to others is the question")]
fn panic_now(_: PanicNow) -> Result<Failed> {
    panic!("on purpose, at once")
}

/// Asks a handler on the pool for blocking work to do it, or to panic.
#[message]
pub(crate) struct Block {
    panic: bool,
}

/// The blocking work is done.
#[message]
pub(crate) struct Blocked {
    done: bool,
}

#[respond(blocking)]
impl Block {
    fn respond(self) -> Blocked {
        assert!(!self.panic, "on purpose, on the pool");
        Blocked::new(true)
    }
}
