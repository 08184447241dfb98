//! The step `deny`: what may enter the dependency graph; `deny.toml` says what.

use std::process::Stdio;
use std::time::Duration;

use super::Outcome;
use crate::process::{ask, cargo, run, run_within, twice};
use crate::{Failure, House};

/// The release of cargo-deny that is installed where there is none.
const VERSION: &str = "0.20.2";

/// How long the advisory database may take to arrive.
const FETCH_LIMIT: Duration = Duration::from_secs(20);

pub(super) fn check(house: &House) -> Result<Outcome, Failure> {
    install(house)?;
    run(
        &mut cargo(house, &["deny", "check", "licenses", "bans", "sources"]),
        "choose another dependency, or add an exception with its reason to deny.toml",
    )?;
    advisories(house)?;
    Ok(Outcome::Passed)
}

fn install(house: &House) -> Result<(), Failure> {
    if ask(&mut cargo(house, &["deny", "--version"])).is_some() {
        return Ok(());
    }
    println!("      cargo-deny is not installed; building {VERSION} takes some minutes, once");
    twice(|| {
        run(
            &mut cargo(house, &["install", "cargo-deny", "--locked", "--version", VERSION]),
            "install cargo-deny by hand, or leave the step out with `--skip deny`",
        )
    })
}

/// Known vulnerabilities, where their database can be had: a machine without a way to it can
/// still run everything else.
fn advisories(house: &House) -> Result<(), Failure> {
    let mut fetch = cargo(house, &["deny", "--log-level", "off", "fetch", "db"]);
    fetch.stdout(Stdio::null()).stderr(Stdio::null());
    if run_within(&mut fetch, FETCH_LIMIT, "").is_err() {
        println!("      advisories: not checked, their database cannot be reached from here");
        return Ok(());
    }
    run(
        &mut cargo(house, &["deny", "--offline", "check", "advisories"]),
        "update the crate, or list the advisory in deny.toml with why it does no harm here",
    )
}
