//! `POST /Class`: every case that can be sent as a bare body has the same outcome there, in HTTP's own
//! words: the bare reply, 204 for nothing, a problem (RFC 9457) for a fault.

use serde_json::Value;

use crate::case::Case;
use crate::known::Known;
use crate::reply::masked;
use crate::running::Running;
use crate::wire::http::{Http, Response};
use crate::wire::{Carrier, Received};

#[tokio::test(flavor = "multi_thread")]
async fn every_case_as_a_bare_body() {
    let running = Running::start().await;
    let mut http = Http::connect(&running).await;
    let mut handle = Carrier::Handle.connect(&running).await;
    let (mut checks, mut failures) = (0, Vec::new());
    for case in Case::all() {
        let Some((class, body)) = bare(&case.input) else { continue };
        handle.send(&case.input).await;
        let Received::Reply(reply, _) = handle.receive().await else { unreachable!("a function returns") };
        if case.expected(Carrier::Handle).is_none_or(|expected| expected.check(&reply).is_err()) {
            // What is wrong with the envelope is told by the cases themselves.
            continue;
        }
        checks += 1;
        http.post(&format!("/{class}"), &["content-type: application/json"], body.as_bytes()).await;
        let response = http.response().await.unwrap();
        if let Err(what) = same(&reply, &response, case.status) {
            failures.push((format!("{} bare", case.name), what));
        }
    }
    println!("{checks} cases as bare bodies");
    assert!(checks >= 40, "most cases can be sent as bare bodies");
    Known::load().judge(&failures, |name| name.ends_with(" bare"));
    running.stop().await;
}

/// The class and the body of an envelope that holds nothing else, and no string body.
fn bare(input: &[u8]) -> Option<(&str, &str)> {
    let text = std::str::from_utf8(input).ok()?;
    let (class, rest) = text.strip_prefix("{\"")?.split_once("\":")?;
    let body = rest.strip_suffix('}')?;
    let named = class.starts_with(|first: char| first.is_ascii_alphabetic())
        && class.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    // What follows the body must not be taken for a part of it; how long a message may be is told
    // of whole requests.
    let whole = serde_json::from_str::<Value>(body).is_ok() && body.len() < 1 << 19;
    (named && whole && !body.trim_start().starts_with('"')).then_some((class, body))
}

/// Whether a bare response says the same as an envelope.
fn same(reply: &str, response: &Response, status: u16) -> Result<(), String> {
    let expect = |what: &str, wanted: &Value, got: &Value| {
        if wanted == got {
            Ok(())
        } else {
            Err(format!("{what}: expected {wanted}\n        got {got}, in {response:?}"))
        }
    };
    let reply: Value = serde_json::from_str(&masked(reply)).unwrap();
    let (class, wanted) = reply.as_object().unwrap().iter().next_back().unwrap();
    if class == "Done" {
        expect("status", &204.into(), &response.status.into())?;
        return expect("body", &"".into(), &response.body.as_str().into());
    }
    expect("status", &status.into(), &response.status.into())?;
    let got: Value = serde_json::from_str(&masked(&response.body)).map_err(|error| format!("{error}: {response:?}"))?;
    if class != "Fault" {
        expect("content-type", &"application/json".into(), &response.header("content-type").into())?;
        expect("converse-class", &class.as_str().into(), &response.header("converse-class").into())?;
        return expect("body", wanted, &got);
    }
    expect("content-type", &"application/problem+json".into(), &response.header("content-type").into())?;
    for name in ["code", "errors", "more", "retryable", "executed", "retry_after_ms"] {
        expect(name, &wanted[name], &got[name])?;
    }
    expect("detail", &without_place(&wanted["message"]), &without_place(&got["detail"]))?;
    expect("status of the problem", &status.into(), &got["status"])?;
    for name in ["type", "title"] {
        expect(name, &true.into(), &got[name].is_string().into())?;
    }
    let seconds = wanted["retry_after_ms"].as_u64().map_or(String::new(), |ms| ms.div_ceil(1000).to_string());
    expect("retry-after", &seconds.as_str().into(), &response.header("retry-after").into())
}

/// The sentence without the line and column, which the envelope moves.
fn without_place(sentence: &Value) -> Value {
    sentence.as_str().map_or(Value::Null, |text| text.split("line ").next().unwrap_or_default().into())
}
