//! `ExportTraceServiceRequest` as JSON: ids in hexadecimal, 64-bit numbers as texts (OTLP, section JSON Protobuf
//! Encoding).

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use converse_dispatch::Recorded;
use converse_wire::json::write_str;

/// A span of a server.
const SERVER: u8 = 2;
/// What it came to.
const ERROR: u8 = 2;

/// The body of one request.
pub(super) fn traces(service: &str, messages: &[Recorded]) -> Vec<u8> {
    let mut out = Vec::with_capacity(400 * messages.len() + 200);
    out.extend_from_slice(b"{\"resourceSpans\":[{\"resource\":{\"attributes\":[");
    text(&mut out, "service.name", service);
    out.extend_from_slice(b"]},\"scopeSpans\":[{\"scope\":{\"name\":\"converse\"},\"spans\":[");
    for (index, message) in messages.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        span(&mut out, message);
    }
    out.extend_from_slice(b"]}]}]}");
    out
}

fn span(out: &mut Vec<u8>, message: &Recorded) {
    let Recorded { trace, parent, class, transport, begun, took, code, status } = message;
    let (start, end) = (nanos(*begun), nanos(*begun).saturating_add(took.as_nanos()));
    put(out, format_args!("{{\"traceId\":\"{:032x}\",\"spanId\":\"{:016x}\",", trace.trace_id(), trace.span_id()));
    if let Some(parent) = parent {
        put(out, format_args!("\"parentSpanId\":\"{parent:016x}\","));
    }
    out.extend_from_slice(b"\"name\":");
    write_str(out, class);
    put(out, format_args!(",\"kind\":{SERVER},\"startTimeUnixNano\":\"{start}\",\"endTimeUnixNano\":\"{end}\""));
    out.extend_from_slice(b",\"attributes\":[");
    text(out, "rpc.system", "converse");
    out.push(b',');
    text(out, "converse.transport", transport);
    out.push(b',');
    text(out, "converse.code", code);
    out.push(b']');
    // What a client did wrong is no error of the server's.
    if *status >= 500 {
        put(out, format_args!(",\"status\":{{\"code\":{ERROR},\"message\":"));
        write_str(out, code);
        out.push(b'}');
    }
    out.push(b'}');
}

fn text(out: &mut Vec<u8>, key: &str, value: &str) {
    put(out, format_args!("{{\"key\":\"{key}\",\"value\":{{\"stringValue\":"));
    write_str(out, value);
    out.extend_from_slice(b"}}");
}

fn put(out: &mut Vec<u8>, what: std::fmt::Arguments<'_>) {
    // Writing to memory cannot fail.
    let _ = out.write_fmt(what);
}

/// Nanoseconds since 1970.
fn nanos(time: SystemTime) -> u128 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos()
}
