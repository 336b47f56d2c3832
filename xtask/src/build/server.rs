//! The programs that run on the server's machine.

use std::path::PathBuf;

use anyhow::Result;

use crate::{report, shell, workspace};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Debug,
    Release,
}

/// The built programs.
#[derive(Debug, Clone)]
pub(crate) struct Binaries {
    pub(crate) server: PathBuf,
    pub(crate) simulator: PathBuf,
}

/// Builds both; cargo itself knows what is up to date.
pub(crate) fn build(profile: Profile) -> Result<Binaries> {
    report::step(match profile {
        Profile::Debug => "Building the server and the simulator",
        Profile::Release => "Building the server and the simulator, optimised",
    });
    let mut cargo = shell::cargo();
    cargo.args(["build", "--bins"]);
    if profile == Profile::Release {
        cargo.args(["--release", "--package", "vanguard-server", "--package", "pems-simulator"]);
    } else {
        cargo.arg("--workspace");
    }
    shell::run(&mut cargo)?;
    Ok(built(profile))
}

/// Builds the programs and the tests in one go. Another choice of packages or kinds would turn on other features of the
/// dependencies and compile most of them a second time, so everything that tests goes through here.
pub(crate) fn with_tests() -> Result<Binaries> {
    report::step("Building the programs and the tests");
    shell::run(shell::cargo().args(["build", "--workspace", "--bins", "--tests"]))?;
    Ok(built(Profile::Debug))
}

/// Where cargo puts them.
pub(crate) fn built(profile: Profile) -> Binaries {
    let folder = workspace::target().join(match profile {
        Profile::Debug => "debug",
        Profile::Release => "release",
    });
    Binaries { server: folder.join("vanguard-server"), simulator: folder.join("pems-simulator") }
}
