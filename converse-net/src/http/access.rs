//! Which hosts a server answers for, and whose pages may use it.
//!
//! A browser carries its user's access to whatever site it shows. Two headers say what a request is
//! part of, and a page cannot forge either: `Host`, the name by which the browser found the server,
//! and `Origin`, the site of the page.

use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};

use converse_dispatch::{Fault, FaultKind};
use hyper::header::{HOST, HeaderMap, ORIGIN};
use hyper::{Uri, Version};

use crate::Network;
use crate::notices::Notices;

/// Whom a server trusts, beside those that need no naming.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// The names that the server answers to, without port, or `*` for any. Always answered to are
    /// `localhost`, names below it, and addresses: a page of another site can give its own name the
    /// server's address (DNS rebinding), but it cannot make a browser say another name than its own.
    pub hosts: Vec<String>,
    /// The origins (`https://app.example`) whose pages may open a `WebSocket`, send messages and read
    /// the replies, with the user's cookies, beside the pages of the host itself.
    pub origins: Vec<String>,
    /// Who may say by `Forwarded` or `X-Forwarded-For` for whom a request is.
    pub trusted_proxies: Vec<Network>,
    /// Who may read `GET /metrics`; to others it is not there.
    pub metrics: Vec<Network>,
}

impl Access {
    /// Whether what was counted is told there.
    pub(super) fn measures(&self, address: Option<SocketAddr>) -> bool {
        self.metrics.iter().any(|network| network.contains(address.map(|address| address.ip())))
    }

    pub(crate) fn trusts(&self, address: Option<IpAddr>) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(address))
    }

    /// Whether the pages of an origin may use the server: those of this host, and of `origins`.
    pub(super) fn lets(&self, origin: &str, host: &str) -> bool {
        let same = origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host));
        same || self.names(origin)
    }

    /// Whether `origins` has it.
    pub(super) fn names(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin))
    }

    /// Whether the server answers to a name.
    pub(super) fn answers_to(&self, host: &str) -> bool {
        let host = without_port(host);
        let literal = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let name = host.strip_suffix('.').unwrap_or(host);
        let last = name.rsplit('.').next().unwrap_or_default();
        last.eq_ignore_ascii_case("localhost")
            || self.hosts.iter().any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(name))
            || literal.parse::<IpAddr>().is_ok()
    }

    /// The refusal of a request for a name that is not the server's: 421 (RFC 9110, section 15.5.20).
    pub(super) fn refuse_host(&self, host: &str, notices: &Notices) -> Fault {
        if let Some(times) = notices.host.due() {
            let line = line("hosts", &self.hosts, without_port(host));
            tracing::warn!(times, "refused a request for another host; to answer to it: {line}");
        }
        let text = "the server does not answer to this host; its `hosts` must name it";
        Fault::of(FaultKind::FORBIDDEN_HOST, text)
    }

    /// Refuses a page of another origin; other clients send none.
    ///
    /// # Errors
    /// 403, or 400 for an origin that cannot be read.
    pub(super) fn check_origin(&self, headers: &HeaderMap, notices: &Notices) -> Result<(), Fault> {
        let mut origins = headers.get_all(ORIGIN).iter();
        let Some(origin) = origins.next() else { return Ok(()) };
        let (Ok(origin), None) = (origin.to_str(), origins.next()) else {
            return Err(Fault::of(FaultKind::BAD_REQUEST, "`Origin` must stand once, in printable ASCII"));
        };
        if self.lets(origin, headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default()) {
            return Ok(());
        }
        if let Some(times) = notices.origin.due() {
            let line = line("origins", &self.origins, origin);
            tracing::warn!(times, "refused a page of another origin; to allow it: {line}");
        }
        let text = "pages of this origin may not connect; the server's `origins` must name it";
        Err(Fault::of(FaultKind::FORBIDDEN_ORIGIN, text))
    }
}

/// RFC 9112, sections 3.2 and 3.2.2: a request of HTTP/1.1 names its host once, and a target that
/// names one itself names the same, so that no two readers of it differ. None is left to HTTP/1.0.
pub(super) fn one_host<'h>(version: Version, uri: &Uri, headers: &'h HeaderMap) -> Result<Option<&'h str>, Fault> {
    let mut hosts = headers.get_all(HOST).iter();
    let text = match (hosts.next(), hosts.next()) {
        (None, _) if version < Version::HTTP_11 => return Ok(None),
        (Some(host), None) => match (host.to_str().ok().filter(|host| is_host(host)), uri.authority()) {
            (Some(host), None) => return Ok(Some(host)),
            (Some(host), Some(target)) if host.eq_ignore_ascii_case(target.as_str()) => return Ok(Some(host)),
            (Some(_), Some(_)) => "the request's target names another host than `Host`; send the same".to_owned(),
            (None, _) => "`Host` is no name or address with an optional port; send the URL's".to_owned(),
        },
        _ => format!("the request has {} `Host` headers; send exactly one", headers.get_all(HOST).iter().count()),
    };
    Err(Fault::of(FaultKind::BAD_REQUEST, text))
}

/// A name or an address, and perhaps a port: nothing that some reader would take apart differently.
fn is_host(host: &str) -> bool {
    let name = without_port(host);
    let port = host.get(name.len()..).unwrap_or_default();
    let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let named = match inner {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_')),
    };
    named && (port.is_empty() || port.get(1..).is_some_and(|port| port.parse::<u16>().is_ok()))
}

fn without_port(host: &str) -> &str {
    match host.rfind([':', ']']) {
        Some(at) if host.as_bytes().get(at) == Some(&b':') => host.get(..at).unwrap_or(host),
        _ => host,
    }
}

/// The line of `converse.toml` that has one item more; of what a client sent 256 characters at most.
pub(super) fn line<T: Display>(key: &str, items: &[T], more: &str) -> String {
    let more: String = more.escape_debug().take(256).collect();
    let items: Vec<String> = items.iter().map(T::to_string).chain([more]).collect();
    format!("{key} = [\"{}\"]", items.join("\", \""))
}

#[cfg(test)]
mod tests {
    use hyper::header::{HOST, HeaderMap, HeaderValue};
    use hyper::{Uri, Version};

    use super::{Access, one_host};

    fn headers(hosts: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, HeaderValue::from_str(host).unwrap());
        }
        headers
    }

    #[test]
    fn a_name_that_is_not_ours_is_refused() {
        let access = Access { hosts: vec!["api.example.com".to_owned()], ..Access::default() };
        let answered = |access: &Access, host: &str| access.answers_to(host);
        for host in [
            "localhost",
            "LOCALHOST:7117",
            "app.localhost:80",
            "127.0.0.1:7117",
            "192.0.2.7",
            "[::1]:7117",
            "[2001:db8::1]",
            "api.example.com",
            "API.example.com:443",
            "api.example.com.",
        ] {
            assert!(answered(&access, host), "{host}");
        }
        for host in
            ["evil.example", "localhost.evil.example", "notlocalhost", "x.api.example.com", "127.0.0.1.evil", "1"]
        {
            assert!(!answered(&access, host), "{host}");
        }
        assert!(!answered(&Access::default(), "api.example.com"));
        assert!(answered(&Access { hosts: vec!["*".to_owned()], ..Access::default() }, "evil.example"));
    }

    #[test]
    fn one_host_that_is_one() {
        let status = |version, target: &'static str, hosts: &[&str]| {
            one_host(version, &Uri::from_static(target), &headers(hosts)).err().map(|fault| fault.status)
        };
        let of = |hosts: &[&str]| status(Version::HTTP_11, "/", hosts);
        assert_eq!(of(&["a"]), None);
        assert_eq!(of(&["a:80"]), None);
        assert_eq!(of(&["[::1]:80"]), None);
        for wrong in [
            &[][..],
            &["a", "a"],
            &[""],
            &["a b"],
            &["a,b"],
            &["u@a"],
            &["a/b"],
            &["a:b"],
            &["a:99999"],
            &["a:1:2"],
            &["[a]"],
            &["::1"],
            &[":80"],
        ] {
            assert_eq!(of(wrong), Some(400), "{wrong:?}");
        }
        assert_eq!(status(Version::HTTP_10, "/", &[]), None);
        assert_eq!(status(Version::HTTP_11, "http://a/x", &["A"]), None);
        assert_eq!(status(Version::HTTP_11, "http://b/x", &["a"]), Some(400));
        assert_eq!(status(Version::HTTP_10, "http://b/x", &["a", "b"]), Some(400));
    }
}
