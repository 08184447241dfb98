//! How a client connects: a URL and what it may be told beside it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use converse_dispatch::{Secret, SharedFormat};
use converse_wire::{Format, Json, Limits};
use hyper::header::HeaderValue;

use super::dial::Dialer;
use super::error::Trouble;
use super::target::Target;
use super::{Client, ConnectError, tls};

/// How long a call may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The largest reply. Sixteen times what a server takes: lists are asked for with little and answered
/// with much, and a client that is sent more than it can hold should learn so before it holds it.
const MAX_REPLY: usize = 16 * 1024 * 1024;

/// A client in the making: from [`Client::to`].
#[must_use = "it connects by `.connect().await`"]
pub struct Connector {
    url: String,
    target: Result<Target, Trouble>,
    timeout: Duration,
    format: SharedFormat,
    token: Option<Secret<String>>,
    max_reply: usize,
    roots: Vec<Vec<u8>>,
}

impl Connector {
    pub(super) fn new(url: &str) -> Connector {
        Connector::of(url, Target::parse(url))
    }

    pub(super) fn of(url: &str, target: Result<Target, Trouble>) -> Connector {
        Connector {
            url: url.to_owned(),
            target,
            timeout: TIMEOUT,
            format: Arc::new(Json),
            token: None,
            max_reply: MAX_REPLY,
            roots: Vec::new(),
        }
    }

    /// How long a call may take, all tries and reconnecting included. Default: 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Connector {
        self.timeout = timeout;
        self
    }

    /// In which format messages are sent and replies come. Default: JSON.
    pub fn format(mut self, format: impl Format) -> Connector {
        self.format = Arc::new(format);
        self
    }

    /// A bearer token, by which the server knows who calls: sent as `Authorization` over HTTP and with the
    /// upgrade to `WebSocket`, else as `$auth` with every message. It is printed nowhere.
    pub fn token(mut self, token: impl Into<Secret<String>>) -> Connector {
        self.token = Some(token.into());
        self
    }

    /// The largest reply, in bytes. Default: 16 MiB.
    pub fn max_reply(mut self, bytes: usize) -> Connector {
        self.max_reply = bytes;
        self
    }

    /// A certificate authority that vouches for the server, in PEM, beside those of the system: for servers
    /// whose authority is one's own.
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Connector {
        self.roots.push(pem.into());
        self
    }

    /// Connects, and stays connected from then on: a connection that is lost is made again.
    ///
    /// # Errors
    /// What is wrong with the URL or the options, or why there is no connection; with what to do.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub async fn connect(self) -> Result<Client, ConnectError> {
        let target = self.target.map_err(|trouble| ConnectError::new(shown(&self.url), trouble))?;
        let bearer = self.token.as_ref().map(|token| HeaderValue::from_str(&format!("Bearer {}", token.expose())));
        if let Some(Err(_)) = bearer {
            let remedy = "the token holds more than printable ASCII; is there a line break at its end?";
            return Err(ConnectError::new(&target.url, Trouble::Url(remedy.to_owned())));
        }
        let limits = Limits { bytes: self.max_reply, ..Limits::DEFAULT };
        let tls = if target.tls {
            Some(tls::connector(self.roots).await.map_err(|trouble| ConnectError::new(&target.url, trouble))?)
        } else {
            None
        };
        let dialer = Dialer { target, format: self.format, limits, token: self.token, tls };
        Client::over(Arc::new(dialer), self.timeout).await
    }
}

/// What of a URL that cannot be read may be shown: not what stands before an `@`.
fn shown(url: &str) -> &str {
    if url.is_empty() { "\"\"" } else { url.rsplit('@').next().unwrap_or_default() }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Connector({})", shown(&self.url))
    }
}
