//! PostgreSQL's programs, and the user who may run them.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use nix::unistd::Uid;

use crate::{process, setup::apt, shell};

/// The oldest version that the migrations are written for.
const OLDEST: u32 = 15;
/// Where distributions and Homebrew keep versions side by side.
const KEPT: [&str; 4] = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/Library/PostgreSQL"];

/// A folder with `initdb`, `postgres`, `pg_ctl` and `psql`.
#[derive(Debug, Clone)]
pub(crate) struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A command as the user who owns the data: PostgreSQL refuses root, so under root it is user `postgres`.
    pub(crate) fn command(&self, name: &str) -> Result<Command> {
        let mut command = if Uid::effective().is_root() {
            let mut setpriv = process::setpriv().context(
                "running as root, PostgreSQL needs `setpriv` (package util-linux) to run as user postgres",
            )?;
            setpriv.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
            setpriv
        } else if let Some(setpriv) = process::setpriv() {
            setpriv
        } else {
            Command::new(self.program(name))
        };
        if command.get_program() != self.program(name).as_os_str() {
            // SIGINT is PostgreSQL's fast shutdown. See `process::tied`.
            command.arg("--pdeathsig=INT").arg("--").arg(self.program(name));
        }
        // The workspace may be out of reach of user postgres, and the settings of the caller's own server are not ours.
        command.current_dir("/");
        for variable in ["PGDATA", "PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGPASSWORD", "PGSERVICE"] {
            command.env_remove(variable);
        }
        Ok(command)
    }
}

/// Finds the newest that is installed, installing Debian's if none is.
pub(crate) fn find() -> Result<Binaries> {
    if let Some(found) = newest() {
        return Ok(found);
    }
    if cfg!(target_os = "macos") {
        bail!("no PostgreSQL {OLDEST} or newer: `brew install postgresql@17`");
    }
    apt::install(&["postgresql"], "PostgreSQL")?;
    newest().with_context(|| {
        format!("the installed PostgreSQL is older than {OLDEST}, or not where it is looked for")
    })
}

fn newest() -> Option<Binaries> {
    let kept = KEPT.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
    let mut folders: Vec<PathBuf> = kept.map(|entry| entry.path().join("bin")).collect();
    folders.extend(shell::which("initdb").and_then(|initdb| initdb.parent().map(Path::to_path_buf)));
    let usable = folders.into_iter().filter_map(|folder| Some((version(&folder)?, folder)));
    let (_, folder) = usable.filter(|(version, _)| *version >= OLDEST).max_by_key(|(version, _)| *version)?;
    Some(Binaries { folder })
}

fn version(folder: &Path) -> Option<u32> {
    let complete = ["initdb", "postgres", "pg_ctl", "psql"].iter().all(|name| folder.join(name).is_file());
    if !complete {
        return None;
    }
    // `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`
    let text = shell::output(Command::new(folder.join("postgres")).arg("--version")).ok()?;
    major(&text)
}

fn major(text: &str) -> Option<u32> {
    let number =
        text.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    number.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_is_read_from_releases_and_betas() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(major("nothing"), None);
    }
}
