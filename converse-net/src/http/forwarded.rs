//! For whom a proxy speaks: `Forwarded` (RFC 7239) and `X-Forwarded-For`.
//!
//! Anybody can write these headers, so they are read only if the connection comes from a trusted
//! proxy, and only back to the first address that is none: what stands before it, that one wrote.

use std::net::{IpAddr, SocketAddr};

use hyper::header::{FORWARDED, HeaderMap, HeaderName};

use super::access::{Access, line};
use crate::notices::Notices;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Who sent the request: the peer of the connection, or whom its trusted proxies name.
pub(super) fn sender(
    access: &Access,
    peer: Option<SocketAddr>,
    headers: &HeaderMap,
    notices: &Notices,
) -> Option<SocketAddr> {
    if access.trusted_proxies.is_empty() {
        return peer;
    }
    let (standard, common) = (headers.contains_key(FORWARDED), headers.contains_key(X_FORWARDED_FOR));
    if !standard && !common {
        return peer;
    }
    if !access.trusts(peer.map(|peer| peer.ip())) {
        if let Some(times) = notices.forwarded.due() {
            let proxy = peer.map_or("unix".to_owned(), |peer| peer.ip().to_canonical().to_string());
            let line = line("trusted_proxies", &access.trusted_proxies, &proxy);
            tracing::warn!(times, "ignored whom a proxy named; to believe it: {line}");
        }
        return peer;
    }
    // A proxy writes one of them, and passes the other on as its client wrote it.
    if standard && common {
        if let Some(times) = notices.forwarded.due() {
            tracing::warn!(
                times,
                "ignored Forwarded beside X-Forwarded-For; let the proxy remove the one it does not set"
            );
        }
        return peer;
    }
    let hops = if standard { hops(headers, &FORWARDED, of_element) } else { hops(headers, &X_FORWARDED_FOR, Some) };
    let mut sender = peer;
    for hop in hops.iter().rev() {
        // What cannot be read was written by nobody we trust.
        let Some(address) = hop.and_then(address) else { break };
        sender = Some(address);
        if !access.trusts(Some(address.ip())) {
            break;
        }
    }
    sender
}

/// The hops that a header names, the first proxy's client first; `None` for one that names nobody.
fn hops<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
    node: impl Fn(&'h str) -> Option<&'h str>,
) -> Vec<Option<&'h str>> {
    let mut hops = Vec::new();
    for value in headers.get_all(name) {
        match value.to_str() {
            Ok(value) => hops.extend(value.split(',').map(|hop| node(hop).map(str::trim))),
            Err(_) => hops.push(None),
        }
    }
    hops
}

/// The node of `for=`, without its quotes.
fn of_element(element: &str) -> Option<&str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    Some(node.trim().trim_matches('"'))
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`; the port is 0 where none is named.
fn address(node: &str) -> Option<SocketAddr> {
    let bare = node.strip_prefix('[').and_then(|node| node.strip_suffix(']')).unwrap_or(node);
    let address = bare.parse::<IpAddr>().map(|address| SocketAddr::new(address, 0));
    address.or_else(|_| node.parse::<SocketAddr>()).ok()
}

#[cfg(test)]
mod tests {
    use hyper::header::{HeaderMap, HeaderName, HeaderValue};

    use super::sender;
    use crate::http::Access;
    use crate::notices::Notices;

    fn found(peer: &str, fields: &[(&'static str, &str)]) -> String {
        let trusted_proxies = ["10.0.0.0/8", "::1", "unix"].map(|network| network.parse().unwrap()).to_vec();
        let access = Access { trusted_proxies, ..Access::default() };
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        let sender = sender(&access, peer.parse().ok(), &headers, &Notices::default());
        sender.map_or("nobody".to_owned(), |sender| sender.to_string())
    }

    #[test]
    fn a_stranger_names_nobody() {
        assert_eq!(found("192.0.2.9:5", &[("x-forwarded-for", "198.51.100.1")]), "192.0.2.9:5");
        assert_eq!(found("192.0.2.9:5", &[("forwarded", "for=198.51.100.1")]), "192.0.2.9:5");
    }

    #[test]
    fn a_trusted_proxy_names_its_client_and_no_further() {
        let common = |value: &str| found("10.0.0.1:5", &[("x-forwarded-for", value)]);
        assert_eq!(common("198.51.100.1"), "198.51.100.1:0");
        assert_eq!(common("203.0.113.66, 198.51.100.1, 10.2.3.4"), "198.51.100.1:0");
        assert_eq!(common("127.0.0.1, garbage, 10.2.3.4"), "10.2.3.4:0");
        assert_eq!(common(""), "10.0.0.1:5");
        assert_eq!(found("unix", &[("x-forwarded-for", "198.51.100.1")]), "198.51.100.1:0");
        assert_eq!(found("unix", &[]), "nobody");
        assert_eq!(common("2001:db8::1"), "[2001:db8::1]:0");
        let two = [("x-forwarded-for", "203.0.113.66"), ("x-forwarded-for", "198.51.100.1")];
        assert_eq!(found("[::1]:5", &two), "198.51.100.1:0");
    }

    #[test]
    fn the_standard_header_is_read_too() {
        let standard = |value: &str| found("10.0.0.1:5", &[("forwarded", value)]);
        assert_eq!(standard("for=198.51.100.1;proto=https"), "198.51.100.1:0");
        assert_eq!(standard("For=\"[2001:db8::1]:4711\""), "[2001:db8::1]:4711");
        assert_eq!(standard("for=203.0.113.66, proto=http;for=\"198.51.100.1:80\""), "198.51.100.1:80");
        assert_eq!(standard("for=unknown"), "10.0.0.1:5");
        assert_eq!(standard("for=203.0.113.66, proto=https"), "10.0.0.1:5");
        let both = [("forwarded", "for=203.0.113.66"), ("x-forwarded-for", "198.51.100.1")];
        assert_eq!(found("10.0.0.1:5", &both), "10.0.0.1:5", "one of them is the client's own");
    }
}
