//! Configuration: flags before environment before `converse.toml` before defaults.
//!
//! One table says every setting; flags, variables, file keys, `--help` and the docs are read off it.

mod parse;
mod sources;
mod table;

use std::fmt;
use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use converse_dispatch::{Budget, Rate, Secret};
use converse_net::{Access, Listen, NetLimits, Network, OtlpEndpoint, TlsFiles};
use converse_store::{Allowed, Durability};
use converse_wire::Limits;

use crate::LogFormat;

pub(crate) use sources::{Asked, load, strangers};
pub(crate) use table::{SETTINGS, Setting};

/// How a program runs. [`Config::default`] is what nobody configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where HTTP and WebSocket are served; `None` for nowhere.
    pub http: Option<SocketAddr>,
    /// Where TCP is served, as JSON lines or as frames in any format; `None` for nowhere.
    pub tcp: Option<SocketAddr>,
    /// At which path HTTP and WebSocket are served over a Unix socket; `None` for nowhere.
    pub unix_http: Option<PathBuf>,
    /// At which path what is spoken over TCP is served over a Unix socket; `None` for nowhere.
    pub unix_tcp: Option<PathBuf>,
    /// The permissions of these paths' files.
    pub unix_mode: u32,
    /// Which names the server answers to, beside `localhost` and addresses; `*` for any.
    pub hosts: Vec<String>,
    /// Pages of which origins may use the server, beside those of its own host.
    pub origins: Vec<String>,
    /// Which proxies may say for whom a request is.
    pub trusted_proxies: Vec<Network>,
    /// Who may read `GET /metrics`.
    pub metrics: Vec<Network>,
    /// The largest message, in bytes.
    pub max_message: usize,
    /// How deep objects and lists may nest.
    pub max_depth: u16,
    /// Whether a body may be a JSON text inside a string.
    pub string_bodies: bool,
    /// The certificate, in PEM, with which addresses speak TLS; `None` for none.
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key, in PEM.
    pub tls_key: Option<PathBuf>,
    /// The key of [`Sessions`](crate::Sessions): at least 32 random bytes.
    pub session_key: Option<Secret<Vec<u8>>>,
    /// The URL of the database in which tables are kept: `sqlite://PATH`,
    /// `postgres://USER:PASSWORD@HOST/DATABASE`, `memory:`. It may hold a password.
    pub store: Secret<String>,
    /// How safe a write is when its reply is sent.
    pub durability: Durability,
    /// What may be done to tables although it loses something: `drop_column:user.age`.
    pub allow: Vec<String>,
    /// How long the handshake of TLS may take.
    pub tls_timeout: Duration,
    /// How long the head of an HTTP request may take.
    pub header_timeout: Duration,
    /// How long an HTTP connection may wait for its next request.
    pub idle_timeout: Duration,
    /// How long a message may take to arrive.
    pub message_timeout: Duration,
    /// How long a peer may take nothing of what is sent to it.
    pub write_timeout: Duration,
    /// After how much silence a peer is asked for a sign of life.
    pub ping_interval: Duration,
    /// After how much silence a peer that was asked is taken for dead.
    pub peer_timeout: Duration,
    /// How many connections there may be.
    pub max_connections: usize,
    /// How many connections may come from one address, or one /64 network of IPv6.
    pub max_connections_per_address: usize,
    /// How many messages of one connection may be in flight.
    pub in_flight: usize,
    /// How many bytes may wait for a slow reader.
    pub queued: usize,
    /// How many messages may be in flight, over all connections.
    pub max_in_flight: usize,
    /// How many bytes of messages and replies may be held, over all connections.
    pub max_held: usize,
    /// How long messages may wait for a thread before some are refused.
    pub queue_delay: Duration,
    /// How many messages a second one sender may send in the long run; 0 for as many as they like.
    pub rate: u32,
    /// How many of them at once; 0 for as many as in a second.
    pub rate_burst: u32,
    /// How many wrong tokens, keys or sessions one address may show at once, and one more each second; 0 for as many as it likes.
    pub wrong_tokens: u32,
    /// How long a handler may take.
    pub handler_timeout: Duration,
    /// How long messages in flight may take once the program is told to stop.
    pub drain_timeout: Duration,
    /// How many threads serve; 0 for one a core.
    pub threads: usize,
    /// What is logged: `error`, `warn`, `info`, `debug`, `trace`, or directives such as `converse=debug`.
    pub log: String,
    /// Where traces are sent; `None` for nowhere.
    pub otlp: Option<OtlpEndpoint>,
    /// What lines of the log look like.
    pub log_format: LogFormat,
}

impl Default for Config {
    fn default() -> Config {
        let (limits, net, budget) = (Limits::DEFAULT, NetLimits::default(), Budget::default());
        Config {
            http: Some(SocketAddr::from(([127, 0, 0, 1], 7117))),
            tcp: Some(SocketAddr::from(([127, 0, 0, 1], 7118))),
            unix_http: None,
            unix_tcp: None,
            unix_mode: 0o600,
            hosts: Vec::new(),
            origins: Vec::new(),
            trusted_proxies: Vec::new(),
            metrics: parse::private(),
            max_message: limits.bytes,
            max_depth: limits.depth,
            string_bodies: limits.string_bodies,
            tls_cert: None,
            tls_key: None,
            session_key: None,
            store: "sqlite://converse.db".into(),
            durability: Durability::Full,
            allow: Vec::new(),
            tls_timeout: net.tls_timeout,
            header_timeout: net.header_timeout,
            idle_timeout: net.idle_timeout,
            message_timeout: net.message_timeout,
            write_timeout: net.write_timeout,
            ping_interval: net.ping_interval,
            peer_timeout: net.peer_timeout,
            max_connections: net.max_connections,
            max_connections_per_address: net.max_connections_per_address,
            in_flight: net.in_flight,
            queued: net.queued,
            max_in_flight: budget.in_flight,
            max_held: budget.bytes,
            queue_delay: budget.queue_delay,
            rate: 0,
            rate_burst: 0,
            wrong_tokens: 100,
            handler_timeout: Duration::from_secs(30),
            drain_timeout: net.drain_timeout,
            threads: 0,
            log: "info".to_owned(),
            otlp: None,
            log_format: LogFormat::Pretty,
        }
    }
}

impl Config {
    pub(crate) fn limits(&self) -> Limits {
        Limits { bytes: self.max_message, depth: self.max_depth, string_bodies: self.string_bodies }
    }

    pub(crate) fn net_limits(&self) -> NetLimits {
        NetLimits {
            tls_timeout: self.tls_timeout,
            header_timeout: self.header_timeout,
            idle_timeout: self.idle_timeout,
            message_timeout: self.message_timeout,
            write_timeout: self.write_timeout,
            ping_interval: self.ping_interval,
            peer_timeout: self.peer_timeout,
            drain_timeout: self.drain_timeout,
            max_connections: self.max_connections,
            max_connections_per_address: self.max_connections_per_address,
            in_flight: self.in_flight,
            queued: self.queued,
        }
    }

    /// What may be done to tables although it loses something.
    pub(crate) fn allowed(&self) -> Allowed {
        Allowed(self.allow.iter().cloned().collect())
    }

    /// How much one sender may send, if that is limited.
    pub(crate) fn rate(&self) -> Option<Rate> {
        let per_second = NonZero::new(self.rate)?;
        Some(Rate { per_second, burst: NonZero::new(self.rate_burst).unwrap_or(per_second) })
    }

    pub(crate) fn guesses(&self) -> Option<Rate> {
        Some(Rate { per_second: NonZero::<u32>::MIN, burst: NonZero::new(self.wrong_tokens)? })
    }

    pub(crate) fn access(&self) -> Access {
        let Config { hosts, origins, trusted_proxies, metrics, .. } = self.clone();
        Access { hosts, origins, trusted_proxies, metrics }
    }

    /// The files of TLS, if it is spoken: both or none.
    pub(crate) fn tls(&self) -> Result<Option<TlsFiles>, ConfigError> {
        match (&self.tls_cert, &self.tls_key) {
            (Some(cert), Some(key)) => Ok(Some(TlsFiles { cert: cert.clone(), key: key.clone() })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(ConfigError("tls_cert is set and tls_key is not; set both, or neither".to_owned())),
            (None, Some(_)) => Err(ConfigError("tls_key is set and tls_cert is not; set both, or neither".to_owned())),
        }
    }

    pub(crate) fn budget(&self) -> Budget {
        Budget { in_flight: self.max_in_flight, bytes: self.max_held, queue_delay: self.queue_delay }
    }

    /// The key of sessions, for an application that has some.
    pub(crate) fn session_key(&self) -> Result<&[u8], ConfigError> {
        match &self.session_key {
            Some(key) => Ok(key.expose()),
            None => Err(ConfigError(
                "session_key is not set, and the program has sessions; make one with `openssl rand -base64 32`, keep it \
                 secret, and set CONVERSE_SESSION_KEY to it wherever the program runs"
                    .to_owned(),
            )),
        }
    }

    pub(crate) fn listen(&self) -> Listen {
        let (unix_http, unix_tcp) = (self.unix_http.clone(), self.unix_tcp.clone());
        Listen { http: self.http, tcp: self.tcp, unix_http, unix_tcp, unix_mode: Some(self.unix_mode) }
    }
}

/// What cannot be used of the configuration: one line, which says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(pub(crate) String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}
