//! One PostgreSQL server: made, started, asked, stopped.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;

use super::Binaries;
use crate::{interrupt, process::Background, shell};

/// The role that the product uses: it may create databases (for tests) and owns its own, but is no superuser, so that
/// what works here works under a database administrator's rules too.
const ROLE: &str = "vanguard";

/// A running server. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct Cluster {
    binaries: Binaries,
    server: Background,
    port: u16,
    password: String,
    data: PathBuf,
    settings: Vec<String>,
}

/// What a server is started with.
#[derive(Debug)]
pub(crate) struct Start<'a> {
    pub(crate) data: &'a Path,
    pub(crate) port: u16,
    pub(crate) password: &'a str,
    pub(crate) log: &'a Path,
    /// `name=value` of `postgresql.conf`.
    pub(crate) settings: &'a [&'a str],
}

fn launch(
    binaries: &Binaries,
    data: &Path,
    port: u16,
    settings: &[String],
    log: &Path,
) -> Result<Background> {
    let mut command = binaries.command("postgres")?;
    command.arg("-D").arg(data).args(["-p", &port.to_string()]);
    // TCP over loopback alone: a socket's path may be too long for the system, and adds nothing.
    command.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
    command.args(["-c", "password_encryption=scram-sha-256", "-c", "timezone=UTC"]);
    for setting in settings {
        command.args(["-c", setting]);
    }
    Ok(Background::start("PostgreSQL", &mut command, log)?.stopped_by(Signal::SIGINT))
}

impl Cluster {
    /// Starts the server and waits until it answers; makes the role and its database if they are not there.
    pub(crate) fn start(binaries: Binaries, start: &Start<'_>) -> Result<Self> {
        let settings: Vec<String> = start.settings.iter().map(|setting| (*setting).to_owned()).collect();
        let mut cluster = Self {
            server: launch(&binaries, start.data, start.port, &settings, start.log)?,
            binaries,
            port: start.port,
            password: start.password.to_owned(),
            data: start.data.into(),
            settings,
        };
        cluster.wait_until_ready()?;
        cluster.make_role()?;
        Ok(cluster)
    }

    /// Stops it in order: open transactions are rolled back.
    pub(crate) fn stop(&mut self) {
        self.server.stop();
    }

    /// As a power cut would.
    pub(crate) fn kill(&mut self) {
        self.server.kill();
    }

    /// Starts it again on the same data and port. After a kill, the sessions of the dead server may hold the data for a
    /// moment longer.
    pub(crate) fn restart(&mut self) -> Result<()> {
        let log = self.server.log().to_path_buf();
        let mut outcome = Ok(());
        for _ in 0..20 {
            self.server = launch(&self.binaries, &self.data, self.port, &self.settings, &log)?;
            outcome = self.wait_until_ready();
            if outcome.is_ok() || interrupt::received() {
                break;
            }
            thread::sleep(Duration::from_millis(500));
        }
        outcome
    }

    /// The product's database, as its own role.
    pub(crate) fn url(&self) -> String {
        format!("postgres://{ROLE}:{}@127.0.0.1:{}/{ROLE}", self.password, self.port)
    }

    pub(crate) fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    pub(crate) fn server(&mut self) -> &mut Background {
        &mut self.server
    }

    /// Applies migration files in the order of their names, in the product's database.
    pub(crate) fn migrate(&self, migrations: &Path) -> Result<()> {
        let mut files: Vec<PathBuf> = fs::read_dir(migrations)
            .with_context(|| format!("reading {}", migrations.display()))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
        files.retain(|file| !file.to_string_lossy().ends_with(".down.sql"));
        files.sort();
        for file in files {
            let mut psql = self.psql(ROLE, ROLE);
            psql.arg("--file").arg(&file);
            // As sqlx does it: a migration is one transaction, unless it says that it can't be.
            if !fs::read_to_string(&file)?.starts_with("-- no-transaction") {
                psql.arg("--single-transaction");
            }
            shell::output(&mut psql).with_context(|| format!("applying {}", file.display()))?;
        }
        Ok(())
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            interrupt::check()?;
            if shell::succeeds(self.psql("postgres", "postgres").args(["-c", "SELECT 1"])) {
                return Ok(());
            }
            if let Some(status) = self.server.ended() {
                bail!("PostgreSQL ended while starting ({status}):\n{}", self.server.last_words());
            }
            if Instant::now() > deadline {
                bail!("PostgreSQL does not answer after 60 s; its log: {}", self.server.log().display());
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn make_role(&self) -> Result<()> {
        let ask = format!("SELECT count(*) FROM pg_database WHERE datname = '{ROLE}'");
        let found = shell::output(self.psql("postgres", "postgres").args(["-At", "-c", &ask]))?;
        if found.trim() == "0" {
            // The password is of our own making: letters and digits.
            let role = format!("CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{}'", self.password);
            let database = format!("CREATE DATABASE {ROLE} OWNER {ROLE}");
            shell::output(self.psql("postgres", "postgres").args(["-c", &role, "-c", &database]))
                .context("creating the role and the database")?;
        }
        Ok(())
    }

    fn psql(&self, role: &str, database: &str) -> Command {
        let mut command = Command::new(self.binaries.program("psql"));
        command.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--host=127.0.0.1"]);
        command.args(["--port", &self.port.to_string(), "--username", role, "--dbname", database]);
        command.env("PGPASSWORD", &self.password).env("PGOPTIONS", "--client-min-messages=warning");
        command
    }
}
