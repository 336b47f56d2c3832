//! The command line of `run`.

use std::env;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The server's port
    #[arg(long, default_value_t = 3000)]
    pub(crate) port: u16,
    /// The simulator's port
    #[arg(long, default_value_t = 4010)]
    pub(crate) pems_port: u16,
    /// The port of the simulator's control interface
    #[arg(long, default_value_t = 4011)]
    pub(crate) pems_control_port: u16,
    /// How many records PEMS holds at first
    #[arg(long, default_value_t = 10_000)]
    pub(crate) records: u32,
    /// How slowly PEMS answers: `off` or `realistic`
    #[arg(long, default_value = "realistic")]
    pub(crate) latency: String,
    /// Begin with empty data
    #[arg(long)]
    pub(crate) fresh: bool,
    /// A server built without optimisation: compiles sooner, runs slower
    #[arg(long)]
    pub(crate) debug: bool,
}

/// Of the demonstration users.
pub(super) fn password() -> String {
    env::var("DEMO_PASSWORD").unwrap_or_else(|_| "vanguard-demo".to_owned())
}
