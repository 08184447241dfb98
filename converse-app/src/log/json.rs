//! A JSON object a line: `time`, `level`, `target`, `message`, the fields, and those of the spans in `span`.

use std::fmt::{self, Write as _};

use converse_wire::json::write_str;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::text::{FIELD, MESSAGE, cut, is_plain};

/// For programs.
pub(super) struct Json;

impl<S, N> FormatEvent<S, N> for Json
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut to: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut time = String::new();
        SystemTime.format_time(&mut Writer::new(&mut time))?;
        let meta = event.metadata();
        write!(
            to,
            "{{\"time\":{},\"level\":\"{}\",\"target\":{}",
            text(&time, FIELD),
            meta.level(),
            text(meta.target(), FIELD)
        )?;
        let mut members = Members { to: &mut to, result: Ok(()) };
        event.record(&mut members);
        members.result?;
        let mut inner = String::new();
        for span in context.event_scope().into_iter().flatten() {
            if let Some(fields) = span.extensions().get::<FormattedFields<N>>() {
                inner.push_str(fields);
            }
        }
        if let Some(inner) = inner.strip_prefix(',') {
            write!(to, ",\"span\":{{{inner}}}")?;
        }
        writeln!(to, "}}")
    }
}

/// The fields of a span, as members with a comma before each.
impl<'w> FormatFields<'w> for Json {
    fn format_fields<R: RecordFields>(&self, mut to: Writer<'w>, fields: R) -> fmt::Result {
        let mut members = Members { to: &mut to, result: Ok(()) };
        fields.record(&mut members);
        members.result
    }
}

/// A text as JSON writes it, as far as it is shown.
fn text(value: &str, most: usize) -> String {
    let (shown, more) = cut(value, most);
    let mut written = Vec::with_capacity(shown.len() + 8);
    if more {
        write_str(&mut written, &format!("{shown}…"));
    } else {
        write_str(&mut written, shown);
    }
    let written = String::from_utf8(written).unwrap_or_default();
    if written.chars().all(is_plain) {
        return written;
    }
    // What JSON lets stand, a terminal may not.
    let mut plain = String::with_capacity(written.len() + 16);
    for character in written.chars() {
        if is_plain(character) {
            plain.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a text cannot fail.
                let _ = write!(plain, "\\u{unit:04x}");
            }
        }
    }
    plain
}

struct Members<'m, 'w> {
    to: &'m mut Writer<'w>,
    result: fmt::Result,
}

impl Members<'_, '_> {
    fn put(&mut self, field: &Field, value: &str) {
        if self.result.is_ok() {
            self.result = write!(self.to, ",{}:{value}", text(field.name(), FIELD));
        }
    }
}

impl Visit for Members<'_, '_> {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, &value.to_string());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, &value.to_string());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, &value.to_string());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let most = if field.name() == "message" { MESSAGE } else { FIELD };
        self.put(field, &text(value, most));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
