//! The opening handshake from the server's side (RFC 6455, section 4.2).

use converse_dispatch::{Fault, FaultKind, Formats, SharedFormat};
use hyper::Version;
use hyper::header::{
    CONNECTION, HeaderMap, HeaderName, HeaderValue, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use tungstenite::handshake::derive_accept_key;

/// The one version of the protocol.
pub(crate) const VERSION: &str = "13";

/// The value of `Sec-WebSocket-Accept` for a `GET` request that asks for an upgrade.
///
/// A browser lets any page open a WebSocket and sends the user's cookies with it: whether its `Origin`
/// may is for the caller to check.
pub(crate) fn accept(version: Version, headers: &HeaderMap) -> Result<HeaderValue, Fault> {
    if let Some(value) = only(headers, &SEC_WEBSOCKET_VERSION)?
        && value != VERSION
    {
        return Err(upgrade_required("this server speaks WebSocket version 13 only"));
    }
    if !has_token(headers, &UPGRADE, "websocket")? {
        return Err(upgrade_required("this path speaks WebSocket; connect with ws:// or wss://"));
    }
    if version != Version::HTTP_11 {
        return Err(malformed("a WebSocket begins with a request of HTTP/1.1"));
    }
    if !has_token(headers, &CONNECTION, "upgrade")? {
        return Err(malformed("the header `Connection: upgrade` is missing"));
    }
    if only(headers, &SEC_WEBSOCKET_VERSION)?.is_none() {
        return Err(malformed("the header `Sec-WebSocket-Version: 13` is missing"));
    }
    for value in headers.get_all(SEC_WEBSOCKET_PROTOCOL) {
        text(value, &SEC_WEBSOCKET_PROTOCOL)?;
    }
    let key = only(headers, &SEC_WEBSOCKET_KEY)?.unwrap_or_default();
    if !is_key(key) {
        return Err(malformed("`Sec-WebSocket-Key` must be 16 bytes in base64, once"));
    }
    HeaderValue::from_str(&derive_accept_key(key.as_bytes())).map_err(|_| malformed("the key cannot be answered"))
}

/// The format of the first subprotocol that the client offers and the server speaks (RFC 6455, section
/// 4.2.2); none where the client offers none that is known, and then the messages are JSON.
pub(crate) fn protocol<'f>(headers: &HeaderMap, formats: &'f Formats) -> Option<&'f SharedFormat> {
    let offers = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    offers.flat_map(|offers| offers.split(',')).find_map(|offer| {
        // The answer repeats the offer, so its letters must be the same.
        formats.by_name(offer.trim()).filter(|format| format.name() == offer.trim())
    })
}

/// The header's value, if it stands once or not at all.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Fault> {
    let mut values = headers.get_all(name).iter();
    let first = values.next().map(|value| text(value, name)).transpose()?;
    if values.next().is_some() {
        return Err(malformed(&format!("the header `{name}` stands more than once")));
    }
    Ok(first.map(str::trim))
}

fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> Result<bool, Fault> {
    for value in headers.get_all(name) {
        if text(value, name)?.split(',').any(|part| part.trim().eq_ignore_ascii_case(token)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn text<'h>(value: &'h HeaderValue, name: &HeaderName) -> Result<&'h str, Fault> {
    value.to_str().map_err(|_| malformed(&format!("the header `{name}` holds more than printable ASCII")))
}

/// 16 bytes in base64 are 22 characters and two signs of padding.
fn is_key(key: &str) -> bool {
    let digits = key.strip_suffix("==").unwrap_or_default();
    let digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    digits.len() == 22 && digits.bytes().all(digit)
}

fn malformed(text: &str) -> Fault {
    Fault::of(FaultKind::BAD_REQUEST, text)
}

fn upgrade_required(text: &str) -> Fault {
    Fault::of(FaultKind::UPGRADE_REQUIRED, text)
}

#[cfg(test)]
mod tests {
    use hyper::Version;
    use hyper::header::{HeaderMap, HeaderName, HeaderValue};

    use converse_dispatch::Formats;

    use super::{accept, protocol};

    fn status(changes: &[(&str, &[u8])]) -> u16 {
        let mut headers = HeaderMap::new();
        let usual = [
            ("host", "example.com"),
            ("upgrade", "WebSocket"),
            ("connection", "keep-alive, Upgrade"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        for (name, value) in usual {
            headers.insert(name, HeaderValue::from_static(value));
        }
        for (name, value) in changes {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.remove(&name);
            if !value.is_empty() {
                headers.insert(name, HeaderValue::from_bytes(value).unwrap());
            }
        }
        match accept(Version::HTTP_11, &headers) {
            // RFC 6455, section 1.3, has this answer to this key.
            Ok(answer) => {
                assert_eq!(answer, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
                101
            }
            Err(fault) => fault.status,
        }
    }

    #[test]
    fn a_good_request_is_answered() {
        assert_eq!(status(&[]), 101);
    }

    #[test]
    fn another_version_is_told_the_right_one() {
        assert_eq!(status(&[("sec-websocket-version", b"8")]), 426);
        assert_eq!(status(&[("upgrade", b"")]), 426);
        assert_eq!(status(&[("upgrade", b"h2c")]), 426);
    }

    #[test]
    fn what_is_malformed_is_refused_without_a_panic() {
        assert_eq!(status(&[("sec-websocket-version", b"")]), 400);
        assert_eq!(status(&[("connection", b"keep-alive")]), 400);
        assert_eq!(status(&[("sec-websocket-key", b"")]), 400);
        assert_eq!(status(&[("sec-websocket-key", b"short==")]), 400);
        assert_eq!(status(&[("sec-websocket-key", b"\xff\xfe")]), 400);
        assert_eq!(status(&[("sec-websocket-protocol", b"j\xe4son")]), 400);
    }

    #[test]
    fn the_first_known_offer_is_taken() {
        let chosen = |offers: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for offer in offers {
                headers.append("sec-websocket-protocol", HeaderValue::from_static(offer));
            }
            protocol(&headers, &Formats::default()).map(|format| format.name())
        };
        assert_eq!(chosen(&[]), None);
        assert_eq!(chosen(&["json"]), Some("json"));
        assert_eq!(chosen(&["graphql-ws, cbor , json"]), Some("cbor"));
        assert_eq!(chosen(&["soap", "msgpack"]), Some("msgpack"));
        assert_eq!(chosen(&["MsgPack, soap, "]), None);
    }
}
