//! The table of steps, and the steps that are one call to cargo.

use super::{Outcome, Step, autobahn, counts, deny, e2e, postgres};
use crate::process::{ask, cargo, run};
use crate::{Failure, House, tidy};

/// Every step of `cargo xtask test`, the quickest to fail first.
pub(crate) const STEPS: &[Step] = &[
    Step { name: "fmt", about: "the sources are formatted", run: fmt },
    Step { name: "clippy", about: "no lint fires", run: clippy },
    Step { name: "doc", about: "the documentation builds without a warning", run: doc },
    Step { name: "tidy", about: "the house rules hold", run: tidy_up },
    Step { name: "deny", about: "dependencies: licences, duplicates, origins", run: deny::check },
    Step {
        name: "test",
        about: "unit, integration, compile-fail and doc tests; a crate outside that adds formats",
        run: tests,
    },
    Step { name: "e2e", about: "the examples as servers, Python and Chromium as their clients", run: e2e::check },
    Step {
        name: "autobahn",
        about: "Autobahn's WebSocket suite, against the server and the client",
        run: autobahn::check,
    },
    Step { name: "yard", about: "the benchmarks compile", run: yard },
    Step { name: "counts", about: "instructions a message, within their limits", run: counts::check },
];

/// The variable by which the tests find the corpora of others.
const CORPORA: &str = "CONVERSE_CORPORA";

/// Where the corpora are looked for when the variable is not set.
const CORPORA_DEFAULT: &str = "../shared/corpora";

fn fmt(house: &House) -> Result<Outcome, Failure> {
    component(house, "fmt", "rustfmt")?;
    run(&mut cargo(house, &["fmt", "--all", "--check"]), "run `cargo fmt --all`")?;
    Ok(Outcome::Passed)
}

fn clippy(house: &House) -> Result<Outcome, Failure> {
    component(house, "clippy", "clippy")?;
    let mut command = cargo(house, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    run(&mut command, "do what the lint asks, or allow it there with a reason")?;
    Ok(Outcome::Passed)
}

fn doc(house: &House) -> Result<Outcome, Failure> {
    let mut command = cargo(house, &["doc", "--workspace", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    run(&mut command, "mend the doc comment that is named above")?;
    Ok(Outcome::Passed)
}

fn tidy_up(house: &House) -> Result<Outcome, Failure> {
    tidy::run(house, &[])?;
    Ok(Outcome::Passed)
}

fn tests(house: &House) -> Result<Outcome, Failure> {
    // All of it, also behind a test that fails: one run shows every failure.
    let mut command = postgres::beside(house, &["test", "--workspace", "--no-fail-fast"])?;
    let default = house.root.join(CORPORA_DEFAULT);
    if std::env::var_os(CORPORA).is_some() {
        println!("      corpora: as {CORPORA} says");
    } else if default.is_dir() {
        println!("      corpora: {CORPORA_DEFAULT}");
        command.env(CORPORA, default);
    } else {
        println!(
            "      corpora: none in {CORPORA_DEFAULT}, so their cases do not run; \
             set {CORPORA} to the folder that holds JSONTestSuite"
        );
    }
    run(&mut command, "mend the test that failed; `cargo test -p <crate> <name>` repeats it")?;
    outside(house)?;
    Ok(Outcome::Passed)
}

/// The manifest of the crate that adds formats as a user's crate does: a workspace of its own.
const OUTSIDE: &str = "conformance/outside-formats/Cargo.toml";

/// Formats and lints of that crate, which the workspace's own steps do not see, and its tests.
fn outside(house: &House) -> Result<(), Failure> {
    let remedy = "mend conformance/outside-formats, or what it shows of the seam of formats";
    run(&mut cargo(house, &["fmt", "--manifest-path", OUTSIDE, "--check"]), remedy)?;
    for arguments in [
        &["clippy", "--manifest-path", OUTSIDE, "--all-targets", "--", "-D", "warnings"][..],
        &["test", "--manifest-path", OUTSIDE, "--no-fail-fast"],
    ] {
        let mut command = cargo(house, arguments);
        if std::env::var_os("CARGO_TARGET_DIR").is_none() {
            // What is compiled already need not be compiled again.
            command.env("CARGO_TARGET_DIR", house.root.join("target"));
        }
        run(&mut command, remedy)?;
    }
    Ok(())
}

fn yard(house: &House) -> Result<Outcome, Failure> {
    if !house.root.join("yard").is_dir() {
        return Ok(Outcome::Skipped("there is no yard/"));
    }
    let mut command = cargo(house, &["check", "--manifest-path", "yard/Cargo.toml"]);
    run(&mut command, "mend the benchmark that no longer fits the crates")?;
    Ok(Outcome::Passed)
}

/// Fails when a part of the toolchain is missing, and names the command that adds it.
fn component(house: &House, subcommand: &str, component: &str) -> Result<(), Failure> {
    match ask(&mut cargo(house, &[subcommand, "--version"])) {
        Some(_) => Ok(()),
        None => Err(Failure::new(
            format!("`cargo {subcommand}` is not installed"),
            format!("run `rustup component add {component}`"),
        )),
    }
}
