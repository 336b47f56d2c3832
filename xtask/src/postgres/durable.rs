//! The PostgreSQL whose data stay: one at a time for a clone.

use std::{
    fs::{self, File, TryLockError},
    path::Path,
    process::Command,
};

use anyhow::{Context, Result, bail};

use super::{
    Cluster,
    binaries::{self, Binaries},
    cluster::Start,
    data, place,
};
use crate::{
    report,
    run::{ports, secrets},
    shell, workspace,
};

/// The server with the lock that keeps a second one off the same data; the lock goes last.
#[derive(Debug)]
pub(crate) struct Durable {
    pub(crate) cluster: Cluster,
    _lock: File,
}

/// Starts it, creating its data the first time.
pub(crate) fn durable() -> Result<Durable> {
    let private = workspace::private()?;
    let lock = lock(&private)?;
    let binaries = binaries::find()?;
    let data = place::durable()?;
    let password = secrets::kept("postgres-password", 16)?;
    if data.join("PG_VERSION").exists() {
        stop_orphan(&binaries, &data);
    } else {
        report::step(format!("Creating PostgreSQL's data in {}", data.display()));
        prepare_folder(&data)?;
        data::create(&binaries, &data, &password, true)?;
    }
    let port = ports::remembered(&private.join("postgres.port"))?;
    let log = private.join("logs/postgres.log");
    let start =
        Start { data: &data, port, password: &password, log: &log, settings: &["max_connections=100"] };
    Ok(Durable { cluster: Cluster::start(binaries, &start)?, _lock: lock })
}

/// Removes the data.
pub(crate) fn forget() -> Result<()> {
    let _lock = lock(&workspace::private()?)?;
    let data = place::durable()?;
    if data.exists() {
        stop_orphan(&binaries::find()?, &data);
        fs::remove_dir_all(&data).with_context(|| format!("removing {}", data.display()))?;
    }
    Ok(())
}

fn lock(private: &Path) -> Result<File> {
    let file = File::create(private.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!("another `cargo xtask run` or `cargo xtask pg` of this clone is running: stop it first")
        }
        Err(TryLockError::Error(error)) => Err(error).context("locking .vanguard/lock"),
    }
}

/// A half-made folder of an interrupted first start is made anew; `initdb` refuses one that is not empty.
fn prepare_folder(data: &Path) -> Result<()> {
    if data.exists() {
        fs::remove_dir_all(data)?;
    }
    fs::create_dir_all(data).with_context(|| format!("creating {}", data.display()))?;
    data::own(data)
}

/// We hold the lock, so a server on these data has lost its xtask (`kill -9` where there is no parent-death signal).
fn stop_orphan(binaries: &Binaries, data: &Path) {
    if let Ok(mut stop) = binaries.command("pg_ctl")
        && data.join("postmaster.pid").exists()
    {
        shell::succeeds(stop.args(["stop", "-w", "-m", "fast", "-D"]).arg(data) as &mut Command);
    }
}
