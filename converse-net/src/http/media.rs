//! What a body is said to be: `Content-Type` (RFC 9110, section 8.3) and `Content-Encoding` (8.4).

use converse_dispatch::{Fault, FaultKind};
use hyper::HeaderMap;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE};

/// Refuses a body that is not said to be plain JSON.
///
/// That a body without a type is refused too is what keeps other sites' forms away: a browser sends
/// `application/json` to another origin only after asking, and is never told yes.
pub(super) fn check(headers: &HeaderMap) -> Result<(), Fault> {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let json = types.next().and_then(|value| value.to_str().ok()).is_some_and(is_json);
    if !json || types.next().is_some() {
        let text = "send content-type: application/json; curl needs -H 'content-type: application/json'";
        return Err(Fault::of(FaultKind::UNSUPPORTED_MEDIA, text));
    }
    let plain = |value: &str| value.trim().eq_ignore_ascii_case("identity");
    let encodings = headers.get_all(CONTENT_ENCODING);
    if !encodings.iter().all(|value| value.to_str().is_ok_and(plain)) {
        let text = "a compressed body is not read; send it without content-encoding";
        return Err(Fault::of(FaultKind::UNSUPPORTED_MEDIA, text));
    }
    Ok(())
}

/// `application/json`, with parameters; a `charset` must be UTF-8, as RFC 8259 has it.
fn is_json(value: &str) -> bool {
    let (essence, mut rest) = value.split_once(';').unwrap_or((value, ""));
    if !essence.trim().eq_ignore_ascii_case("application/json") {
        return false;
    }
    while !rest.trim().is_empty() {
        let Some((parameter, after)) = parameter(rest) else {
            return false;
        };
        rest = after;
        let (name, value) = parameter.split_once('=').unwrap_or_default();
        let value = value.trim().trim_matches('"');
        if name.trim().eq_ignore_ascii_case("charset") && !value.eq_ignore_ascii_case("utf-8") {
            return false;
        }
    }
    true
}

/// The first of several parameters, and what follows its `;`. A quoted value may hold one.
fn parameter(text: &str) -> Option<(&str, &str)> {
    let (mut quoted, mut escaped) = (false, false);
    let end = text.bytes().position(|byte| {
        let ends = byte == b';' && !quoted;
        quoted ^= byte == b'"' && !escaped;
        escaped = quoted && byte == b'\\' && !escaped;
        ends
    });
    if quoted {
        return None;
    }
    end.map_or(Some((text, "")), |at| Some((text.get(..at)?, text.get(at + 1..)?)))
}

#[cfg(test)]
mod tests {
    use hyper::HeaderMap;
    use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};

    use super::{check, is_json};

    #[test]
    fn json_is_json() {
        for value in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
            "application/json; profile=\"a;charset=latin1\"; charset=utf-8",
            "application/json;",
        ] {
            assert!(is_json(value), "{value}");
        }
    }

    #[test]
    fn anything_else_is_not() {
        for value in [
            "",
            "text/plain",
            "application/jsonp",
            "application/x-www-form-urlencoded",
            "text/plain; application/json",
            "application/json; charset=latin1",
            "application/json; charset=\"utf-8",
            "application/json; a=b; charset=utf-16",
            "application/json, text/plain",
        ] {
            assert!(!is_json(value), "{value}");
        }
    }

    #[test]
    fn headers_decide() {
        let mut headers = HeaderMap::new();
        assert!(check(&headers).unwrap_err().message.contains("curl needs"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        check(&headers).unwrap();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("identity"));
        check(&headers).unwrap();
        headers.append(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        assert_eq!(check(&headers).unwrap_err().status, 415);
        headers.remove(CONTENT_ENCODING);
        headers.append(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        assert_eq!(check(&headers).unwrap_err().status, 415);
        headers.insert(CONTENT_TYPE, HeaderValue::from_bytes(b"application/\xff").unwrap());
        assert_eq!(check(&headers).unwrap_err().status, 415);
    }
}
