//! What is promised of HTTP alone: paths, methods, content types, lengths, the envelope's own answers.

use serde_json::Value;

use crate::running::Running;
use crate::wire::http::{Http, Response};

const JSON: &str = "content-type: application/json";

async fn post(running: &Running, path: &str, headers: &[&str], body: &str) -> Response {
    let mut http = Http::connect(running).await;
    http.post(path, headers, body.as_bytes()).await;
    http.response().await.unwrap()
}

async fn raw(running: &Running, request: &str) -> Response {
    let mut http = Http::connect(running).await;
    http.send_raw(request.as_bytes()).await;
    http.response().await.unwrap()
}

fn code(response: &Response) -> String {
    let body: Value = serde_json::from_str(&response.body).unwrap();
    let fault = body.get("Fault").unwrap_or(&body);
    fault["code"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_json_is_read() {
    let running = Running::start().await;
    for kind in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
    ] {
        let response = post(&running, "/", &[&format!("content-type: {kind}")], r#"{"Ping":{}}"#).await;
        assert_eq!((response.status, response.body.as_str()), (200, r#"{"Pong":{}}"#), "{kind}");
    }
    // What a form or a script of another site can send without asking first must not be read.
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/xml",
        "application/json; charset=latin1",
        "text/json",
    ] {
        for path in ["/", "/Ping"] {
            let response = post(&running, path, &[&format!("content-type: {kind}")], r#"{"Ping":{}}"#).await;
            assert_eq!((response.status, code(&response).as_str()), (415, "unsupported_media"), "{kind} {path}");
        }
    }
    let response = post(&running, "/", &[], r#"{"Ping":{}}"#).await;
    assert_eq!(response.status, 415, "a body without a type");
    assert_eq!(response.header("content-type"), "application/json", "an envelope is answered by one");
    let response = post(&running, "/Ping", &[], "{}").await;
    assert_eq!(response.header("content-type"), "application/problem+json", "a bare body by a problem");
    for encoding in ["gzip", "deflate", "br", "zstd"] {
        let response = post(&running, "/", &[JSON, &format!("content-encoding: {encoding}")], r#"{"Ping":{}}"#).await;
        assert_eq!((response.status, code(&response).as_str()), (415, "unsupported_media"), "{encoding}");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bare_bodies_have_bare_replies() {
    let running = Running::start().await;
    let response = post(&running, "/SignIn", &[JSON], r#"{"name":"josh","password":"basketball"}"#).await;
    assert_eq!((response.status, response.header("content-type")), (200, "application/json"));
    assert_eq!(response.header("converse-class"), "SignInResponse");
    assert_eq!(response.body, r#"{"success":true,"valid_user":true,"valid_password":true}"#);
    let response = post(&running, "/Forget", &[JSON], "{}").await;
    assert_eq!((response.status, response.body.as_str()), (204, ""), "nothing is returned");
    let response = post(&running, "/Choose", &[JSON], r#"{"round":true}"#).await;
    assert_eq!((response.header("converse-class"), response.body.as_str()), ("Circle", r#"{"radius":1.0}"#));
    let response = post(&running, "/Lenient", &[JSON], r#"{"a":"x"}"#).await;
    assert_eq!((response.status, response.header("content-type")), (422, "application/problem+json"));
    let problem: Value = serde_json::from_str(&response.body).unwrap();
    assert_eq!((problem["status"].as_u64(), problem["code"].as_str()), (Some(422), Some("validation")));
    assert_eq!(problem["errors"][0]["pointer"], "/a");
    for (path, body, status, wanted) in [
        ("/Nope", "{}", 404, "unknown_class"),
        ("/SignInResponse", "{}", 404, "not_respondable"),
        ("/Lenient", "", 400, "bad_json"),
        ("/Lenient", "{", 400, "bad_json"),
        ("/Lenient", r#"{"a":1}{"a":1}"#, 400, "bad_json"),
        ("/Lenient", r#"{"a":1,"a":1}"#, 400, "bad_json"),
        ("/Lenient", r#"{"a":1,"b":"\u0000"}"#, 400, "bad_string"),
        // A bare body is never a string body, nor an envelope.
        ("/Lenient", r#""{\"a\":1}""#, 422, "validation"),
        ("/Strict", r#"{"Strict":{"a":1}}"#, 422, "validation"),
        ("/Fail", r#"{"how":"taken"}"#, 409, "name_taken"),
        ("/Fail", r#"{"how":"never"}"#, 504, "timeout"),
        ("/PanicNow", "{}", 500, "internal"),
    ] {
        let response = post(&running, path, &[JSON], body).await;
        assert_eq!((response.status, code(&response).as_str()), (status, wanted), "{path} {body}");
        assert_eq!(response.header("content-type"), "application/problem+json", "{path} {body}");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_and_methods() {
    let running = Running::start().await;
    for (line, status, allow) in [
        ("GET / HTTP/1.1", 405, "POST"),
        ("PUT / HTTP/1.1", 405, "POST"),
        ("DELETE /SignIn HTTP/1.1", 405, "POST"),
        ("OPTIONS / HTTP/1.1", 405, "POST"),
        ("POST /ws HTTP/1.1", 405, "GET"),
        ("GET /a/b HTTP/1.1", 404, ""),
        ("POST /%53ignIn HTTP/1.1", 404, ""),
        ("POST /SignIn/ HTTP/1.1", 404, ""),
    ] {
        let response = raw(&running, &format!("{line}\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n")).await;
        assert_eq!((response.status, response.header("allow")), (status, allow), "{line}");
        assert_eq!(response.header("access-control-allow-origin"), "", "no other site is let in: {line}");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_has_one_host() {
    let running = Running::start().await;
    for (hosts, status) in [
        ("", 400),
        ("host: localhost\r\nhost: b\r\n", 400),
        ("host: localhost\r\nhost: localhost\r\n", 400),
        ("host: localhost\r\n", 200),
        ("host: 127.0.0.1:80\r\n", 200),
        ("host: rebound.example\r\n", 421),
    ] {
        let request = format!("POST / HTTP/1.1\r\n{hosts}{JSON}\r\ncontent-length: 11\r\n\r\n{{\"Ping\":{{}}}}");
        assert_eq!(raw(&running, &request).await.status, status, "{hosts:?}");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_unknown_length_is_limited_too() {
    let running = Running::start().await;
    let chunked = |body: &str| {
        let size = body.len();
        format!(
            "POST / HTTP/1.1\r\nhost: localhost\r\n{JSON}\r\ntransfer-encoding: chunked\r\n\r\n{size:x}\r\n{body}\r\n0\r\n\r\n"
        )
    };
    let response = raw(&running, &chunked(r#"{"Ping":{}}"#)).await;
    assert_eq!((response.status, response.body.as_str()), (200, r#"{"Pong":{}}"#));
    let large = format!(r#"{{"Ping":{{{}}}}}"#, " ".repeat(1 << 20));
    let response = raw(&running, &chunked(&large)).await;
    assert_eq!((response.status, code(&response).as_str()), (413, "too_large"));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_than_64_characters_of_the_input_come_back() {
    let running = Running::start().await;
    for letter in ["x", "\u{202e}", "\\n", "\\u001b", "\u{1F600}", "\\\\"] {
        let message = format!(r#"{{"{}":{{}}}}"#, letter.repeat(10_000));
        let response = post(&running, "/", &[JSON], &message).await;
        assert_eq!((response.status, code(&response).as_str()), (404, "unknown_class"));
        let body: Value = serde_json::from_str(&response.body).unwrap();
        let said = body["Fault"]["message"].as_str().unwrap();
        let quoted = said.split_once('"').map_or("", |(_, rest)| rest);
        assert!(quoted.chars().count() <= 66, "{} characters: {said}", quoted.chars().count());
        assert!(!said.contains(['\u{202e}', '\n', '\u{1b}']), "what steers a terminal is escaped: {said:?}");
    }
    running.stop().await;
}
