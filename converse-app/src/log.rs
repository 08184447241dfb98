//! What the program logs, to standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

/// Sets up the log, unless the program has one already.
pub(crate) fn init(filter: &str) {
    let filter = EnvFilter::new(filter);
    // An error here means that the program set up a log of its own: that one stays.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .finish()
        .try_init();
}
