//! Which path is what.

use converse_dispatch::{Fault, FaultKind};
use hyper::Method;

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route<'p> {
    /// An envelope.
    Envelope,
    /// The bare body of a message of this class.
    Class(&'p str),
    /// An upgrade to WebSocket.
    WebSocket,
    /// Whether the process lives.
    Live,
    /// Whether the server takes messages.
    Ready,
    /// What was counted.
    Metrics,
}

/// Why a request asks for nothing that exists.
#[derive(Debug)]
pub(super) struct Misrouted {
    /// What to answer.
    pub(super) fault: Fault,
    /// The methods that the path answers, if it exists.
    pub(super) allow: Option<&'static str>,
}

/// Names of the server's own paths come first: a class of such a name is reached by its envelope.
pub(super) fn route<'p>(method: &Method, path: &'p str) -> Result<Route<'p>, Misrouted> {
    let (route, allow) = match path {
        "/" => (Route::Envelope, "POST"),
        "/ws" => (Route::WebSocket, "GET"),
        "/livez" => (Route::Live, "GET, HEAD"),
        "/readyz" => (Route::Ready, "GET, HEAD"),
        "/metrics" if method != Method::POST => (Route::Metrics, "GET, HEAD"),
        _ => (Route::Class(class(path)?), "POST"),
    };
    if method.as_str() == allow || allow.split(", ").any(|allowed| method.as_str() == allowed) {
        return Ok(route);
    }
    let text = match path {
        "/" => "this path takes envelopes: POST {\"Class\": {…}} with content-type: application/json".to_owned(),
        _ => format!("this path answers {allow} only"),
    };
    Err(Misrouted { fault: Fault::of(FaultKind::METHOD_NOT_ALLOWED, text), allow: Some(allow) })
}

/// The path is nobody's.
pub(super) fn nowhere() -> Misrouted {
    let text = "nothing is at this path; there are POST / for envelopes, POST /{Class} for bare bodies, \
                GET /ws for WebSocket, GET /livez and GET /readyz";
    Misrouted { fault: Fault::of(FaultKind::NOT_FOUND, text), allow: None }
}

/// The path as the name of a class: letters, digits, `_`, and `.` between namespaces.
fn class(path: &str) -> Result<&str, Misrouted> {
    let name = path.strip_prefix('/').unwrap_or_default();
    let named = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.bytes().all(named) {
        return Ok(name);
    }
    Err(nowhere())
}

#[cfg(test)]
mod tests {
    use hyper::Method;

    use super::{Route, route};

    #[test]
    fn every_path_has_its_route() {
        assert_eq!(route(&Method::POST, "/").unwrap(), Route::Envelope);
        assert_eq!(route(&Method::POST, "/SignIn").unwrap(), Route::Class("SignIn"));
        assert_eq!(route(&Method::POST, "/billing.User").unwrap(), Route::Class("billing.User"));
        assert_eq!(route(&Method::GET, "/ws").unwrap(), Route::WebSocket);
        assert_eq!(route(&Method::HEAD, "/livez").unwrap(), Route::Live);
        assert_eq!(route(&Method::GET, "/readyz").unwrap(), Route::Ready);
        assert_eq!(route(&Method::GET, "/metrics").unwrap(), Route::Metrics);
        assert_eq!(route(&Method::POST, "/metrics").unwrap(), Route::Class("metrics"));
    }

    #[test]
    fn a_wrong_method_is_told_the_right_ones() {
        for (method, path, allow) in [
            (Method::GET, "/", "POST"),
            (Method::OPTIONS, "/SignIn", "POST"),
            (Method::POST, "/ws", "GET"),
            (Method::POST, "/livez", "GET, HEAD"),
        ] {
            let misrouted = route(&method, path).unwrap_err();
            assert_eq!((misrouted.fault.status, misrouted.allow), (405, Some(allow)));
        }
    }

    #[test]
    fn another_path_is_told_what_there_is() {
        for path in ["/a/b", "/Sign%49n", "/1", "/.git", "//", "/SignIn/", "*", ""] {
            let misrouted = route(&Method::POST, path).unwrap_err();
            assert_eq!(misrouted.fault.code, "not_found", "{path}");
            assert!(misrouted.fault.message.contains("POST /{Class}"));
        }
    }
}
