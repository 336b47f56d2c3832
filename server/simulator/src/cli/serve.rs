//! `serve`: the simulator as a program.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use pems_simulator::{Latency, RateLimit, RunningSimulator, Simulator, default_anchor};
use tokio::signal::unix::{SignalKind, signal};

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The address to listen on; the control interface has no authentication, so think before leaving loopback
    #[arg(long, env = "PEMS_SIMULATOR_ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// The contract's port
    #[arg(long, env = "PEMS_SIMULATOR_PORT", default_value_t = 4010)]
    port: u16,
    /// The control interface's port
    #[arg(long, env = "PEMS_SIMULATOR_CONTROL_PORT", default_value_t = 4011)]
    control_port: u16,
    /// The path before every address of the contract
    #[arg(long, default_value = "/api/pems")]
    base_path: String,
    #[arg(long, env = "PEMS_SIMULATOR_USER", default_value = "vanguard")]
    user: String,
    #[arg(long, env = "PEMS_SIMULATOR_PASSWORD", default_value = "vanguard", hide_env_values = true)]
    password: String,
    #[arg(long, env = "PEMS_SIMULATOR_TENANT", default_value = "DEMO")]
    tenant: String,
    /// How many records to generate over RIO and HOL
    #[arg(long, env = "PEMS_SIMULATOR_RECORDS", default_value_t = 10_000)]
    records: usize,
    /// Seeds records, latency, likely faults and background edits
    #[arg(long, env = "PEMS_SIMULATOR_SEED", default_value_t = 42)]
    seed: u64,
    /// "Today" for generated records
    #[arg(long, default_value_t = default_anchor())]
    anchor: DateTime<Utc>,
    /// Requests a second for each credential; 0 is no limit
    #[arg(long, env = "PEMS_SIMULATOR_RATE", default_value_t = 10.0)]
    rate: f64,
    /// Requests that may come at once
    #[arg(long, env = "PEMS_SIMULATOR_BURST", default_value_t = 10)]
    burst: u32,
    #[arg(long, env = "PEMS_SIMULATOR_LATENCY", value_enum, default_value_t = LatencyChoice::Realistic)]
    latency: LatencyChoice,
    /// Edits a minute by simulated PEMS users
    #[arg(long, env = "PEMS_SIMULATOR_BACKGROUND", default_value_t = 0.0)]
    background: f64,
    /// Keep records and their histories here between runs
    #[arg(long, env = "PEMS_SIMULATOR_STATE_FILE")]
    state_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LatencyChoice {
    /// As fast as it can
    Off,
    /// 200–800 ms for a write, up to 5 s for a list
    Realistic,
}

impl Serve {
    /// Serves until told to stop, then saves.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
        let simulator = self.start().await?;
        tracing::info!(contract = simulator.base_url(), control = simulator.control_url(), "serving");
        tokio::select! {
            result = tokio::signal::ctrl_c() => result.context("cannot listen for Ctrl-C")?,
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping");
        simulator.stop().await?;
        Ok(())
    }

    async fn start(self) -> anyhow::Result<RunningSimulator> {
        let mut builder = Simulator::builder()
            .address(self.address)
            .ports(self.port, self.control_port)
            .base_path(self.base_path)
            .credentials(self.user, self.password)
            .tenant(self.tenant)
            .records(self.records)
            .seed(self.seed)
            .anchor(self.anchor)
            .rate(RateLimit { per_second: self.rate, burst: self.burst })
            .latency(match self.latency {
                LatencyChoice::Off => Latency::Off,
                LatencyChoice::Realistic => Latency::Realistic,
            })
            .background(self.background);
        if let Some(path) = self.state_file {
            builder = builder.state_file(path);
        }
        Ok(builder.start().await?)
    }
}
