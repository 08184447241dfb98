//! The table of settings.

use super::{Config, parse};

/// One setting: its names, what it does, and how its text is read.
pub(crate) struct Setting {
    /// The key in `converse.toml`; the flag is `--key` with `-`, the variable `CONVERSE_KEY`.
    pub(crate) key: &'static str,
    /// What its value looks like.
    pub(crate) form: &'static str,
    /// What it does, and its default.
    pub(crate) doc: &'static str,
    /// Reads the value into the configuration; the error says what was expected.
    pub(crate) apply: fn(&mut Config, &str) -> Result<(), &'static str>,
}

impl Setting {
    pub(crate) fn flag(&self) -> String {
        self.key.replace('_', "-")
    }

    /// Whether its value is to be shown nowhere.
    pub(crate) fn is_secret(&self) -> bool {
        // A URL may hold a password.
        self.form == "SECRET" || self.form == "URL"
    }

    pub(crate) fn variable(&self) -> String {
        format!("CONVERSE_{}", self.key.to_uppercase())
    }
}

macro_rules! settings {
    ($($key:ident: $form:literal, $doc:literal, $parse:path;)+) => {
        /// Every setting.
        pub(crate) const SETTINGS: &[Setting] = &[$(Setting {
            key: stringify!($key),
            form: $form,
            doc: $doc,
            apply: |config, text| {
                config.$key = $parse(text)?;
                Ok(())
            },
        }),+];
    };
}

settings! {
    http: "HOST:PORT", "where HTTP and WebSocket are served, or off [127.0.0.1:7117]", parse::address;
    tcp: "HOST:PORT", "where TCP is served, JSON lines or frames, or off [127.0.0.1:7118]", parse::address;
    unix_http: "PATH", "where HTTP and WebSocket are served over a Unix socket, or off [off]", parse::path;
    unix_tcp: "PATH", "where JSON lines or frames are served over a Unix socket, or off [off]", parse::path;
    unix_mode: "OCTAL", "the permissions of these sockets [600]", parse::mode;
    tls_cert: "PATH", "the certificate, in PEM, with which HTTP and TCP speak TLS, or off [off]", parse::path;
    tls_key: "PATH", "its private key, in PEM, or off [off]", parse::path;
    tls_timeout: "TIME", "how long the handshake of TLS may take [10s]", parse::time;
    session_key: "SECRET", "the key of sessions: at least 32 random bytes in base64; best as a variable [none]", parse::key;
    store: "URL", "where tables are kept, sqlite://PATH, postgres://USER:PASSWORD@HOST/DATABASE, or memory: for nowhere, if a class has one [sqlite://converse.db]", parse::store;
    durability: "full|fast", "whether a reply says that what was written outlives a loss of power, or the end of the process alone [full]", parse::durability;
    allow: "LIST", "changes of tables that lose something, as the start names them: drop_column:user.age [none]", parse::changes;
    hosts: "LIST", "to which host names the server answers, beside localhost and addresses; * for any [none]", parse::hosts;
    origins: "LIST", "pages of which origins, such as https://app.example, may use the server [none but its own host's]", parse::origins;
    trusted_proxies: "LIST", "addresses or networks of proxies, or unix, that may say for whom a request is [none]", parse::networks;
    metrics: "LIST", "from which addresses or networks GET /metrics may be read, or unix; off for none [this machine and private networks]", parse::readers;
    max_message: "SIZE", "the largest message [1MiB]", parse::size;
    max_depth: "COUNT", "how deep objects and lists may nest in a message [64]", parse::depth;
    string_bodies: "yes|no", "whether a body may be a JSON text inside a string [yes]", parse::switch;
    header_timeout: "TIME", "how long the head of an HTTP request may take [10s]", parse::time;
    idle_timeout: "TIME", "how long an HTTP connection may wait for its next request [75s]", parse::time;
    message_timeout: "TIME", "how long a message may take to arrive [30s]", parse::time;
    write_timeout: "TIME", "how long a peer may take nothing of what is sent to it [30s]", parse::time;
    ping_interval: "TIME", "after how much silence a peer is asked for a sign of life [20s]", parse::time;
    peer_timeout: "TIME", "after how much silence a peer that was asked is taken for dead [60s]", parse::time;
    max_connections: "COUNT", "how many connections there may be [10000]", parse::positive;
    max_connections_per_address: "COUNT", "how many of them from one address, or one /64 network of IPv6 [1000]", parse::positive;
    in_flight: "COUNT", "how many messages of one connection may be in flight [256]", parse::positive;
    queued: "SIZE", "how many bytes may wait for a slow reader [1MiB]", parse::size;
    max_in_flight: "COUNT", "how many messages may be in flight, over all connections; one more is refused as overloaded [10000]", parse::positive;
    max_held: "SIZE", "how many bytes of messages and replies may be held, over all connections; beyond it messages are refused [512MiB]", parse::size;
    queue_delay: "TIME", "how long messages may wait for a thread, again and again, before some are refused [200ms]", parse::time;
    rate: "COUNT", "how many messages a second one sender may send in the long run, 0 for any: a principal, or all strangers of one address [0]", parse::rate;
    rate_burst: "COUNT", "how many of them at once, 0 for as many as in a second [0]", parse::rate;
    wrong_tokens: "COUNT", "how many wrong tokens, keys or sessions one address may show at once, and one more each second; 0 for any [100]", parse::rate;
    handler_timeout: "TIME", "how long a handler may take [30s]", parse::time;
    drain_timeout: "TIME", "how long messages in flight may take once the program is told to stop [30s]", parse::time;
    threads: "COUNT", "how many threads serve, 0 for one a core [0]", parse::count;
    log: "LEVEL", "what is logged: error, warn, info, debug or trace [info]", parse::log;
    log_format: "pretty|json", "what lines of the log look like: for people, or a JSON object each [pretty]", parse::log_format;
    otlp: "URL", "where traces are sent, by OTLP over HTTP, such as http://127.0.0.1:4318, or off [off]", parse::otlp;
}
