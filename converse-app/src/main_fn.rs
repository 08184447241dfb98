//! The program: configuration, start lines, serving, and the signals that end it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use converse_dispatch::{Dispatch, Responder};
use converse_model::Entry;
use converse_store::Durability;

use crate::config::{Asked, load, strangers};
use crate::stop_signals::StopSignals;
use crate::{App, Config, Serving, StartError, log, sample};

/// Serves every linked class until the program is told to stop.
///
/// Exits with 0 when it was told to stop and drained, 1 if it cannot start, 2 if its configuration
/// cannot be used. Errors are one line each, and say what to do.
pub fn main() -> ExitCode {
    run(App::linked())
}

pub(crate) fn run(app: App) -> ExitCode {
    let config = match load(std::env::args_os(), |name| std::env::var(name).ok()) {
        Ok(Asked::Run(config)) => *config,
        Ok(Asked::Tell(text)) => {
            say(&text);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            complain(&StartError::Config(error));
            return ExitCode::from(2);
        }
    };
    log::init(&config.log, config.log_format);
    for name in strangers(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok())) {
        tracing::warn!("{name} is no setting of this program; --help lists them");
    }
    match serve(app, config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn serve(app: App, config: Config) -> Result<(), StartError> {
    // Where one thread serves, there is nobody to share its work with.
    let mut builder = if config.threads == 1 {
        tokio::runtime::Builder::new_current_thread()
    } else {
        tokio::runtime::Builder::new_multi_thread()
    };
    if config.threads > 1 {
        builder.worker_threads(config.threads);
    }
    let runtime = builder.enable_all().build().map_err(StartError::Runtime)?;
    runtime.block_on(async {
        let engine = app.build_with(config)?;
        let dispatch = Arc::clone(&engine.dispatch);
        let serving = engine.serve().await?;
        // Whoever reads that it is ready may tell it to stop at once.
        let mut signals = StopSignals::listen();
        say(&start_lines(&dispatch, &serving));
        drop(dispatch);
        signals.next().await;
        say("stopping: no new messages; those in flight may finish\n");
        tokio::spawn(async move {
            signals.next().await;
            say("stopped at once\n");
            std::process::exit(130);
        });
        let cut_off = serving.stop().await;
        if cut_off > 0 {
            tracing::warn!(cut_off, "connections were cut off with messages in flight");
        }
        say("stopped\n");
        Ok(())
    })
}

/// What a person wants to know who has just started the program.
fn start_lines(dispatch: &Dispatch, serving: &Serving) -> String {
    let (registry, mut text) = (dispatch.registry(), String::new());
    let s = if serving.secure { "s" } else { "" };
    let mut line = |what: &str, value: String| {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{what:<10} {value}");
    };
    if let Some(address) = serving.http_address() {
        line("http", format!("http{s}://{address}"));
        line("websocket", format!("ws{s}://{address}/ws"));
    }
    if let Some(address) = serving.tcp_address() {
        let inside = if serving.secure { "JSON lines, inside TLS" } else { "JSON lines" };
        line("tcp", format!("{address} ({inside})"));
    }
    for (what, path) in &serving.unix {
        line("unix", format!("{} ({what})", path.display()));
    }
    if let Some(store) = &serving.store {
        let fast = match serving.durability {
            Durability::Full => "",
            Durability::Fast => " (durability = fast: the last seconds may be lost with the power)",
        };
        line("store", format!("{}{fast}", store.place()));
    }
    let counts: Vec<String> =
        registry.by_crate().iter().map(|(krate, count)| format!("{count} from {krate}")).collect();
    line("classes", if counts.is_empty() { "none".to_owned() } else { counts.join(", ") });
    let answered: Vec<_> = registry.classes().iter().filter(|class| class.slot::<Responder>().is_some()).collect();
    let names: Vec<&str> = answered.iter().map(|class| class.name()).collect();
    line(
        "answered",
        if names.is_empty() {
            "none: write #[respond] above the impl block with a message's `respond`".to_owned()
        } else {
            names.join(", ")
        },
    );
    let public = |class: &&&Arc<Entry>| !dispatch.authenticates() || class.is_public();
    line("open", who_may(dispatch, &answered));
    if let (Some(address), Some(class)) = (serving.http_address(), answered.iter().find(public)) {
        let message = format!("{{\"{}\":{}}}", class.name(), sample::body(class.shape())).replace('\'', "'\\''");
        line("try", format!("curl -s http{s}://{address} -H 'content-type: application/json' -d '{message}'"));
    }
    text.push_str("ready\n");
    text
}

/// Who may send what.
fn who_may(dispatch: &Dispatch, answered: &[&Arc<Entry>]) -> String {
    let named = |open: fn(&Entry) -> bool| {
        let classes = answered.iter().filter(|class| open(class));
        classes.map(|class| class.name()).collect::<Vec<_>>().join(", ")
    };
    let (public, restricted) = (named(Entry::is_public), named(|class| !class.allow().is_empty()));
    match (dispatch.authenticates(), public.is_empty(), restricted.is_empty()) {
        (true, true, _) => "to nobody but those whom an authenticator knows".to_owned(),
        (true, false, _) => format!("to everyone: {public}; the rest to those whom an authenticator knows"),
        (false, _, true) => "to everyone who can connect: no authenticator is set up".to_owned(),
        (false, _, false) => format!(
            "to everyone who can connect: no authenticator is set up; but {restricted} only to those whom a handler \
             signs in with the role"
        ),
    }
}

/// Prints to standard output; a reader that is gone is no reason to stop serving.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn complain(error: &StartError) {
    let mut out = std::io::stderr().lock();
    for line in error.to_string().lines() {
        let _ = writeln!(out, "error: {line}");
    }
}
