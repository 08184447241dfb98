//! What a body is said to be, and what the client takes: `Content-Type` (RFC 9110, section 8.3),
//! `Content-Encoding` (8.4) and `Accept` (12.5.1).

use std::sync::Arc;

use converse_dispatch::{Exchange, Fault, FaultKind, Formats, SharedFormat};
use hyper::HeaderMap;
use hyper::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE};

/// A format, and the media type by which the client calls it.
#[derive(Clone)]
pub(super) struct Media {
    pub(super) format: SharedFormat,
    pub(super) kind: &'static str,
}

/// What a request is in, and what its reply shall be in.
pub(super) struct Chosen {
    pub(super) exchange: Exchange,
    /// The media type of the reply.
    pub(super) kind: &'static str,
}

impl Chosen {
    /// What the reply shall be in.
    pub(super) fn reply(&self) -> Media {
        Media { format: Arc::clone(&self.exchange.reply), kind: self.kind }
    }
}

/// Why a request is not read, and what that can be told in.
pub(super) struct Refused {
    pub(super) fault: Fault,
    pub(super) told: Option<Media>,
}

/// Reads the headers.
///
/// That a body without a type is refused is what keeps other sites' forms away: a browser sends
/// `application/json`, and every other type that a format may have, to another origin only after
/// asking, and is never told yes.
pub(super) fn choose(headers: &HeaderMap, formats: &Formats) -> Result<Chosen, Box<Refused>> {
    let request = match request(headers, formats) {
        // Nearly every client that sends a format takes it.
        Ok(Media { format, kind }) if !headers.contains_key(ACCEPT) => {
            return Ok(Chosen { exchange: Exchange { request: Arc::clone(&format), reply: format }, kind });
        }
        request => request,
    };
    let preferred = request.as_ref().ok().cloned().or_else(|| first(formats));
    match (request, accepted(headers, formats, preferred.as_ref())) {
        (Ok(request), Some(reply)) => {
            Ok(Chosen { exchange: Exchange { request: request.format, reply: reply.format }, kind: reply.kind })
        }
        (Ok(request), None) => {
            let text = format!("no format that the client accepts is spoken here; accept {}", known(formats, "or"));
            Err(Box::new(Refused { fault: Fault::of(FaultKind::NOT_ACCEPTABLE, text), told: Some(request) }))
        }
        (Err(fault), reply) => Err(Box::new(Refused { fault, told: reply.or(preferred) })),
    }
}

fn first(formats: &Formats) -> Option<Media> {
    let format = formats.iter().next()?;
    Some(Media { format: Arc::clone(format), kind: format.media_types().first()? })
}

/// The format that a body is said to be in.
fn request(headers: &HeaderMap, formats: &Formats) -> Result<Media, Fault> {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let essence = types.next().and_then(|value| value.to_str().ok()).and_then(essence);
    let media = essence.and_then(|essence| formats.by_media_type(essence));
    let Some((format, kind)) = media.filter(|_| types.next().is_none()) else {
        let text =
            format!("send content-type: {}; curl needs -H 'content-type: application/json'", known(formats, "or"));
        return Err(Fault::of(FaultKind::UNSUPPORTED_MEDIA, text));
    };
    let plain = |value: &str| value.trim().eq_ignore_ascii_case("identity");
    let encodings = headers.get_all(CONTENT_ENCODING);
    if !encodings.iter().all(|value| value.to_str().is_ok_and(plain)) {
        let text = "a compressed body is not read; send it without content-encoding";
        return Err(Fault::of(FaultKind::UNSUPPORTED_MEDIA, text));
    }
    Ok(Media { format: Arc::clone(format), kind })
}

/// The first media type of every format, as a sentence has them.
fn known(formats: &Formats, last: &str) -> String {
    let kinds: Vec<&str> = formats.iter().filter_map(|format| format.media_types().first().copied()).collect();
    match kinds.split_last() {
        Some((end, [])) => (*end).to_owned(),
        Some((end, before)) => format!("{} {last} {end}", before.join(", ")),
        None => String::new(),
    }
}

/// The format that the client likes best; among equals the preferred one, then the first in the table.
fn accepted(headers: &HeaderMap, formats: &Formats, preferred: Option<&Media>) -> Option<Media> {
    let ranges = ranges(headers)?;
    // Nearly every client says nothing, or that it takes anything.
    if ranges.is_empty() || preferred.is_some_and(|preferred| weight(&ranges, preferred.kind) == 1000) {
        return preferred.cloned();
    }
    let mut best: Option<(u16, Media)> = None;
    let all = formats.iter().flat_map(|format| format.media_types().iter().map(move |kind| (format, *kind)));
    let preferred = preferred.map(|media| (&media.format, media.kind));
    for (format, kind) in preferred.into_iter().chain(all) {
        let weight = weight(&ranges, kind);
        if weight > best.as_ref().map_or(0, |(best, _)| *best) {
            best = Some((weight, Media { format: Arc::clone(format), kind }));
        }
    }
    best.map(|(_, media)| media)
}

/// The media ranges of `Accept` and their weights in thousandths; none at all accepts everything, and
/// what cannot be read accepts nothing.
fn ranges(headers: &HeaderMap) -> Option<Vec<(&str, u16)>> {
    let mut ranges = Vec::new();
    for value in headers.get_all(ACCEPT) {
        for range in value.to_str().ok()?.split(',').map(str::trim).filter(|range| !range.is_empty()) {
            let (range, parameters) = range.split_once(';').unwrap_or((range, ""));
            let weight = parameters
                .split(';')
                .filter_map(|parameter| parameter.split_once('='))
                .find_map(|(name, value)| name.trim().eq_ignore_ascii_case("q").then(|| thousandths(value.trim())));
            ranges.push((range.trim(), weight.unwrap_or(1000)));
        }
    }
    Some(ranges)
}

/// A weight (RFC 9110, section 12.4.2); one that is none counts as none.
fn thousandths(weight: &str) -> u16 {
    match weight.parse::<f32>() {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
        Ok(weight) if (0.0..=1.0).contains(&weight) => (weight * 1000.0).round() as u16,
        _ => 0,
    }
}

/// How much the client likes a media type: what the most specific of its ranges says.
fn weight(ranges: &[(&str, u16)], kind: &str) -> u16 {
    let group = kind.split_once('/').map_or("", |(group, _)| group);
    let specific = |range: &str| match range.split_once('/') {
        _ if range.eq_ignore_ascii_case(kind) => 3,
        Some((of, "*")) if of.eq_ignore_ascii_case(group) => 2,
        Some(("*", "*")) => 1,
        _ => 0,
    };
    let fitting = ranges.iter().filter(|(range, _)| specific(range) > 0);
    fitting.max_by_key(|(range, _)| specific(range)).map_or(0, |(_, weight)| *weight)
}

/// A content type without its parameters, of which a `charset` must be UTF-8, as RFC 8259 has it.
fn essence(value: &str) -> Option<&str> {
    let (essence, mut rest) = value.split_once(';').unwrap_or((value, ""));
    while !rest.trim().is_empty() {
        let (parameter, after) = parameter(rest)?;
        rest = after;
        let (name, value) = parameter.split_once('=').unwrap_or_default();
        let value = value.trim().trim_matches('"');
        if name.trim().eq_ignore_ascii_case("charset") && !value.eq_ignore_ascii_case("utf-8") {
            return None;
        }
    }
    Some(essence.trim())
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
    use converse_dispatch::Formats;
    use hyper::HeaderMap;
    use hyper::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};

    use super::choose;

    /// The names of both formats and the type of the reply, or the status of the refusal.
    fn chosen(kind: &str, accept: &[&str]) -> Result<(&'static str, &'static str, &'static str), u16> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_str(kind).unwrap());
        for range in accept {
            headers.append(ACCEPT, HeaderValue::from_str(range).unwrap());
        }
        match choose(&headers, &Formats::default()) {
            Ok(chosen) => Ok((chosen.exchange.request.name(), chosen.exchange.reply.name(), chosen.kind)),
            Err(refused) => Err(refused.fault.status),
        }
    }

    #[test]
    fn the_content_type_says_the_format() {
        let json = Ok(("json", "json", "application/json"));
        for value in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
            "application/json; profile=\"a;charset=latin1\"; charset=utf-8",
            "application/json;",
        ] {
            assert_eq!(chosen(value, &[]), json, "{value}");
        }
        for value in ["application/msgpack", "application/vnd.msgpack", "application/x-msgpack"] {
            assert_eq!(chosen(value, &[]), Ok(("msgpack", "msgpack", value)));
        }
        assert_eq!(chosen("application/CBOR", &["*/*"]), Ok(("cbor", "cbor", "application/cbor")));
    }

    #[test]
    fn any_other_type_is_refused() {
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
            "application/cbor-seq",
        ] {
            assert_eq!(chosen(value, &[]), Err(415), "{value}");
        }
    }

    #[test]
    fn the_client_says_what_it_takes() {
        let json = |accept: &[&str]| chosen("application/json", accept).map(|(_, _, kind)| kind);
        assert_eq!(json(&["application/cbor"]), Ok("application/cbor"));
        assert_eq!(json(&["application/x-msgpack"]), Ok("application/x-msgpack"));
        assert_eq!(json(&["application/json;q=0.5, application/cbor;q=0.9"]), Ok("application/cbor"));
        assert_eq!(json(&["application/json;q=0.5", "application/cbor;q=0.9"]), Ok("application/cbor"));
        assert_eq!(json(&["application/*"]), Ok("application/json"), "among equals that of the request");
        assert_eq!(json(&["text/html, */*;q=0.1"]), Ok("application/json"));
        assert_eq!(json(&["application/json;q=0, */*"]), Ok("application/msgpack"), "the specific one counts");
        assert_eq!(json(&["application/msgpack, */*;q=0.8"]), Ok("application/msgpack"));
        assert_eq!(json(&[""]), Ok("application/json"));
        for none in ["text/html", "application/json;q=0", "application/json;q=2", "json", "*/json"] {
            assert_eq!(json(&[none]), Err(406), "{none}");
        }
        let cbor = |accept: &str| chosen("application/cbor", &[accept]).map(|(_, _, kind)| kind);
        assert_eq!(cbor("application/json, application/cbor"), Ok("application/cbor"), "among equals the request's");
        assert_eq!(cbor("application/json"), Ok("application/json"));
    }

    #[test]
    fn headers_that_stand_twice_or_are_no_text_are_refused() {
        let status =
            |headers: &HeaderMap| choose(headers, &Formats::default()).err().map(|refused| refused.fault.status);
        let mut headers = HeaderMap::new();
        let refused = choose(&headers, &Formats::default()).err().unwrap();
        assert!(refused.fault.message.contains("curl needs"));
        assert!(refused.fault.message.contains("application/json, application/msgpack or application/cbor"));
        assert_eq!(refused.told.unwrap().kind, "application/json");
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        assert_eq!(status(&headers), None);
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("identity"));
        assert_eq!(status(&headers), None);
        headers.append(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        assert_eq!(status(&headers), Some(415));
        headers.remove(CONTENT_ENCODING);
        headers.append(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        assert_eq!(status(&headers), Some(415));
        headers.insert(CONTENT_TYPE, HeaderValue::from_bytes(b"application/\xff").unwrap());
        assert_eq!(status(&headers), Some(415));
    }
}
