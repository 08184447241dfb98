//! Lines for people: time, level, target, message, fields, and those of the span.

use std::fmt;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::text::{FIELD, MESSAGE, cut, is_plain};

/// For people; with colours on a terminal.
pub(super) struct Pretty {
    pub(super) colours: bool,
}

impl<S, N> FormatEvent<S, N> for Pretty
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut to: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        SystemTime.format_time(&mut to)?;
        let meta = event.metadata();
        match (self.colours, colour(*meta.level())) {
            (true, colour) => write!(to, " \u{1b}[{colour}m{:>5}\u{1b}[0m", meta.level())?,
            (false, _) => write!(to, " {:>5}", meta.level())?,
        }
        write!(to, " {}:", meta.target())?;
        let mut line = Line { to: &mut to, result: Ok(()) };
        event.record(&mut line);
        line.result?;
        for span in context.event_scope().into_iter().flatten() {
            if let Some(fields) = span.extensions().get::<FormattedFields<N>>() {
                write!(to, "{fields}")?;
            }
        }
        writeln!(to)
    }
}

impl<'w> FormatFields<'w> for Pretty {
    fn format_fields<R: RecordFields>(&self, mut to: Writer<'w>, fields: R) -> fmt::Result {
        let mut line = Line { to: &mut to, result: Ok(()) };
        fields.record(&mut line);
        line.result
    }
}

fn colour(level: Level) -> u8 {
    match level {
        Level::ERROR => 31,
        Level::WARN => 33,
        Level::INFO => 32,
        Level::DEBUG => 34,
        Level::TRACE => 35,
    }
}

struct Line<'l, 'w> {
    to: &'l mut Writer<'w>,
    result: fmt::Result,
}

impl Line<'_, '_> {
    fn put(&mut self, field: &Field, value: &str) {
        if self.result.is_ok() {
            self.result = self.write(field.name(), value);
        }
    }

    fn write(&mut self, name: &str, value: &str) -> fmt::Result {
        let (most, label) = if name == "message" { (MESSAGE, "") } else { (FIELD, name) };
        let (shown, more) = cut(value, most);
        let equals = if label.is_empty() { "" } else { "=" };
        write!(self.to, " {label}{equals}")?;
        for character in shown.chars() {
            if is_plain(character) {
                self.to.write_char(character)?;
            } else {
                write!(self.to, "{}", character.escape_default())?;
            }
        }
        if more { self.to.write_char('…') } else { Ok(()) }
    }
}

impl Visit for Line<'_, '_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, &format!("{value:?}"));
    }
}
