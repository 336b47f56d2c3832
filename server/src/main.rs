//! The program: arguments → settings → start-up → shutdown.
#![recursion_limit = "512"]

mod commands;

use clap::Parser;

use commands::Arguments;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    commands::run(Arguments::parse()).await
}
