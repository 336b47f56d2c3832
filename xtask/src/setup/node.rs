//! Node's packages: Playwright, axe, and binaryen's `wasm-opt`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use crate::{hex, report, shell, workspace};

const OLDEST: u32 = 20;

/// Installs exactly what the lock file names, unless that was done already. Returns `node_modules`.
pub(crate) fn packages() -> Result<PathBuf> {
    let folder = workspace::end2end();
    let lock = folder.join("package-lock.json");
    let content = fs::read(&lock).with_context(|| format!("reading {}", lock.display()))?;
    let hash = hex::of(Sha256::digest(content));
    let modules = folder.join("node_modules");
    let stamp = modules.join(".vanguard-lock");
    if fs::read_to_string(&stamp).is_ok_and(|stamped| stamped == hash) {
        return Ok(modules);
    }
    check_node()?;
    report::step("Installing Node's packages: npm ci in end2end");
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&folder);
    // Playwright's browsers come from a server of their own; Chromium is installed apart.
    npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    shell::run(&mut npm).context("installing Node's packages: does npm reach its registry?")?;
    fs::write(&stamp, hash)?;
    Ok(modules)
}

/// Binaryen's optimiser, as a script for `node`.
pub(crate) fn wasm_opt() -> Result<PathBuf> {
    let script = packages()?.join("binaryen/bin/wasm-opt");
    ensure!(
        Path::new(&script).is_file(),
        "{} is missing: remove end2end/node_modules and try again",
        script.display()
    );
    Ok(script)
}

fn check_node() -> Result<()> {
    let Ok(version) = shell::output(Command::new("node").arg("--version")) else {
        bail!(
            "Node.js {OLDEST} or newer is needed, with npm: install it from https://nodejs.org or your system's packages"
        );
    };
    let major =
        version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    ensure!(major >= Some(OLDEST), "Node.js {OLDEST} or newer is needed, this is {}", version.trim());
    Ok(())
}
