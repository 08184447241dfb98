//! PostgreSQL, on which the tests of tables run as they do on SQLite: Debian's, where there is none.

use std::process::Command;

use crate::debian::POSTGRES;
use crate::process::cargo;
use crate::{Failure, House};

/// The variable that names a server of somebody's own.
const VARIABLE: &str = "CONVERSE_TEST_POSTGRES";

/// A command of cargo's beside a private server, which ends with it.
pub(super) fn beside(house: &House, arguments: &[&str]) -> Result<Command, Failure> {
    if std::env::var_os(VARIABLE).is_none_or(|url| url.is_empty()) {
        let otherwise = format!("name a database in which schemas may come and go: {VARIABLE}=postgres://…");
        POSTGRES.provide(&otherwise)?;
    }
    let mut command = cargo(house, &["run", "--quiet", "--package", "cluster", "--", "cargo"]);
    command.args(arguments);
    Ok(command)
}
