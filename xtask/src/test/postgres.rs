//! PostgreSQL, on which the tests of tables run as they do on SQLite: Debian's, where there is none.

use std::path::Path;
use std::process::Command;

use crate::debian;
use crate::process::{ask, cargo};
use crate::{Failure, House};

/// What Debian 12 has.
const PACKAGE: &str = "postgresql-15";

/// The variable that names a server of somebody's own.
const VARIABLE: &str = "CONVERSE_TEST_POSTGRES";

const REMEDY: &str = "install PostgreSQL's server by hand, as root: `apt-get install postgresql-15`; or name a database in \
                      which schemas may come and go: CONVERSE_TEST_POSTGRES=postgres://…";

/// A command of cargo's beside a private server, which ends with it.
pub(super) fn beside(house: &House, arguments: &[&str]) -> Result<Command, Failure> {
    provide()?;
    let mut command = cargo(house, &["run", "--quiet", "--package", "cluster", "--", "cargo"]);
    command.args(arguments);
    Ok(command)
}

/// Installs the server if there is none.
fn provide() -> Result<(), Failure> {
    if is_there() {
        return Ok(());
    }
    debian::install(PACKAGE, REMEDY)?;
    if is_there() { Ok(()) } else { Err(Failure::new("PostgreSQL's programs are not where Debian has them", REMEDY)) }
}

fn is_there() -> bool {
    let of_debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let is_named = std::env::var_os(VARIABLE).is_some_and(|url| !url.is_empty());
    is_named
        || ask(Command::new("initdb").arg("--version")).is_some()
        || of_debian.into_iter().any(|version| Path::new(&version.path()).join("bin/initdb").is_file())
}
