//! The responses, each in one place.

use bytes::Bytes;
use converse_dispatch::{Fault, Peer, Sent};
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER, SEC_WEBSOCKET_VERSION, SET_COOKIE, UPGRADE,
};
use hyper::header::{HeaderName, HeaderValue, WWW_AUTHENTICATE};
use hyper::{Response, StatusCode};

use super::route::Misrouted;
use super::{Body, problem};
use crate::websocket::handshake;

/// Names the class of a bare body in a response.
const CLASS: HeaderName = HeaderName::from_static("converse-class");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");
const BEARER: HeaderValue = HeaderValue::from_static("Bearer");
const METRICS: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// An envelope of this media type, whose status is its fault's if it holds one.
pub(super) fn envelope(sent: &Sent, kind: &'static str, body: impl Into<Bytes>) -> Response<Body> {
    let mut response = with(status(sent.status()), media(kind), body);
    if let Some(fault) = &sent.fault {
        beside(&mut response, fault);
    }
    response
}

/// A bare body of this media type, nothing, or a problem.
pub(super) fn bare(sent: &Sent, kind: &'static str, body: impl Into<Bytes>) -> Response<Body> {
    if let Some(fault) = &sent.fault {
        return problem(fault);
    }
    if &*sent.class == "Done" {
        return empty(StatusCode::NO_CONTENT);
    }
    let mut response = with(StatusCode::OK, media(kind), body);
    if let Ok(class) = HeaderValue::from_str(&sent.class) {
        response.headers_mut().insert(CLASS, class);
    }
    response
}

/// A fault as a problem.
pub(super) fn problem(fault: &Fault) -> Response<Body> {
    let mut response = with(status(fault.status), PROBLEM, problem::problem(fault));
    beside(&mut response, fault);
    response
}

/// Lets the response set the cookies that its handler asked for, unless it is a fault; only over TLS again if it
/// goes over TLS.
pub(super) fn cookies(response: &mut Response<Body>, peer: &Peer, secure: bool) {
    let cookies = peer.take_cookies();
    if response.status().is_success() {
        for cookie in cookies {
            let end = if secure { "; Secure" } else { "" };
            if let Ok(mut value) = HeaderValue::from_str(&format!("{}{end}", cookie.expose())) {
                value.set_sensitive(true);
                response.headers_mut().append(SET_COOKIE, value);
            }
        }
    }
}

/// The same response as the last of its connection: what comes behind it cannot be trusted to be a request.
pub(super) fn last(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A whole response, as bytes, to whoever cannot be taken; the connection ends with it.
pub(crate) fn refusal(fault: &Fault) -> Vec<u8> {
    let body = problem::problem(fault);
    let status = status(fault.status);
    let reason = status.canonical_reason().unwrap_or("Error");
    let seconds = fault.retry_after_ms.unwrap_or_default().div_ceil(1000);
    let head = format!(
        "HTTP/1.1 {} {reason}\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\n\
         retry-after: {seconds}\r\nconnection: close\r\n\r\n",
        status.as_u16(),
        body.len(),
    );
    [head.as_bytes(), &body].concat()
}

/// A request for what does not exist; with `Allow` if only the method was wrong (RFC 9110, section 15.5.6).
pub(super) fn misrouted(misrouted: &Misrouted) -> Response<Body> {
    let mut response = problem(&misrouted.fault);
    if let Some(allow) = misrouted.allow {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
    }
    response
}

/// A refused handshake. A client of another version learns the right one (RFC 6455, section 4.4); with
/// any other the connection ends, as what comes behind may be meant for WebSocket.
pub(super) fn no_upgrade(fault: &Fault) -> Response<Body> {
    let mut response = problem(fault);
    if response.status() != StatusCode::UPGRADE_REQUIRED {
        return last(response);
    }
    let headers = response.headers_mut();
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static(handshake::VERSION));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    response
}

/// A short text about the server's health, which no cache may keep.
pub(super) fn text(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = with(status, TEXT, text);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What was counted, which no cache may keep.
pub(super) fn metrics(text: String) -> Response<Body> {
    let mut response = with(StatusCode::OK, METRICS, text);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A status without a body.
pub(super) fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = status;
    response
}

fn with(status: StatusCode, kind: HeaderValue, body: impl Into<Bytes>) -> Response<Body> {
    let mut response = Response::new(Body::from(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// A media type as a header; one that cannot be one is some bytes.
fn media(kind: &'static str) -> HeaderValue {
    HeaderValue::from_maybe_shared(Bytes::from_static(kind.as_bytes())).unwrap_or(BYTES)
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// What HTTP says of a fault in its headers.
fn beside(response: &mut Response<Body>, fault: &Fault) {
    retry_after(response, fault);
    // RFC 9110, section 15.5.2.
    if response.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, BEARER);
    }
}

/// RFC 9110, section 10.2.3: whole seconds, so that nobody comes back too early.
fn retry_after(response: &mut Response<Body>, fault: &Fault) {
    if let Some(milliseconds) = fault.retry_after_ms {
        let seconds = HeaderValue::from(milliseconds.div_ceil(1000));
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
}

#[cfg(test)]
mod tests {
    use converse_dispatch::{Fault, FaultKind, Peer, Sent};
    use hyper::StatusCode;

    use super::{bare, cookies, empty, envelope};

    const JSON: &str = "application/json";

    fn sent(class: &'static str, fault: Option<Fault>) -> Sent {
        Sent { class: class.into(), fault: fault.map(Box::new) }
    }

    #[test]
    fn a_bare_reply_names_its_class() {
        let response = bare(&sent("SignInResponse", None), JSON, b"{}".to_vec());
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers().get("converse-class").unwrap(), "SignInResponse");
        let response = bare(&sent("Done", None), JSON, Vec::new());
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert!(response.headers().get("content-type").is_none());
    }

    #[test]
    fn who_is_not_known_is_told_how_to_be() {
        let fault = Fault::of(FaultKind::UNAUTHENTICATED, "who?");
        let response = envelope(&sent("Fault", Some(fault)), JSON, Vec::new());
        assert_eq!(response.headers().get("www-authenticate").unwrap(), "Bearer");
    }

    #[test]
    fn cookies_go_with_what_succeeds() {
        let set = |status, secure| {
            let peer = Peer::new("http", None);
            peer.set_cookie("a=1");
            peer.set_cookie("b=1\r\nx: y");
            let mut response = empty(status);
            cookies(&mut response, &peer, secure);
            let values = response.headers().get_all("set-cookie").iter();
            values.map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(set(StatusCode::OK, false), ["a=1"]);
        assert_eq!(set(StatusCode::OK, true), ["a=1; Secure"]);
        assert!(set(StatusCode::FORBIDDEN, false).is_empty());
    }

    #[test]
    fn a_retry_is_told_in_whole_seconds() {
        let fault = Fault::of(FaultKind::OVERLOADED, "later").with_retry_after_ms(1001);
        for response in [
            bare(&sent("Fault", Some(fault.clone())), JSON, Vec::new()),
            envelope(&sent("Fault", Some(fault)), JSON, Vec::new()),
        ] {
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(response.headers().get("retry-after").unwrap(), "2");
        }
    }
}
