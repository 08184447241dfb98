//! Where a client connects to, as a URL says it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use hyper::Uri;
use tokio::io::DuplexStream;

use super::error::Trouble;

/// What is spoken over the bytes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// Lines, or frames behind their length.
    Stream,
    WebSocket,
    Http,
}

/// Where the bytes go.
#[derive(Clone)]
pub(super) enum Place {
    Host {
        /// A name, or an address without brackets.
        host: String,
        port: u16,
    },
    Unix(PathBuf),
    /// An application of this process: every call is a new connection to it.
    Memory(Arc<dyn Fn() -> DuplexStream + Send + Sync>),
}

/// A parsed URL.
#[derive(Clone)]
pub(super) struct Target {
    /// As it is shown in errors; it holds no secret.
    pub(super) url: String,
    pub(super) protocol: Protocol,
    pub(super) tls: bool,
    pub(super) place: Place,
    /// What an HTTP request asks for.
    pub(super) path: String,
    /// The value of `Host`: with the port where it is not the scheme's own.
    pub(super) authority: String,
}

/// One row of the table of schemes.
struct Scheme {
    name: &'static str,
    protocol: Protocol,
    tls: bool,
    /// The port where the URL names none.
    port: Option<u16>,
    /// The path where the URL names none.
    path: &'static str,
}

const SCHEMES: &[Scheme] = &[
    Scheme { name: "ws", protocol: Protocol::WebSocket, tls: false, port: Some(80), path: "/ws" },
    Scheme { name: "wss", protocol: Protocol::WebSocket, tls: true, port: Some(443), path: "/ws" },
    Scheme { name: "http", protocol: Protocol::Http, tls: false, port: Some(80), path: "/" },
    Scheme { name: "https", protocol: Protocol::Http, tls: true, port: Some(443), path: "/" },
    Scheme { name: "tcp", protocol: Protocol::Stream, tls: false, port: None, path: "" },
];

/// The same over the Unix socket whose path stands behind. For HTTP and WebSocket they are called as other clients call
/// them: `http+unix` (Requests), `ws+unix` (npm's ws).
const UNIX: &[Scheme] = &[
    Scheme { name: "unix:", protocol: Protocol::Stream, tls: false, port: None, path: "" },
    Scheme { name: "http+unix:", protocol: Protocol::Http, tls: false, port: None, path: "/" },
    Scheme { name: "ws+unix:", protocol: Protocol::WebSocket, tls: false, port: None, path: "/ws" },
];

/// What a server answers to over HTTP whatever its settings are.
const LOCALHOST: &str = "localhost";

impl Target {
    /// An application of this process.
    pub(super) fn memory(connect: impl Fn() -> DuplexStream + Send + Sync + 'static) -> Target {
        Target {
            url: "memory".to_owned(),
            protocol: Protocol::Stream,
            tls: false,
            place: Place::Memory(Arc::new(connect)),
            path: String::new(),
            authority: String::new(),
        }
    }

    /// What a URL names, or what is wrong with it and what to write instead.
    pub(super) fn parse(url: &str) -> Result<Target, Trouble> {
        let wrong = |remedy: &str| Err(Trouble::Url(remedy.to_owned()));
        if url == "memory" {
            return wrong("an application in memory has no URL; `app.client()` of a TestApp or Engine connects to it");
        }
        if let Some((scheme, path)) = UNIX.iter().find_map(|scheme| Some((scheme, url.strip_prefix(scheme.name)?))) {
            return unix(url, scheme, path);
        }
        let Some((scheme, _)) = url.split_once("://") else {
            return wrong("begin it with ws://, wss://, http://, https://, tcp:// or unix://");
        };
        let Some(scheme) = SCHEMES.iter().find(|known| known.name.eq_ignore_ascii_case(scheme)) else {
            return wrong("its scheme is unknown; there are ws, wss, http, https, tcp, unix, ws+unix and http+unix");
        };
        let Ok(uri) = url.parse::<Uri>() else {
            return wrong("it cannot be read; write it as ws://host:port");
        };
        let Some(authority) = uri.authority() else {
            return wrong("it names no host; write it as ws://host:port");
        };
        if authority.as_str().contains('@') {
            return wrong("it holds a user name or password; give a token with `.token(…)` instead");
        }
        let host = authority.host();
        if authority.port_u16().is_none() && authority.as_str() != host {
            return wrong("its port is none; a port is a number up to 65535");
        }
        let Some(port) = authority.port_u16().or(scheme.port) else {
            return wrong("it names no port; a converse server takes TCP at 7118 unless it is told otherwise");
        };
        if port == 0 {
            return wrong("no server listens on port 0; the server's log says on which it does");
        }
        let path = uri.path_and_query().map_or("", |path| path.as_str());
        Ok(Target {
            url: format!("{}://{authority}{}", scheme.name, uri.path().trim_end_matches('/')),
            protocol: scheme.protocol,
            tls: scheme.tls,
            place: Place::Host { host: host.trim_matches(['[', ']']).to_owned(), port },
            path: if path.is_empty() || path == "/" { scheme.path } else { path }.to_owned(),
            authority: if Some(port) == scheme.port { host.to_owned() } else { format!("{host}:{port}") },
        })
    }
}

fn unix(url: &str, scheme: &Scheme, path: &str) -> Result<Target, Trouble> {
    let path = path.strip_prefix("//").unwrap_or(path);
    if cfg!(not(unix)) {
        return Err(Trouble::Url("this system has no Unix sockets; connect by ws:// or tcp://".to_owned()));
    }
    if !path.starts_with('/') {
        return Err(Trouble::Url(format!(
            "it needs the whole path of the socket, as in {}///run/app.sock",
            scheme.name
        )));
    }
    Ok(Target {
        url: url.to_owned(),
        protocol: scheme.protocol,
        tls: scheme.tls,
        place: Place::Unix(PathBuf::from(path)),
        path: scheme.path.to_owned(),
        authority: LOCALHOST.to_owned(),
    })
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, Protocol, Target};

    fn parsed(url: &str) -> (Protocol, bool, String, u16, String, String) {
        let target = Target::parse(url).unwrap_or_else(|_| panic!("{url}"));
        let Place::Host { host, port } = target.place else { panic!("{url}") };
        (target.protocol, target.tls, host, port, target.path, target.authority)
    }

    #[test]
    fn every_scheme_has_its_port_and_path() {
        let of = |protocol, tls, host: &str, port, path: &str, authority: &str| {
            (protocol, tls, host.to_owned(), port, path.to_owned(), authority.to_owned())
        };
        assert_eq!(parsed("ws://a"), of(Protocol::WebSocket, false, "a", 80, "/ws", "a"));
        assert_eq!(parsed("WSS://a/"), of(Protocol::WebSocket, true, "a", 443, "/ws", "a"));
        assert_eq!(parsed("wss://a:1/x?y=1"), of(Protocol::WebSocket, true, "a", 1, "/x?y=1", "a:1"));
        assert_eq!(parsed("http://[::1]:7117"), of(Protocol::Http, false, "::1", 7117, "/", "[::1]:7117"));
        assert_eq!(parsed("https://a.example/in"), of(Protocol::Http, true, "a.example", 443, "/in", "a.example"));
        assert_eq!(
            parsed("tcp://127.0.0.1:7118"),
            of(Protocol::Stream, false, "127.0.0.1", 7118, "", "127.0.0.1:7118")
        );
    }

    #[test]
    #[cfg(unix)]
    fn a_socket_of_the_file_system() {
        for url in ["unix:///run/a.sock", "unix:/run/a.sock"] {
            let target = Target::parse(url).unwrap();
            assert!(matches!(target.place, Place::Unix(path) if path.as_os_str() == "/run/a.sock"));
        }
        let http = Target::parse("http+unix:///run/a.sock").unwrap();
        assert_eq!((http.protocol, &*http.path, &*http.authority), (Protocol::Http, "/", "localhost"));
        let socket = Target::parse("ws+unix:///run/a.sock").unwrap();
        assert_eq!((socket.protocol, &*socket.path), (Protocol::WebSocket, "/ws"));
    }

    #[test]
    fn a_wrong_url_is_told_the_right_one() {
        for (url, remedy) in [
            ("", "begin it with ws://"),
            ("localhost:7117", "begin it with ws://"),
            ("memory", "app.client()"),
            ("ftp://a", "scheme is unknown"),
            ("ws://", "ws://host:port"),
            ("ws://a b", "cannot be read"),
            ("ws://a:99999", "up to 65535"),
            ("ws://josh:basketball@a", "`.token(…)`"),
            ("tcp://a", "names no port"),
            ("tcp://a:0", "port 0"),
            ("unix://run/a.sock", "unix:///run"),
            ("http+unix://run/a.sock", "http+unix:///run"),
        ] {
            let said = Target::parse(url).unwrap_err().to_string();
            assert!(said.contains(remedy), "{url}: {said}");
        }
    }
}
