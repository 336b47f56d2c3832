//! The simulator as a program: `serve`, and a thin client of the control interface for a person at a terminal.

mod cli;

use std::io::{self, IsTerminal};

use clap::Parser;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    if let Some(answer) = cli::run(cli::Cli::parse()).await? {
        #[expect(clippy::print_stdout, reason = "the answer to a command belongs on standard output")]
        {
            println!("{answer}");
        }
    }
    Ok(())
}
