//! A Rust toolchain that compiles for the browser (`wasm32-unknown-unknown`).
//!
//! rustup's own where it has the target or can fetch it; else the set of Debian packages in [`super::wasm_debian`].

use std::{
    env, fmt, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use super::wasm_debian;
use crate::{report, shell, workspace};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Which compiler builds the wasm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The one that built xtask: it has the target.
    Own,
    /// `/usr/bin/cargo` and `/usr/bin/rustc`, with the standard library put beside them.
    Debian,
}

impl fmt::Display for Toolchain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Own => "rustup's",
            Self::Debian => "Debian's (/usr/bin/rustc)",
        })
    }
}

impl Toolchain {
    /// The compiler.
    pub(crate) fn rustc(self) -> PathBuf {
        match self {
            Self::Own => PathBuf::from("rustc"),
            Self::Debian => PathBuf::from(wasm_debian::RUSTC),
        }
    }

    /// A cargo command that uses it; in a target folder of its own, since two compilers in one would undo each
    /// other's work.
    pub(crate) fn cargo(self) -> Result<Command> {
        let mut command = match self {
            Self::Own => shell::cargo(),
            Self::Debian => self.prepared(shell::cargo_at(Path::new(wasm_debian::CARGO)))?,
        };
        command.env("CARGO_TARGET_DIR", target_folder());
        Ok(command)
    }

    /// `cargo clippy` with it. Debian's is called by its file, because `cargo clippy` would find rustup's first.
    pub(crate) fn clippy(self) -> Result<Command> {
        let mut command = match self {
            Self::Own => shell::cargo(),
            Self::Debian => {
                let mut command = self.prepared(shell::cargo_at(Path::new(wasm_debian::CLIPPY)))?;
                command.env("CARGO", wasm_debian::CARGO);
                command
            }
        };
        command.arg("clippy").env("CARGO_TARGET_DIR", target_folder());
        Ok(command)
    }

    fn prepared(self, mut command: Command) -> Result<Command> {
        wasm_debian::clear_outdated(&target_folder())?;
        command.env("RUSTC", self.rustc()).env("PATH", wasm_debian::path_with_linker()?);
        Ok(command)
    }

    /// Whether it compiles for the browser right now: asked of the compiler itself, so that an upgrade of one half is
    /// noticed. The source comes as the empty standard input.
    fn works(self) -> bool {
        let folder = target_folder();
        if fs::create_dir_all(&folder).is_err() {
            return false;
        }
        let mut rustc = shell::cargo_at(&self.rustc());
        rustc.args([
            "--target",
            TARGET,
            "--crate-type",
            "lib",
            "--crate-name",
            "probe",
            "--emit",
            "metadata",
            "-o",
        ]);
        // A real file: rustc, when root, would replace a device like /dev/null by its output.
        rustc.arg(folder.join("probe.rmeta")).arg("-");
        shell::succeeds(&mut rustc)
    }
}

/// Where the wasm builds keep their files.
pub(crate) fn target_folder() -> PathBuf {
    workspace::target().join("front")
}

/// Finds the toolchain, installing it if none is there. `VANGUARD_WASM_TOOLCHAIN=debian` leaves rustup's out of it, to
/// try the way that machines without rustup's server take.
pub(crate) fn toolchain() -> Result<Toolchain> {
    let rustup = env::var("VANGUARD_WASM_TOOLCHAIN").as_deref() != Ok("debian");
    if rustup && Toolchain::Own.works() {
        return Ok(Toolchain::Own);
    }
    if wasm_debian::installed() && Toolchain::Debian.works() {
        return Ok(Toolchain::Debian);
    }
    if rustup && shell::which("rustup").is_some() {
        report::step(format!("Adding the wasm target: rustup target add {TARGET}"));
        let mut rustup = Command::new("rustup");
        // Without this, rustup tries an unreachable server for minutes.
        rustup.args(["target", "add", TARGET]).env("RUSTUP_MAX_RETRIES", "1");
        if shell::run(&mut rustup).is_ok() && Toolchain::Own.works() {
            return Ok(Toolchain::Own);
        }
        crate::interrupt::check()?;
        report::note("rustup could not add it; trying Debian's packages");
    }
    let by_hand = || {
        format!("no compiler for {TARGET}: run `rustup target add {TARGET}` where rustup reaches its server")
    };
    wasm_debian::install_packages().with_context(by_hand)?;
    if !Toolchain::Debian.works() {
        wasm_debian::install_standard_library().with_context(by_hand)?;
    }
    anyhow::ensure!(
        Toolchain::Debian.works(),
        "{} still does not compile for {TARGET}: is {} readable?",
        wasm_debian::RUSTC,
        wasm_debian::STANDARD_LIBRARY
    );
    Ok(Toolchain::Debian)
}
