//! A PostgreSQL in a temporary folder, gone with the command that uses it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use nix::{sys::signal::kill, unistd::Pid};

use super::{
    Cluster,
    binaries::{self, Binaries},
    cluster::Start,
    data, place,
};
use crate::{
    report,
    run::{ports, secrets},
    shell,
};

const PREFIX: &str = "vanguard-pg-";

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// As in production: for measurements.
    Full,
    /// Nothing waits for the disk: for tests.
    None,
}

/// The server and its folder; dropping it stops the one and removes the other.
#[derive(Debug)]
pub(crate) struct Throwaway {
    // Before the folder: fields are dropped in this order.
    pub(crate) cluster: Cluster,
    _folder: Folder,
}

/// Makes and starts it.
pub(crate) fn throwaway(durability: Durability) -> Result<Throwaway> {
    let binaries = binaries::find()?;
    sweep(&binaries);
    report::step("Starting a private PostgreSQL");
    let folder = Folder::create()?;
    let data = folder.0.join("data");
    let password = secrets::random_hex(16)?;
    data::create(&binaries, &data, &password, false)?;
    let settings: &[&str] = match durability {
        Durability::Full => &["max_connections=300", "shared_buffers=256MB"],
        Durability::None => &[
            "max_connections=300",
            "shared_buffers=256MB",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
        ],
    };
    let log = folder.0.join("log");
    let start = Start { data: &data, port: ports::free()?, password: &password, log: &log, settings };
    Ok(Throwaway { cluster: Cluster::start(binaries, &start)?, _folder: folder })
}

#[derive(Debug)]
struct Folder(PathBuf);

impl Folder {
    fn create() -> Result<Self> {
        // The process id tells a later sweep whether anybody still uses it.
        let path = place::temporary().join(format!("{PREFIX}{}", std::process::id()));
        fs::create_dir(&path).with_context(|| format!("creating {}", path.display()))?;
        let folder = Self(path);
        data::own(&folder.0)?;
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Removes what a killed xtask left behind.
fn sweep(binaries: &Binaries) {
    for entry in fs::read_dir(place::temporary()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(PREFIX)).and_then(|id| id.parse().ok());
        if owner.is_some_and(|id| kill(Pid::from_raw(id), None) == Err(nix::errno::Errno::ESRCH)) {
            remove(binaries, &entry.path());
        }
    }
}

fn remove(binaries: &Binaries, folder: &Path) {
    if let Ok(mut stop) = binaries.command("pg_ctl")
        && folder.join("data/postmaster.pid").exists()
    {
        shell::succeeds(stop.args(["stop", "-w", "-m", "immediate", "-D"]).arg(folder.join("data")));
    }
    let _ = fs::remove_dir_all(folder);
}
