//! Why a program does not start: one line each, for the one who can mend it.

use std::fmt;

use converse_model::Problems;
use converse_net::{BindError, TlsError};
use converse_store::StoreError;

use crate::ConfigError;

/// Why a program does not start.
#[derive(Debug)]
pub enum StartError {
    /// A flag, a variable or a line of `converse.toml` cannot be used.
    Config(ConfigError),
    /// Something is wrong with the classes, their handlers or what these need.
    Classes(Problems),
    /// An address cannot be listened on.
    Bind(BindError),
    /// The certificate or its key cannot be used.
    Tls(TlsError),
    /// The database cannot be opened, or its tables are not those of the classes.
    Store(StoreError),
    /// A start hook failed.
    Hook(converse_dispatch::Error),
    /// The program was compiled to end at the first panic.
    PanicAborts,
    /// The system gives no threads or timers.
    Runtime(std::io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Config(error) => error.fmt(f),
            StartError::Classes(problems) => problems.fmt(f),
            StartError::Bind(error) => {
                let form = if error.what.starts_with("unix") { "PATH" } else { "HOST:PORT" };
                let (flag, variable) = (error.what.replace('_', "-"), error.what.to_uppercase());
                write!(f, "{error} (--{flag} {form}, or CONVERSE_{variable})")
            }
            StartError::Tls(error) => error.fmt(f),
            StartError::Store(StoreError::Refused(plan)) => f.write_str(plan),
            StartError::Store(error) => error.fmt(f),
            StartError::Hook(error) => write!(f, "a start hook failed: {error}"),
            StartError::PanicAborts => f.write_str(
                "this program is compiled with panic = \"abort\", so one panicking handler would end it for everybody; remove that line from the profile in Cargo.toml",
            ),
            StartError::Runtime(error) => write!(f, "the system gives no threads or timers: {error}"),
        }
    }
}

impl std::error::Error for StartError {}
