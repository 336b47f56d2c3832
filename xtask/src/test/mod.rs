//! `cargo xtask test`: every check and every test, and one line at the end that says how many passed and failed.
//!
//! ```text
//! lints      format, clippy on the workspace, clippy on the app as the browser gets it, cargo deny where installed
//! queries    `.sqlx` is what the migrated database says
//! rust       unit, property and integration tests (nextest where installed), then the examples in docs
//! browser    Playwright: each worker starts a server, a simulator and a database of its own
//! ```
//!
//! Every part is run whatever became of the others, so that one run shows everything that is wrong. A part that could not
//! run counts as one failure, and so does one that found no tests although there should be some.

mod browser;
mod lints;
mod options;
mod output;
mod rust;
mod tally;

use std::env;

use anyhow::{Result, bail};

pub(crate) use options::Options;

use crate::{
    build::{self, Profile},
    interrupt,
    playwright::Programs,
    postgres::{self, Durability, Throwaway},
    queries, report,
};
use options::Part;
use tally::Tally;

pub(crate) fn command(options: &Options) -> Result<()> {
    let mut tally = Tally::default();
    let outcome = run_parts(options, &mut tally);
    if let Err(error) = outcome {
        interrupt::check()?;
        tally.could_not_run("the tests", &error);
    }
    tally.print();
    if tally.failed() > 0 {
        bail!("{} failed", tally.failed());
    }
    Ok(())
}

fn run_parts(options: &Options, tally: &mut Tally) -> Result<()> {
    if options.includes(Part::Lints) {
        lints::run(tally)?;
    }
    let mut postgres = None;
    if options.includes(Part::Queries) {
        let checked = started(&mut postgres).and_then(|postgres| queries::check(&postgres.cluster));
        tally.check("queries (.sqlx)", checked)?;
    }
    if options.includes(Part::Rust) {
        match started(&mut postgres) {
            Ok(postgres) => rust::run(options, postgres, tally)?,
            Err(error) => tally.could_not_run("the Rust tests", &error),
        }
    }
    if options.includes(Part::Browser) {
        let run = prepare_browser(options).and_then(|programs| {
            let postgres = started(&mut postgres)?;
            browser::run(options, &programs, &postgres.cluster)
        });
        interrupt::check()?;
        match run {
            Ok(counts) => tally.suite("browser tests", counts, options.filters.is_empty()),
            Err(error) => tally.could_not_run("the browser tests", &error),
        }
    }
    Ok(())
}

/// The browser tests use the same unoptimised server as the integration tests, to save CI a build.
fn prepare_browser(options: &Options) -> Result<Programs> {
    let server = if options.release {
        build::server(Profile::Release)?
    } else {
        // Tests that do not compile are no reason not to look at the pages.
        build::with_tests().or_else(|_| build::server(Profile::Debug))?
    };
    build::front()?;
    Programs::with(server)
}

/// The one PostgreSQL of the whole command, started when first needed.
fn started(postgres: &mut Option<Throwaway>) -> Result<&Throwaway> {
    if postgres.is_none() {
        *postgres = Some(postgres::throwaway(Durability::None)?);
    }
    let Some(started) = postgres else { bail!("PostgreSQL was not started") };
    Ok(started)
}

/// Whether colours are wanted: of programs whose output we read as well.
fn colour() -> &'static str {
    use std::io::IsTerminal;
    if std::io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none() { "always" } else { "never" }
}

/// A step of the tests begins.
fn step(what: &str) {
    report::step(format!("Test: {what}"));
}
