//! What the program logs, to standard error: for people, or a line of JSON for each event.
//!
//! Whatever a text holds, it stays on its line and says no more than it is: what clients send may be in it.

mod json;
mod pretty;
mod text;

use std::io::{IsTerminal, Write};

use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

use json::Json;
use pretty::Pretty;

/// What lines of the log look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// A JSON object a line, for programs.
    Json,
}

/// Sets up the log, unless the program has one already.
pub(crate) fn init(filter: &str, format: LogFormat) {
    // Where there is a log already, that one stays.
    let _set_up = format.listen(filter, std::io::stderr().is_terminal(), std::io::stderr);
}

impl LogFormat {
    /// Sets up the log of the whole program as `converse::main()` does, to another place: for a program with a `main` of
    /// its own, and for tests. The filter is that of the setting `log`. False where there is a log already.
    pub fn listen<W: Write>(self, filter: &str, colours: bool, to: impl Fn() -> W + Send + Sync + 'static) -> bool {
        let log = fmt().with_env_filter(EnvFilter::new(filter)).with_writer(to);
        let set_up = match self {
            LogFormat::Pretty => {
                log.fmt_fields(Pretty { colours: false }).event_format(Pretty { colours }).finish().try_init()
            }
            LogFormat::Json => log.fmt_fields(Json).event_format(Json).finish().try_init(),
        };
        set_up.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::fmt;

    use super::{Json, Pretty};

    #[derive(Clone, Default)]
    struct Said(Arc<Mutex<Vec<u8>>>);

    impl Write for Said {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// What an attacker would like to see in a log.
    const EVIL: &str = "a\r\n2026-01-01 ERROR forged \u{1b}[31m \u{202e}\u{2028}\u{200b}\"b\"\\";

    fn say() {
        let long = "é".repeat(1_000_000);
        let span = tracing::info_span!("message", class = "Ping", id = EVIL);
        let _in = span.enter();
        tracing::warn!(evil = EVIL, shown = %EVIL, long, number = 7, yes = true, "{EVIL} {}", "y".repeat(10_000));
    }

    fn pretty() -> String {
        let said = Said::default();
        let to = said.clone();
        let log = fmt().with_writer(move || to.clone()).fmt_fields(Pretty { colours: false });
        tracing::subscriber::with_default(log.event_format(Pretty { colours: false }).finish(), say);
        String::from_utf8(said.0.lock().unwrap().clone()).unwrap()
    }

    fn json() -> String {
        let said = Said::default();
        let to = said.clone();
        let log = fmt().with_writer(move || to.clone()).fmt_fields(Json).event_format(Json).finish();
        tracing::subscriber::with_default(log, say);
        String::from_utf8(said.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_line_stays_a_line_and_short() {
        for line in [pretty(), json()] {
            assert_eq!(line.lines().count(), 1, "{line}");
            assert!(line.len() < 6_000, "{}", line.len());
            for bad in ['\r', '\u{1b}', '\u{202e}', '\u{2028}', '\u{200b}'] {
                assert!(!line.contains(bad), "{bad:?} in {line}");
            }
        }
    }

    #[test]
    fn for_people() {
        let line = pretty();
        assert!(line.contains(" WARN converse_app::log::tests: "), "{line}");
        assert!(line.contains("number=7") && line.contains("yes=true") && line.contains("class=Ping"), "{line}");
        assert!(line.contains("a\\r\\n2026-01-01 ERROR forged \\u{1b}[31m \\u{202e}\\u{2028}\\u{200b}"), "{line}");
    }

    #[test]
    fn for_programs() {
        let line = json();
        assert!(line.starts_with("{\"time\":\"2") && line.ends_with("}\n"), "{line}");
        assert!(
            line.contains("\"level\":\"WARN\",\"target\":\"converse_app::log::tests\",\"message\":\"a\\r\\n"),
            "{line}"
        );
        assert!(
            line.contains(",\"number\":7,\"yes\":true,") && line.contains("\"span\":{\"class\":\"Ping\","),
            "{line}"
        );
        let limits = converse_wire::Limits::DEFAULT;
        let mut reader = converse_wire::json::Reader::new(line.as_bytes(), &limits).ok().unwrap();
        assert!(converse_wire::Pull::skip(&mut reader).is_ok() && reader.end().is_ok(), "it is JSON: {line}");
    }
}
