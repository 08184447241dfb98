//! `url` 2. It repairs what it is given, as browsers do; a text that needs repair is refused here.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::read_texts;
use crate::{Encode, Push};

read_texts! {
    Url: |text| Url::parse(text).ok().filter(|url| is_plain(url, text));
}

impl Encode for Url {
    /// As WHATWG writes it.
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        push.str(self.as_str());
    }
}

/// Whether a text that was read as this URL is a URI (RFC 3986), with its host in its plain form.
fn is_plain(url: &Url, text: &str) -> bool {
    let start = url.scheme().len() + 1;
    // The crate writes the scheme in lower case, and leaves out blanks before it.
    let Some((scheme, rest)) = text.split_at_checked(start) else { return false };
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (hierarchy, others) = rest.split_at(end);
    let (authority, path) = match hierarchy.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            (Some(authority), path)
        }
        None => (None, hierarchy),
    };
    scheme.strip_suffix(':') == Some(url.scheme())
        && is_escaped(path, b":@/")
        && others.splitn(2, '#').all(|part| is_escaped(part, b":@/?"))
        && authority.map_or(!url.is_special(), |authority| is_plain_authority(url, authority))
}

/// Whether there is nothing but what RFC 3986 (section 2) and the caller allow, and whole escapes.
fn is_escaped(text: &str, more: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(byte) || more.contains(byte);
    text.split('%').enumerate().all(|(at, part)| {
        let code = part.as_bytes().get(..2);
        part.as_bytes().iter().all(allowed)
            && (at == 0 || code.is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit)))
    })
}

fn is_plain_authority(url: &Url, authority: &str) -> bool {
    let (user, address) = authority.split_once('@').map_or((None, authority), |(user, rest)| (Some(user), rest));
    let (host, port) = match address.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (address, None),
    };
    let plain_host = if host.is_empty() {
        !(url.is_special() && url.scheme() != "file") && user.is_none() && port.is_none()
    } else if host.starts_with('[') {
        let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        inner.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
    } else if !url.is_special() {
        is_escaped(host, b"")
    } else if matches!(url.host(), Some(Host::Ipv4(_))) {
        host.parse::<Ipv4Addr>().is_ok()
    } else {
        is_plain_domain(host)
    };
    plain_host
        && user.is_none_or(|user| is_escaped(user, b":"))
        && port.is_none_or(|port| (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit()))
        && (url.scheme() != "file" || authority.is_empty())
}

/// Labels of letters, digits, `-` and `_`; the last must not look like a number to other parsers.
fn is_plain_domain(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(byte);
    let last = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    name.len() <= 253 && name.split('.').all(label) && !last.starts_with("0x")
}
