//! The heads of requests that are plain, and of their responses.

use std::cell::{Cell, RefCell};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use httparse::{EMPTY_HEADER, Header, Status};
use hyper::header::{CONNECTION, HeaderMap, HeaderName, HeaderValue};
use hyper::http::response::Parts;
use hyper::{Method, Request, StatusCode, Uri};

use super::framing::number;

/// A head of more fields than this is not plain.
const FIELDS: usize = 32;

/// How a date is written (RFC 9110, section 5.6.7).
pub(super) type Date = [u8; 29];

/// What stands at the begin of what came.
pub(super) enum Heard<T> {
    /// A plain request, whole.
    Plain(T),
    /// Part of a request that may become one: of its body, or of its head.
    Part {
        /// Whether the head is whole.
        body: bool,
    },
    /// Anything else: a request that is not plain, or no request.
    Other,
}

/// A plain request.
pub(super) struct Plainly<'b> {
    pub(super) request: Request<()>,
    pub(super) body: &'b [u8],
    /// Of the head and the body.
    pub(super) length: usize,
}

/// Reads the request that stands first. `largest` is how long a body may be whose rest is waited for.
pub(super) fn hear(input: &[u8], largest: usize) -> Heard<Plainly<'_>> {
    if input.is_empty() {
        return Heard::Part { body: false };
    }
    let mut fields = [EMPTY_HEADER; FIELDS];
    let mut head = httparse::Request::new(&mut fields);
    let end = match head.parse(input) {
        Ok(Status::Complete(end)) => end,
        Ok(Status::Partial) => return Heard::Part { body: false },
        Err(_) => return Heard::Other,
    };
    let (Some("POST"), Some(path), Some(1)) = (head.method, head.path, head.version) else { return Heard::Other };
    let Some(body) = length(head.headers).filter(|_| path.starts_with('/')) else { return Heard::Other };
    let Some(length) = end.checked_add(body) else { return Heard::Other };
    let Some(body) = input.get(end..length) else {
        return if body > largest { Heard::Other } else { Heard::Part { body: true } };
    };
    match request(input.get(..end).unwrap_or_default(), path, head.headers) {
        Some(request) => Heard::Plain(Plainly { request, body, length }),
        None => Heard::Other,
    }
}

/// The length of the body, if nothing but one length says where it ends, and nothing asks for more than an answer.
fn length(fields: &[Header<'_>]) -> Option<usize> {
    let mut length = None;
    for Header { name, value } in fields {
        // Nearly every field is known by how long its name is.
        match name.len() {
            6 if name.eq_ignore_ascii_case("expect") => return None,
            7 if name.eq_ignore_ascii_case("upgrade") => return None,
            10 if name.eq_ignore_ascii_case("connection") && !value.eq_ignore_ascii_case(b"keep-alive") => return None,
            14 if name.eq_ignore_ascii_case("content-length") => {
                if length.is_some() {
                    return None;
                }
                length = Some(usize::try_from(number(value, 10)?).ok()?);
            }
            17 if name.eq_ignore_ascii_case("transfer-encoding") => return None,
            _ => {}
        }
    }
    length
}

thread_local! {
    /// The fields of the request before, without them: so that the next one's take no memory anew.
    static SPARE: Cell<HeaderMap> = Cell::default();
    /// The date, and the second since 1970 that it is of.
    static DATE: RefCell<(u64, Date)> = const { RefCell::new((u64::MAX, [b' '; 29])) };
}

/// The head as whoever answers it wants it, if it can be had so: as from hyper.
fn request(head: &[u8], path: &str, fields: &[Header<'_>]) -> Option<Request<()>> {
    let whole = Bytes::copy_from_slice(head);
    let shared = |part: &[u8]| {
        let from = part.as_ptr().addr().checked_sub(head.as_ptr().addr())?;
        whole.get(from..from.checked_add(part.len())?).map(|part| whole.slice_ref(part))
    };
    let mut headers = SPARE.take();
    for Header { name, value } in fields {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        headers.append(name, HeaderValue::from_maybe_shared(shared(value)?).ok()?);
    }
    let mut request = Request::new(());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = Uri::from_maybe_shared(shared(path.as_bytes())?).ok()?;
    *request.headers_mut() = headers;
    Some(request)
}

/// Gives a request back that was answered.
pub(super) fn give(request: Request<()>) {
    let mut headers = request.into_parts().0.headers;
    headers.clear();
    SPARE.set(headers);
}

/// Whether a response says that it is the last of its connection.
pub(super) fn closes(response: &Parts) -> bool {
    response.headers.get(CONNECTION).is_some_and(|value| value == "close")
}

/// Writes a response as hyper does.
pub(super) fn write(out: &mut Vec<u8>, response: &Parts, body: &[u8], last: bool, date: &Date) {
    out.extend_from_slice(b"HTTP/1.1 ");
    if response.status == StatusCode::OK {
        out.extend_from_slice(b"200 OK\r\n");
    } else {
        let reason = response.status.canonical_reason().unwrap_or("<none>");
        line(out, response.status.as_str().as_bytes(), b" ", reason.as_bytes());
    }
    for (name, value) in &response.headers {
        line(out, name.as_str().as_bytes(), b": ", value.as_bytes());
    }
    if last && !response.headers.contains_key(CONNECTION) {
        line(out, b"connection", b": ", b"close");
    }
    if response.status != StatusCode::NO_CONTENT {
        line(out, b"content-length", b": ", itoa::Buffer::new().format(body.len()).as_bytes());
    }
    line(out, b"date", b": ", date);
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(body);
}

fn line(out: &mut Vec<u8>, name: &[u8], between: &[u8], value: &[u8]) {
    for part in [name, between, value, b"\r\n"] {
        out.extend_from_slice(part);
    }
}

/// Now, as a date; written anew once a second.
pub(super) fn date() -> Date {
    let now = SystemTime::now();
    let second = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    DATE.with_borrow_mut(|(of, date)| {
        if *of != second {
            let text = httpdate::fmt_http_date(now);
            if let Ok(text) = text.as_bytes().try_into() {
                (*of, *date) = (second, text);
            }
        }
        *date
    })
}

#[cfg(test)]
mod tests {
    use super::{Heard, hear};

    const POST: &str = "POST /A HTTP/1.1\r\nhost: a\r\n";

    fn heard(request: &str) -> &'static str {
        match hear(request.as_bytes(), 100) {
            Heard::Plain(plain) => {
                assert_eq!(plain.length, request.len());
                "plain"
            }
            Heard::Part { body: true } => "part of a body",
            Heard::Part { body: false } => "part of a head",
            Heard::Other => "other",
        }
    }

    #[test]
    fn what_is_plain_is_so_whole() {
        for fields in ["content-length: 3\r\n", "CONTENT-LENGTH:\t3 \r\nx: y\r\nConnection: Keep-Alive\r\n"] {
            let request = format!("{POST}{fields}\r\nabc");
            assert_eq!(heard(&request), "plain");
            for cut in 0..request.len() {
                let part = if cut < request.len() - 3 { "part of a head" } else { "part of a body" };
                assert_eq!(heard(&request[..cut]), part, "{cut}");
            }
        }
    }

    #[test]
    fn what_could_be_taken_in_two_ways_is_not_plain() {
        for fields in [
            "",
            "content-length: 3\r\ncontent-length: 3\r\n",
            "content-length: +3\r\n",
            "content-length: 3, 3\r\n",
            "content-length: 18446744073709551615\r\n",
            "content-length: 101\r\n",
            "content-length: 3\r\ntransfer-encoding: chunked\r\n",
            "content-length: 3\r\nTransfer-Encoding: identity\r\n",
            "content-length: 3\r\nexpect: 100-continue\r\n",
            "content-length: 3\r\nupgrade: h2c\r\n",
            "content-length: 3\r\nconnection: close\r\n",
            "content-length: 3\r\nconnection: keep-alive, upgrade\r\n",
            "content-length : 3\r\n",
            "content-length: 3\r\nx: a\0\r\n",
        ] {
            assert_eq!(heard(&format!("{POST}{fields}\r\nabc")), "other", "{fields:?}");
        }
        for line in
            ["GET /A HTTP/1.1", "POST /A HTTP/1.0", "POST * HTTP/1.1", "POST http://a/ HTTP/1.1", "PRI * HTTP/2.0"]
        {
            assert_eq!(heard(&format!("{line}\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc")), "other", "{line}");
        }
        let many = "x: y\r\n".repeat(40);
        assert_eq!(heard(&format!("{POST}{many}content-length: 3\r\n\r\nabc")), "other");
    }
}
