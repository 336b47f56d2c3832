//! Debian's packages: as root, or through sudo.

use std::{path::Path, process::Command, sync::OnceLock};

use anyhow::{Context, Result, bail};
use nix::unistd::Uid;

use crate::{report, shell};

/// Installs packages; `purpose` goes into the messages.
pub(crate) fn install(packages: &[&str], purpose: &str) -> Result<()> {
    if shell::which("apt-get").is_none() {
        bail!(
            "{purpose} is missing and this machine has no apt-get: install {} by hand",
            packages.join(", ")
        );
    }
    report::step(format!("Installing {purpose}: apt-get install {}", packages.join(" ")));
    refresh_lists()?;
    let mut command = as_root("apt-get")?;
    // The lock option waits for an unattended upgrade instead of failing beside it.
    command.args(["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3", "-qq"]);
    command.args(["install", "-y", "--no-install-recommends"]).args(packages);
    shell::run(&mut command).with_context(|| {
        format!(
            "{purpose} could not be installed; try by hand: apt-get update && apt-get install {}",
            packages.join(" ")
        )
    })
}

/// A bare machine has no package lists at all; once in a process is enough.
fn refresh_lists() -> Result<()> {
    static DONE: OnceLock<()> = OnceLock::new();
    if DONE.get().is_none() {
        let mut command = as_root("apt-get")?;
        command.args(["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3", "-qq", "update"]);
        shell::run(&mut command).context("apt-get update: is the machine's network up?")?;
        DONE.get_or_init(|| ());
    }
    Ok(())
}

/// A command with root's rights, or an error that says how to get them.
pub(crate) fn as_root(program: &str) -> Result<Command> {
    let mut command = if Uid::effective().is_root() {
        Command::new(program)
    } else if shell::which("sudo").is_some() {
        let mut sudo = Command::new("sudo");
        sudo.arg("DEBIAN_FRONTEND=noninteractive").arg(program);
        sudo
    } else {
        bail!("installing needs root and there is no sudo: run `cargo xtask setup` once as root");
    };
    command.env("DEBIAN_FRONTEND", "noninteractive").current_dir(Path::new("/"));
    Ok(command)
}
