//! `cargo xtask bench`: the targets of the product, measured on a release build and a PostgreSQL that waits for its disk.
//!
//! The measurements themselves are the server's benchmark `vanguard`; this starts what it needs and tells it where that is.

use anyhow::Result;

use crate::{
    build::{self, Profile},
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
    let postgres = throwaway(Durability::Full)?;
    report::step("Measuring");
    let mut cargo = shell::cargo();
    cargo.args(["bench", "--quiet", "--package", "vanguard-server", "--package", "pems-simulator"]);
    cargo.args(["--bench", "vanguard", "--"]).args(&options.arguments);
    cargo.env("DATABASE_URL", postgres.cluster.url());
    cargo.env("VANGUARD_SERVER_BIN", &programs.server).env("PEMS_SIMULATOR_BIN", &programs.simulator);
    cargo.env("VANGUARD_SITE", workspace::site());
    cargo.env("VANGUARD_WASM_GZIP_BYTES", sizes.wasm_gzip().to_string());
    let measured = shell::run(&mut cargo);
    sizes.print();
    measured
}
