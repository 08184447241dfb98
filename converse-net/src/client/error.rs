//! Why a client has no connection, or a call no reply; each says what can be done, and by whom.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use converse_dispatch::Fault;

/// A server cannot be connected to.
///
/// What it prints says what to do about it, and holds no token.
#[derive(Debug)]
pub struct ConnectError {
    url: String,
    trouble: Trouble,
}

/// What is in the way of a connection.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The URL is wrong, or an option; what to write instead.
    Url(String),
    /// The host's name has no address.
    Name(io::Error),
    /// The system says no.
    Io(io::Error),
    /// Nothing came of it in time.
    Slow(Duration),
    /// Another HTTP answer than was asked for.
    Status(u16),
    /// Something answers, and not as it should; what to look at.
    Stranger(&'static str),
}

impl ConnectError {
    pub(super) fn new(url: &str, trouble: Trouble) -> ConnectError {
        ConnectError { url: url.to_owned(), trouble }
    }

    /// Whether trying again later may help, without anything being changed.
    pub fn passing(&self) -> bool {
        match &self.trouble {
            Trouble::Name(_) | Trouble::Io(_) | Trouble::Slow(_) => true,
            Trouble::Status(status) => matches!(status, 408 | 429 | 500..),
            Trouble::Url(_) | Trouble::Stranger(_) => false,
        }
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot connect to {}: {}", self.url, self.trouble)
    }
}

impl std::error::Error for ConnectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.trouble {
            Trouble::Name(error) | Trouble::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Url(remedy) => f.write_str(remedy),
            Trouble::Name(error) => write!(f, "the host is not known ({error}); is its name spelled right?"),
            Trouble::Io(error) => match error.kind() {
                io::ErrorKind::ConnectionRefused => {
                    f.write_str("connection refused; is the server running, and is this its port?")
                }
                io::ErrorKind::NotFound => f.write_str("there is no such socket; is the server running?"),
                io::ErrorKind::PermissionDenied => {
                    f.write_str("the system does not permit it; may this user open the socket?")
                }
                _ => write!(f, "{error}"),
            },
            Trouble::Slow(after) => {
                write!(f, "no answer within {} s; is a firewall in between?", after.as_secs_f32())
            }
            Trouble::Status(status) => write!(f, "the server answered with status {status}; {}", remedy(*status)),
            Trouble::Stranger(what) => f.write_str(what),
        }
    }
}

/// What can be done about the answer to a request, where it holds no message.
fn remedy(status: u16) -> &'static str {
    match status {
        ..=299 => "is this a converse server? its WebSocket is at /ws",
        300..=399 => "it is elsewhere, and a client does not follow: connect to where it really is",
        401 | 403 => "give a token that it takes with `.token(…)`",
        404 | 405 | 426 => "is the path right? a converse server takes WebSocket at /ws and HTTP at /",
        421 => "it does not answer to this name; connect by one that it has, or let its settings list this one",
        408 | 429 | 503 => "it has no room now, or is shutting down; try again in a moment",
        502 | 504 => "a proxy does not reach the server; is it running?",
        _ => "its log may say why",
    }
}

/// A call has no reply.
///
/// ```text
/// match client.call(SignUp::new("ada", "correct horse")).await {
///     Ok(SignedUp { username }) => …,
///     Err(error) => match error.code() {
///         "name_taken" => …,
///         "timeout" | "connection_lost" => …,
///         _ => return Err(error.into()),
///     },
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum CallError {
    /// The server answered with a fault; or the message cannot be written, and was not sent.
    Fault(Fault),
    /// No reply came in time.
    Timeout {
        /// How long was waited.
        after: Duration,
        /// Whether anything of the message was sent: if so, it may have been executed.
        sent: bool,
        /// Why there is no connection, if that is what was waited for.
        why: Option<Arc<ConnectError>>,
    },
    /// The connection ended after the message was sent and before its reply came: it may have been executed.
    Lost {
        /// How the connection ended.
        why: String,
    },
    /// The message was not sent: there is no connection, and waiting would not help.
    Unreachable(Arc<ConnectError>),
    /// The reply came, and is not what was asked for: of another class, not valid, or too large.
    Unreadable(Fault),
    /// The runtime in which the client was connected has ended, and the client with it.
    Closed,
}

impl CallError {
    /// What happened, in a word: a fault's own code, or `timeout`, `connection_lost`, `unreachable`,
    /// `unreadable_reply`, `closed`.
    pub fn code(&self) -> &str {
        match self {
            CallError::Fault(fault) => &fault.code,
            CallError::Timeout { .. } => "timeout",
            CallError::Lost { .. } => "connection_lost",
            CallError::Unreachable(_) => "unreachable",
            CallError::Unreadable(_) => "unreadable_reply",
            CallError::Closed => "closed",
        }
    }

    /// The fault, if the server answered with one.
    pub fn fault(&self) -> Option<&Fault> {
        if let CallError::Fault(fault) = self { Some(fault) } else { None }
    }

    /// Whether the message was executed; `None` where that is not known.
    pub fn executed(&self) -> Option<bool> {
        match self {
            CallError::Fault(fault) => fault.executed,
            CallError::Timeout { sent: true, .. } | CallError::Lost { .. } | CallError::Closed => None,
            CallError::Timeout { sent: false, .. } | CallError::Unreachable(_) => Some(false),
            CallError::Unreadable(_) => Some(true),
        }
    }
}

impl From<Fault> for CallError {
    fn from(fault: Fault) -> CallError {
        CallError::Fault(fault)
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNKNOWN: &str = "the message may have been executed; find out before it is sent again";
        match self {
            CallError::Fault(fault) => write!(f, "{fault}"),
            CallError::Timeout { after, sent: true, .. } => {
                write!(f, "no reply within {} s; {UNKNOWN}, or give the call more time", after.as_secs_f32())
            }
            CallError::Timeout { after, why, .. } => {
                write!(f, "the message could not be sent within {} s", after.as_secs_f32())?;
                match why {
                    Some(why) => write!(f, ": {why}"),
                    None => f.write_str("; too many other calls are in flight, make fewer at once"),
                }
            }
            CallError::Lost { why } => write!(f, "the connection was lost: {why}; {UNKNOWN}"),
            CallError::Unreachable(why) => write!(f, "{why}"),
            CallError::Unreadable(fault) => {
                write!(f, "the reply cannot be used: {fault}; do client and server have the same classes?")
            }
            CallError::Closed => f.write_str("the runtime of the client has ended; connect in the one that still runs"),
        }
    }
}

impl std::error::Error for CallError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            CallError::Fault(fault) | CallError::Unreadable(fault) => Some(fault),
            CallError::Unreachable(why) | CallError::Timeout { why: Some(why), .. } => Some(&**why),
            _ => None,
        }
    }
}
