//! The real server process.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::process::{Child, Command};

use super::eventually;

/// A running server.
#[derive(Debug)]
pub struct ServerProcess {
    child: Child,
    settings: BTreeMap<String, String>,
    address: SocketAddr,
}

impl ServerProcess {
    /// Starts one and waits until it answers.
    pub async fn start(settings: BTreeMap<String, String>) -> Self {
        let address = free_address();
        let child = Command::new(env!("CARGO_BIN_EXE_vanguard-server"))
            .arg("serve")
            .env_clear()
            .envs(std::env::vars().filter(|(name, _)| name == "PATH" || name == "LLVM_PROFILE_FILE"))
            .envs(&settings)
            .env("LEPTOS_SITE_ADDR", address.to_string())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the server binary starts");
        let server = Self { child, settings, address };
        let health = server.url("/api/health");
        eventually("the server answers", async || reqwest::get(&health).await.ok().map(drop)).await;
        server
    }

    /// Another command of the program, with this server's settings.
    pub fn prepared(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vanguard-server"));
        command.args(arguments).env_clear().envs(&self.settings).kill_on_drop(true);
        command
    }

    /// Runs it to its end.
    pub async fn command(&self, arguments: &[&str]) -> Output {
        self.prepared(arguments).stdin(Stdio::null()).output().await.expect("the server binary starts")
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// kill -9, three times over: nothing is left of it.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("it was running");
    }

    /// SIGTERM; answers once the process has ended by itself.
    pub async fn terminate(&mut self) {
        let pid = self.child.id().expect("it was running").to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().await.expect("kill is there");
        assert!(sent.success());
        let ended = tokio::time::timeout(Duration::from_secs(40), self.child.wait()).await;
        let status = ended.expect("the server ends within its grace time").expect("it can be waited for");
        assert!(status.success(), "a server that was asked to stop ends well: {status}");
    }
}

impl ServerProcess {
    /// The most memory that it has had, in MB (10^6 bytes).
    pub async fn peak_memory(&self) -> f64 {
        let pid = self.child.id().expect("it is running");
        let status = tokio::fs::read_to_string(format!("/proc/{pid}/status")).await.expect("Linux tells");
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("it is listed");
        let kilobytes: f64 =
            line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number");
        kilobytes * 1024.0 / 1e6
    }
}

/// A port that nobody uses now.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port is free")
}
