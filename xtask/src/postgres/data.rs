//! The data folder: made by `initdb`, owned by whoever runs PostgreSQL.

use std::{fs, os::unix::fs::chown, path::Path};

use anyhow::{Context, Result};
use nix::unistd::{Uid, User};

use super::Binaries;
use crate::{shell, workspace::write_private};

/// Makes the data folder: one superuser `postgres`, passwords everywhere.
pub(crate) fn create(binaries: &Binaries, data: &Path, password: &str, sync: bool) -> Result<()> {
    let password_file = data.with_extension("password");
    write_private(&password_file, password)?;
    own(&password_file)?;
    let mut initdb = binaries.command("initdb")?;
    initdb.arg("--pgdata").arg(data).arg("--pwfile").arg(&password_file);
    initdb.args(["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8"]);
    initdb.arg(if cfg!(target_os = "linux") { "--locale=C.UTF-8" } else { "--locale=C" });
    if !sync {
        initdb.arg("--no-sync");
    }
    let made = shell::output(&mut initdb).context("creating PostgreSQL's data");
    fs::remove_file(&password_file)?;
    made.map(|_| ())
}

/// Gives a file or folder to the user who runs PostgreSQL.
pub(crate) fn own(path: &Path) -> Result<()> {
    if Uid::effective().is_root() {
        let user = User::from_name("postgres")?.context("no user `postgres`: is PostgreSQL installed?")?;
        chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
            .with_context(|| format!("giving {} to user postgres", path.display()))?;
    }
    Ok(())
}
