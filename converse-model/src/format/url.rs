//! URLs.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Whether a text is an absolute URL: a URI (RFC 3986, section 3) that the WHATWG URL Standard parses too.
///
/// Browsers repair what they are given, each language in its own way; here nothing is repaired. The
/// scheme is in lower case. `http`, `https`, `ws`, `wss` and `ftp` need a host: a domain name, an IPv4
/// address in its plain form, or an IPv6 address in brackets. `file` has none, as every system reads one its own way: `file:///path`.
/// Other schemes may have any host of RFC 3986, or none. What RFC 3986 does not name (blanks, `\`, `"`,
/// `<`, `|`, letters beyond ASCII, …) must be escaped.
///
/// A domain in Punycode (`xn--`) is taken if the feature `url2` is on: only the tables of Unicode know a
/// good one.
pub(super) fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (hierarchy, query) = rest.split_once('?').unwrap_or((rest, ""));
    let Some(scheme) = Scheme::of(scheme) else { return false };
    let path = match hierarchy.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            scheme.has_authority(authority).then_some(path)
        }
        None => (scheme == Scheme::Other).then_some(hierarchy),
    };
    path.is_some_and(|path| is_made_of(path, b":@/") && [query, fragment].iter().all(|part| is_made_of(part, b":@/?")))
}

/// The URL as WHATWG writes it.
#[cfg(feature = "url2")]
pub(super) fn written(text: &str) -> Option<String> {
    url::Url::parse(text).ok().map(String::from)
}

#[cfg(not(feature = "url2"))]
pub(super) fn written(_: &str) -> Option<String> {
    None
}

/// What a scheme means for the host.
#[derive(Clone, Copy, PartialEq)]
enum Scheme {
    /// A host is required, and is a domain or an address.
    Web,
    File,
    Other,
}

impl Scheme {
    fn of(scheme: &str) -> Option<Scheme> {
        let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte);
        match scheme {
            "http" | "https" | "ws" | "wss" | "ftp" => Some(Scheme::Web),
            "file" => Some(Scheme::File),
            other => (other.starts_with(|first: char| first.is_ascii_lowercase()) && other.bytes().all(word))
                .then_some(Scheme::Other),
        }
    }

    /// `[user@]host[:port]`, as this scheme may have it.
    fn has_authority(self, authority: &str) -> bool {
        let (user, address) = match authority.split_once('@') {
            Some((user, address)) => (Some(user), address),
            None => (None, authority),
        };
        let end = if address.starts_with('[') { address.find(']').map_or(0, |at| at + 1) } else { 0 };
        let (host, port) = match address.get(end..).and_then(|rest| rest.find(':')) {
            Some(at) => (address.get(..end + at), address.get(end + at + 1..)),
            None => (Some(address), None),
        };
        let bare = user.is_none() && port.is_none();
        let allowed = match (self, host) {
            (Scheme::File | Scheme::Other, Some("")) => bare,
            (Scheme::Web | Scheme::Other, Some(host)) if !host.is_empty() => self.has_host(host),
            _ => false,
        };
        allowed && user.is_none_or(|user| is_made_of(user, b":")) && port.is_none_or(is_port)
    }

    fn has_host(self, host: &str) -> bool {
        match host.strip_prefix('[') {
            Some(address) => address.strip_suffix(']').is_some_and(|address| address.parse::<Ipv6Addr>().is_ok()),
            None if self == Scheme::Other => is_made_of(host, b""),
            None => is_domain(host),
        }
    }
}

/// Whether a text consists of unreserved characters, delimiters, escapes (RFC 3986, section 2) and others.
fn is_made_of(text: &str, others: &[u8]) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let good = match byte {
            b'%' => bytes
                .next()
                .zip(bytes.next())
                .is_some_and(|(one, two)| one.is_ascii_hexdigit() && two.is_ascii_hexdigit()),
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte) || others.contains(&byte),
        };
        if !good {
            return false;
        }
    }
    true
}

fn is_port(port: &str) -> bool {
    (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

/// Labels of letters, digits, `-` and `_`, perhaps with a point at the end; or an IPv4 address.
fn is_domain(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let last = name.rsplit('.').next().unwrap_or(name);
    // WHATWG reads all of these as IPv4 addresses: `1`, `0x7f.1`, `1.2.3.4.`. Only the plain form is one here.
    if last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x") || last.starts_with("0X") {
        return host.parse::<Ipv4Addr>().is_ok();
    }
    let coded = |label: &str| label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"));
    name.len() <= 253 && name.split('.').all(is_label) && (!name.split('.').any(coded) || is_known_to_unicode(host))
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

#[cfg(feature = "url2")]
fn is_known_to_unicode(host: &str) -> bool {
    url::Host::parse(host).is_ok()
}

#[cfg(not(feature = "url2"))]
fn is_known_to_unicode(_: &str) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::super::{TextFormat, agrees};

    #[test]
    fn nothing_is_repaired() {
        agrees(
            TextFormat::Url,
            &[
                "https://example.org",
                "https://example.org/",
                "http://a/b/../c;d=e?f=g&h=%20#i?j/k",
                "https://EXAMPLE.org./",
                "https://a_b.c-d/",
                "https://user:pass@example.org:8080/",
                "https://user%40:@h",
                "https://192.0.2.1:1/",
                "https://[2001:db8::1]:65535/",
                "wss://h?x",
                "ftp://h#x",
                "file:///etc/hosts",
                "mailto:josh@example.org",
                "urn:isbn:0451450523",
                "data:text/plain;base64,aGVsbG8=",
                "foo:",
                "foo:/bar",
                "foo://",
                "foo:///bar",
                "foo://a,b%20c:1/",
                "foo://[::1]/",
                "a+b-c.d1://x",
            ],
            &[
                "",
                "example.org",
                "/path",
                "//example.org/",
                "http:",
                "http://",
                "http:///x",
                "http:x",
                "http:/x/y",
                "HTTP://x/",
                "1http://x/",
                "ht tp://x/",
                ":x",
                " http://x/",
                "http://x/ ",
                "http://x/\n",
                "http://x y/",
                "http://x/a b",
                "http:\\\\x\\",
                "http://x/\\",
                "http://x/%",
                "http://x/%2",
                "http://x/%zz",
                "http://x/{y}",
                "http://x/?a[]=1",
                "http://x/|",
                "http://x/\"",
                "http://x/#a#b",
                "http://ex\u{e4}mple.org/",
                "http://x/\u{e4}",
                "http://x:/",
                "http://x:65536/",
                "http://x:080808/",
                "http://x:-1/",
                "http://:80/",
                "http://@/",
                "http://a@",
                "http://a@b@c/",
                "http://a..b/",
                "http://.a/",
                "http://a../",
                "http://a%41/",
                "http://a,b/",
                "http://1/",
                "http://1.2.3/",
                "http://1.2.3.4./",
                "http://1.2.3.256/",
                "http://01.2.3.4/",
                "http://0x7f.0.0.1/",
                "http://0x7f000001/",
                "http://a.0x/",
                "http://[::1/",
                "http://::1/",
                "http://[::1]x/",
                "http://[1.2.3.4]/",
                "http://[fe80::1%25eth0]/",
                "http://[v1.x]/",
                "http://xn--a/",
                "http://a.XN--a/",
                "file:x",
                "file:/x",
                "file://server/share",
                "file://h:80/",
                "file://u@h/",
                "file://c|/",
                "foo://@/",
                "foo://:1/",
                "foo://[::1/",
                "javascript:alert(\"1\")",
            ],
        );
    }

    #[test]
    fn international_names_need_tables() {
        assert_eq!(TextFormat::Url.holds("https://xn--mnchen-3ya.de/"), cfg!(feature = "url2"));
    }
}
