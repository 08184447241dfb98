//! What a request shows to say who sends it.

use converse_dispatch::{Credentials, Fault, FaultKind, Trace};
use hyper::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName};

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const TRACE: HeaderName = HeaderName::from_static("traceparent");

const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The idempotency key of a request: a text of at most 128 printable characters, with or without the quotes that the
/// draft `draft-ietf-httpapi-idempotency-key-header` asks for.
///
/// # Errors
/// One that cannot be read is refused, and not passed over: its sender relies on it.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Fault> {
    let mut values = headers.get_all(&KEY).iter();
    let Some(first) = values.next() else { return Ok(None) };
    let text = first.to_str().ok().filter(|_| values.next().is_none());
    let bare = text.map(|text| text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text));
    match bare {
        Some(key) if (1..=128).contains(&key.len()) && !key.contains(['"', '\\']) => Ok(Some(key.to_owned())),
        _ => {
            let message = "the header Idempotency-Key is one text of 1 to 128 characters, without quotes within";
            Err(Fault::of(FaultKind::BAD_REQUEST, message))
        }
    }
}

/// Which trace a request is part of (W3C Trace Context, section 3.2).
pub(super) fn trace(headers: &HeaderMap) -> Option<Trace> {
    only(headers, &TRACE)?.parse().ok()
}

/// The bearer token, the API key and the cookies of a request. A header that stands twice, or is not
/// printable ASCII, shows nothing: nobody is to choose which of two is meant.
pub(super) fn credentials(headers: &HeaderMap) -> Credentials {
    let mut shown = Credentials::default();
    if let Some(token) = only(headers, &AUTHORIZATION).and_then(bearer) {
        shown = shown.with_bearer(token);
    }
    if let Some(key) = only(headers, &API_KEY) {
        shown = shown.with_api_key(key);
    }
    if let Some(cookies) = only(headers, &COOKIE) {
        shown = shown.with_cookies(cookies);
    }
    shown
}

fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}

/// The token of `Bearer …` (RFC 6750, section 2.1); the scheme in any case (RFC 9110, section 11.1).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start_matches(' '))
}

#[cfg(test)]
mod tests {
    use converse_dispatch::Credentials;
    use hyper::header::{HeaderMap, HeaderName, HeaderValue};

    use super::credentials;

    fn shown(headers: &[(&'static str, &'static str)]) -> Credentials {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        credentials(&map)
    }

    #[test]
    fn each_header_shows_its_own() {
        let all = shown(&[("authorization", "bearer  t"), ("x-api-key", "k"), ("cookie", "session=s")]);
        assert_eq!(all.bearer().unwrap().expose(), "t");
        assert_eq!(all.api_key().unwrap().expose(), "k");
        assert_eq!(all.cookie("session").unwrap().expose(), "s");
        assert!(shown(&[]).is_empty());
    }

    #[test]
    fn what_is_unclear_shows_nothing() {
        assert!(shown(&[("authorization", "Bearer a"), ("authorization", "Bearer b")]).is_empty());
        assert!(shown(&[("authorization", "Basic a")]).is_empty());
        assert!(shown(&[("authorization", "Bearer")]).is_empty());
        assert!(shown(&[("x-api-key", "a"), ("x-api-key", "b")]).is_empty());
    }
}
