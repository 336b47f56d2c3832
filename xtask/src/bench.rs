//! `cargo xtask bench`: the targets of the product, measured on a release build and a PostgreSQL that waits for its disk.
//!
//! The measurements themselves are the server's benchmark `vanguard` and, for what people wait for in the browser,
//! `end2end/bench`; this starts what they need and tells them where that is.

use anyhow::Result;

use crate::{
    build::{self, Profile},
    playwright::Programs,
    postgres::{Durability, throwaway},
    report, shell, workspace,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Handed on to the benchmark program
    #[arg(trailing_var_arg = true)]
    arguments: Vec<String>,
}

pub(crate) fn command(options: &Options) -> Result<()> {
    let programs = build::server(Profile::Release)?;
    let sizes = build::front()?;
    let browser = Programs::with(programs.clone())?;
    let postgres = throwaway(Durability::Full)?;
    report::step("Measuring");
    let mut cargo = shell::cargo();
    cargo.args(["bench", "--quiet", "--package", "vanguard-server", "--package", "pems-simulator"]);
    cargo.args(["--bench", "vanguard", "--"]).args(&options.arguments);
    cargo.env("DATABASE_URL", postgres.cluster.url());
    cargo.env("VANGUARD_SERVER_BIN", &programs.server).env("PEMS_SIMULATOR_BIN", &programs.simulator);
    cargo.env("VANGUARD_SITE", workspace::site());
    let (gzip, brotli) = sizes.first_page();
    cargo.env("VANGUARD_WASM_GZIP_BYTES", gzip.to_string());
    cargo.env("VANGUARD_WASM_BROTLI_BYTES", brotli.to_string());
    let measured = shell::run(&mut cargo);
    report::step("Measuring in the browser");
    let seen = shell::run(browser.test(&postgres.cluster).args(["--config", "bench.config.ts"]));
    sizes.print();
    measured.and(seen)
}
