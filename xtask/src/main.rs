//! What the README's commands call. The map, from a word on the command line to where it is done:
//!
//! | command | module | leaves behind |
//! |---|---|---|
//! | `setup` | [`setup`] | the tools that the other commands need, from Debian's, npm's and rustup's packages |
//! | `build` | [`build`] | `target/{debug,release}/vanguard-server`, `pems-simulator`, and the assets in `target/site` |
//! | `run` | [`run`] | a whole system on this machine, its data in `.vanguard` |
//! | `test` | [`test`] | the last line `N passed, N failed` |
//! | `bench` | [`bench`] | the table of measurements |
//! | `prepare` | [`queries`] | `.sqlx`, what the checked queries are compiled against |
//! | `pg` | [`pg`] | a private PostgreSQL while it runs |
//!
//! Each command calls the parts of `setup` it needs by itself, so that a clone and one command are enough.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program: printing is its job")]

mod bench;
mod build;
mod hex;
mod interrupt;
mod pg;
mod playwright;
mod postgres;
mod process;
mod queries;
mod report;
mod run;
mod setup;
mod shell;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Set up, build, run, test and measure PFA Vanguard")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Install what the other commands need; quick when nothing is missing
    Setup,
    /// Build the server, the simulator, the wasm and the assets
    Build(build::Options),
    /// Start PostgreSQL, the PEMS simulator and the server with demonstration users
    Run(run::Options),
    /// Lints, unit, integration and browser tests; ends with `N passed, N failed`
    Test(test::Options),
    /// Measure the targets on a release build and print the table
    Bench(bench::Options),
    /// Regenerate `.sqlx` after a query or a migration changed
    Prepare,
    /// Keep a private PostgreSQL running and print its `DATABASE_URL`
    Pg(pg::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = interrupt::listen().and_then(|()| match arguments.command {
        Command::Setup => setup::everything(),
        Command::Build(options) => build::command(&options),
        Command::Run(options) => run::command(&options),
        Command::Test(options) => test::command(&options),
        Command::Bench(options) => bench::command(&options),
        Command::Prepare => queries::prepare(),
        Command::Pg(options) => pg::command(&options),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if interrupt::received() => {
            eprintln!("stopped");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
