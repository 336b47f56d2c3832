//! The two programs of ours that `run` starts, and what they are told.

use std::path::Path;

use anyhow::Result;

use super::{Options, health, options, secrets};
use crate::{
    build::Binaries,
    process::{Background, tied},
    workspace,
};

/// What the simulator accepts unless told otherwise.
const PEMS_USERNAME: &str = "vanguard";
const PEMS_TENANT: &str = "DEMO";

pub(super) fn simulator(programs: &Binaries, options: &Options) -> Result<Background> {
    let private = workspace::private()?;
    let mut command = tied(&programs.simulator, "TERM");
    command.arg("serve").args(["--port", &options.pems_port.to_string()]);
    command.args(["--control-port", &options.pems_control_port.to_string()]);
    command.args(["--records", &options.records.to_string(), "--latency", &options.latency]);
    command.arg("--state-file").arg(private.join("pems.json"));
    let log = private.join("logs/pems-simulator.log");
    let mut simulator = Background::start("PEMS simulator", &mut command, &log)?;
    health::wait_until_listening(&mut simulator, options.pems_port)?;
    Ok(simulator)
}

pub(super) fn server(programs: &Binaries, options: &Options, database: &str) -> Result<Background> {
    let mut command = tied(Path::new(&programs.server), "TERM");
    command.arg("serve").current_dir(workspace::root());
    command.env("VANGUARD_DEMO", "true").env("DEMO_PASSWORD", options::password());
    command.env("DATABASE_URL", database);
    command.env("ENCRYPTION_KEY", secrets::kept("encryption-key", 32)?);
    command.env("JWT_SECRET", secrets::kept("jwt-secret", 32)?);
    command.env("PEMS_WRITE_ENDPOINT", format!("http://127.0.0.1:{}/api/pems", options.pems_port));
    command.env("PEMS_WRITE_USERNAME", PEMS_USERNAME).env("PEMS_WRITE_PASSWORD", "vanguard");
    command.env("PEMS_WRITE_TENANT", PEMS_TENANT);
    command.env("LEPTOS_SITE_ADDR", format!("127.0.0.1:{}", options.port));
    command.env("LEPTOS_SITE_ROOT", workspace::site());
    let log = workspace::private()?.join("logs/server.log");
    let mut server = Background::start("server", &mut command, &log)?;
    health::wait_until_answering(&mut server, options.port, "/api/health")?;
    Ok(server)
}
