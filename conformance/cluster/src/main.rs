//! Runs a command beside a private server, whose URL it finds in `CONVERSE_TEST_POSTGRES`:
//! `cargo run -p cluster -- cargo test`. Where the variable names a database already, that is left as it is.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        eprintln!("error: name a command: `cargo run -p cluster -- cargo test`");
        return ExitCode::FAILURE;
    };
    let ended = with_server(|url| Command::new(&program).args(arguments).env(cluster::VARIABLE, url).status());
    match ended {
        Ok(Ok(status)) if status.success() => ExitCode::SUCCESS,
        Ok(Ok(status)) => {
            eprintln!("error: {} ended with {status}", program.display());
            ExitCode::FAILURE
        }
        Ok(Err(error)) => {
            eprintln!("error: {} cannot be started: {error}", program.display());
            ExitCode::FAILURE
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(unix)]
fn with_server<T>(go_on: impl FnOnce(&str) -> T) -> Result<T, String> {
    match std::env::var(cluster::VARIABLE) {
        Ok(url) if !url.is_empty() => Ok(go_on(&url)),
        _ => {
            let server = cluster::private(cluster::Sync::Memory)?;
            Ok(go_on(&server.url()))
        }
    }
}

#[cfg(not(unix))]
fn with_server<T>(go_on: impl FnOnce(&str) -> T) -> Result<T, String> {
    Ok(go_on(&cluster::url()?))
}
