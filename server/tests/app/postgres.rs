//! A PostgreSQL server of a test's own, to be stopped and started at will. The one of `DATABASE_URL` serves all tests.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::eventually;

#[derive(Debug)]
pub struct Postgres {
    folder: PathBuf,
    port: u16,
    server: Option<Child>,
}

impl Postgres {
    pub async fn start() -> Self {
        let folder = Path::new("/tmp").join(format!("vanguard-test-pg-{}", Uuid::new_v4().simple()));
        let made = program("initdb")
            .arg("--pgdata")
            .arg(&folder)
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"])
            .output()
            .expect("initdb can be run");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port is free").port();
        let mut postgres = Self { folder, port, server: None };
        postgres.start_again().await;
        postgres
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts it on what it has on its disk, and waits until it answers.
    pub async fn start_again(&mut self) {
        let server = program("postgres")
            .arg("-D")
            .arg(&self.folder)
            .args(["-p", &self.port.to_string(), "-c", "listen_addresses=127.0.0.1"])
            // What was committed has reached the operating system, which goes on: no need to wait for the disk.
            .args(["-c", "unix_socket_directories=", "-c", "fsync=off"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("postgres can be run");
        self.server = Some(server);
        let url = self.url();
        eventually("PostgreSQL answers", async || PgConnection::connect(&url).await.ok()).await;
    }

    /// Stops it in the immediate mode: nothing is finished, and the next start has to recover.
    pub fn stop_at_once(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        let told = Command::new("kill").args(["-QUIT", &server.id().to_string()]).status();
        assert!(told.is_ok_and(|status| status.success()), "the server was running");
        server.wait().expect("it can be waited for");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop_at_once();
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("{} could not be removed: {error}", self.folder.display());
        }
    }
}

/// One of PostgreSQL's programs. It refuses root, so under root it is user `postgres`; on Linux it ends with the test.
fn program(name: &str) -> Command {
    let program = newest().map_or_else(|| PathBuf::from(name), |folder| folder.join(name));
    let mut command = if fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0) {
        let mut setpriv = Command::new("setpriv");
        setpriv.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--pdeathsig=QUIT", "--"]);
        setpriv.arg(program);
        setpriv
    } else {
        Command::new(program)
    };
    command.current_dir("/").stdin(Stdio::null());
    command
}

/// Debian keeps versions side by side, and none of them in the path.
fn newest() -> Option<PathBuf> {
    let version = |entry: &fs::DirEntry| entry.file_name().to_str()?.parse::<u32>().ok();
    let installed = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    Some(installed.max_by_key(version)?.path().join("bin"))
}
