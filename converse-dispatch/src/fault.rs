//! Errors as messages: one table of all kinds, and the `Fault` that a client receives.
//!
//! A fault never carries a secret, and never more than 64 escaped characters of what was sent.

use std::borrow::Cow;
use std::fmt;

use converse_model::report::{Issue, Report};

/// One row of the table of faults: what a code means on every transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultKind {
    /// The name on the wire.
    pub code: &'static str,
    /// The HTTP status (RFC 9110) that goes with it.
    pub status: u16,
    /// Whether the same message may succeed later without being changed.
    pub retryable: bool,
    /// Whether the handler ran; `None` where that is not known.
    pub executed: Option<bool>,
    /// What it tells the one who sent the message.
    pub meaning: &'static str,
}

macro_rules! faults {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $status:literal, retryable $retryable:literal, executed $executed:expr;)+) => {
        impl FaultKind {
            $($(#[doc = $doc])+
            pub const $name: FaultKind = FaultKind {
                code: $code,
                status: $status,
                retryable: $retryable,
                executed: $executed,
                meaning: concat!($($doc),+),
            };)+
            /// Every kind of fault that converse itself answers with, in the order of the checks.
            pub const ALL: &'static [FaultKind] = &[$(FaultKind::$name),+];
        }
    };
}

faults! {
    /// The message is larger than the server takes.
    TOO_LARGE = "too_large", 413, retryable false, executed Some(false);
    /// The bytes are not one well-formed JSON value.
    BAD_JSON = "bad_json", 400, retryable false, executed Some(false);
    /// The bytes are not one well-formed value of the format.
    MALFORMED = "malformed", 400, retryable false, executed Some(false);
    /// Lists and objects are nested deeper than the server takes.
    TOO_DEEP = "too_deep", 400, retryable false, executed Some(false);
    /// A text holds the character NUL, which databases cannot store.
    BAD_STRING = "bad_string", 400, retryable false, executed Some(false);
    /// The message is no envelope: one object with one member that names a class.
    BAD_ENVELOPE = "bad_envelope", 400, retryable false, executed Some(false);
    /// The request breaks a rule of HTTP, or the handshake one of `WebSocket`.
    BAD_REQUEST = "bad_request", 400, retryable false, executed Some(false);
    /// The resource speaks `WebSocket` version 13 only.
    UPGRADE_REQUIRED = "upgrade_required", 426, retryable false, executed Some(false);
    /// The server does not answer to the host that the request names.
    FORBIDDEN_HOST = "forbidden_host", 421, retryable false, executed Some(false);
    /// A page of this origin may not connect.
    FORBIDDEN_ORIGIN = "forbidden_origin", 403, retryable false, executed Some(false);
    /// The request names no resource of this server.
    NOT_FOUND = "not_found", 404, retryable false, executed Some(false);
    /// The resource does not answer this HTTP method.
    METHOD_NOT_ALLOWED = "method_not_allowed", 405, retryable false, executed Some(false);
    /// The content type or content encoding is not one that the server reads.
    UNSUPPORTED_MEDIA = "unsupported_media", 415, retryable false, executed Some(false);
    /// The client accepts no format in which the server can answer.
    NOT_ACCEPTABLE = "not_acceptable", 406, retryable false, executed Some(false);
    /// The server knows no message of this name.
    UNKNOWN_CLASS = "unknown_class", 404, retryable false, executed Some(false);
    /// The class is known, and no handler answers it.
    NOT_RESPONDABLE = "not_respondable", 404, retryable false, executed Some(false);
    /// The server does not know who sends the message, and answers it to those it knows only.
    UNAUTHENTICATED = "unauthenticated", 401, retryable false, executed Some(false);
    /// Whoever sends the message has sent more than they may in so short a time.
    RATE_LIMITED = "rate_limited", 429, retryable true, executed Some(false);
    /// The message does not fit its class; `errors` says where and why.
    VALIDATION = "validation", 422, retryable false, executed Some(false);
    /// The one who sends the message has no role that may.
    FORBIDDEN = "forbidden", 403, retryable false, executed Some(false);
    /// The server has more work than it can hold.
    OVERLOADED = "overloaded", 503, retryable true, executed Some(false);
    /// The `$idempotency_key` came before with another message.
    KEY_REUSED = "key_reused", 422, retryable false, executed Some(false);
    /// The message with this `$idempotency_key` is not answered yet.
    KEY_IN_FLIGHT = "key_in_flight", 409, retryable true, executed Some(false);
    /// Others changed the same rows meanwhile, and nothing was done; sent again, it may be.
    CONFLICT = "conflict", 409, retryable true, executed Some(false);
    /// Another row has a value that no two rows may have; nothing was done.
    TAKEN = "taken", 409, retryable false, executed Some(false);
    /// The message refers to something that is not there; nothing was done.
    DANGLING = "dangling", 409, retryable false, executed Some(false);
    /// Something cannot be deleted while others refer to it; nothing was done.
    IN_USE = "in_use", 409, retryable false, executed Some(false);
    /// The store could not keep what was done: nothing of it is, unless the store failed at the very end.
    UNAVAILABLE = "unavailable", 503, retryable true, executed None;
    /// The server is shutting down and takes no new work.
    SHUTTING_DOWN = "shutting_down", 503, retryable true, executed Some(false);
    /// The message did not arrive whole in time.
    TOO_SLOW = "too_slow", 408, retryable true, executed Some(false);
    /// The peer took too little of what was sent to it, and its connection ends.
    SLOW_CONSUMER = "slow_consumer", 408, retryable false, executed None;
    /// The handler did not finish before its deadline.
    TIMEOUT = "timeout", 504, retryable false, executed None;
    /// The server failed; the log has the cause under the id in the message.
    INTERNAL = "internal", 500, retryable false, executed None;
}

/// What a client receives when its message was not answered by a reply.
///
/// On the wire: `{"Fault": {"code", "message", "errors", "more", "retryable", "executed",
/// "retry_after_ms"}}`, absent parts omitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The name of the kind: one of [`FaultKind::ALL`], or a program's own.
    pub code: Cow<'static, str>,
    /// One sentence for a person.
    pub message: String,
    /// Every error of a refused message, at most [`Report::LIMIT`].
    pub errors: Vec<Issue>,
    /// How many errors were found beyond those listed.
    pub more: usize,
    /// Whether the same message may succeed later.
    pub retryable: bool,
    /// Whether the handler ran; `None` where that is not known.
    pub executed: Option<bool>,
    /// After how many milliseconds a retry is welcome.
    pub retry_after_ms: Option<u64>,
    /// The HTTP status; not part of the message itself.
    pub status: u16,
}

impl Fault {
    /// A fault of a known kind, with a sentence of its own.
    #[cold]
    pub fn of(kind: FaultKind, message: impl Into<String>) -> Fault {
        Fault {
            code: Cow::Borrowed(kind.code),
            message: message.into(),
            errors: Vec::new(),
            more: 0,
            retryable: kind.retryable,
            executed: kind.executed,
            retry_after_ms: None,
            status: kind.status,
        }
    }

    /// A program's own fault, for a client to act on. The status is 422 until [`with_status`](Self::with_status).
    #[cold]
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Fault {
        Fault {
            code: code.into(),
            message: message.into(),
            errors: Vec::new(),
            more: 0,
            retryable: false,
            executed: None,
            retry_after_ms: None,
            status: 422,
        }
    }

    /// The same fault with another HTTP status, 400 to 599; anything else is taken as 500.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Fault {
        self.status = if (400..600).contains(&status) { status } else { 500 };
        self
    }

    /// The same fault, saying when a retry is welcome.
    #[must_use]
    pub fn with_retry_after_ms(mut self, milliseconds: u64) -> Fault {
        self.retryable = true;
        self.retry_after_ms = Some(milliseconds);
        self
    }

    /// The fault of a message that does not fit its class.
    ///
    /// A report with an error of the format itself (a key written twice) is [`FaultKind::BAD_JSON`],
    /// any other is [`FaultKind::VALIDATION`].
    #[cold]
    pub fn refused(class: &str, report: Report) -> Fault {
        Fault::refused_as(FaultKind::BAD_JSON, class, report)
    }

    /// The same for a format in which an error of the format itself is of this kind.
    pub(crate) fn refused_as(lexical: FaultKind, class: &str, report: Report) -> Fault {
        let total = report.issues.len() + report.more;
        let s = if total == 1 { "" } else { "s" };
        let kind = if report.lexical() { lexical } else { FaultKind::VALIDATION };
        let mut fault = Fault::of(kind, format!("{total} validation error{s} for {class}"));
        fault.errors = report.issues;
        fault.more = report.more;
        fault
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        for issue in &self.errors {
            write!(f, "\n  {issue}")?;
        }
        if self.more > 0 {
            write!(f, "\n  and {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}
