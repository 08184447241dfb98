//! What pages of other origins may do: the CORS protocol (Fetch Standard, section 3.2).
//!
//! Off unless `origins` names someone. A named origin is trusted as the host's own pages are: its
//! requests may carry the user's cookies, as they may over WebSocket. No origin is allowed by a `*`.

use hyper::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderMap, HeaderValue, ORIGIN, VARY,
};
use hyper::{Method, Response, StatusCode};

use super::access::Access;
use super::{Body, reply};
use crate::notices::Notices;

/// For how many seconds a browser need not ask again.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST");
const HEADERS: HeaderValue =
    HeaderValue::from_static("accept, authorization, content-type, idempotency-key, traceparent, x-api-key");
const EXPOSED: HeaderValue = HeaderValue::from_static("converse-class, retry-after");
const TRUE: HeaderValue = HeaderValue::from_static("true");
/// What the answer to a browser's question depends on.
const ASKED: HeaderValue =
    HeaderValue::from_static("origin, access-control-request-method, access-control-request-headers");

/// The answer, if the request is a browser's question whether a page may send another.
pub(super) fn preflight(
    access: &Access,
    method: &Method,
    headers: &HeaderMap,
    notices: &Notices,
) -> Option<Response<Body>> {
    let asks = || headers.contains_key(ORIGIN) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if *method != Method::OPTIONS || !asks() {
        return None;
    }
    if let Err(fault) = access.check_origin(headers, notices) {
        return Some(reply::problem(&fault));
    }
    let mut response = reply::empty(StatusCode::NO_CONTENT);
    let answer = response.headers_mut();
    answer.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    answer.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    answer.insert(VARY, ASKED);
    Some(response)
}

/// The `Origin` of a request whose page may read the reply.
pub(super) fn reader(access: &Access, headers: &HeaderMap) -> Option<HeaderValue> {
    if access.origins.is_empty() {
        return None;
    }
    let origin = headers.get(ORIGIN)?;
    access.names(origin.to_str().ok()?).then(|| origin.clone())
}

/// Lets the page read the reply; and where some page may, no cache may take one reply for another.
pub(super) fn allow<B>(access: &Access, reader: Option<HeaderValue>, response: &mut Response<B>) {
    if access.origins.is_empty() {
        return;
    }
    let headers = response.headers_mut();
    if !headers.contains_key(VARY) {
        headers.insert(VARY, HeaderValue::from_static("origin"));
    }
    if let Some(origin) = reader {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}
