//! What the other commands need from the machine. Every part looks first and installs only what is missing, so that a
//! command may call its parts each time.

pub(crate) mod apt;
pub(crate) mod chromium;
pub(crate) mod node;
pub(crate) mod wasm;
mod wasm_debian;

use anyhow::Result;

use crate::{postgres, report};

/// `cargo xtask setup`: all parts.
pub(crate) fn everything() -> Result<()> {
    let wasm = wasm::toolchain()?;
    report::note(format!("wasm target: {wasm}"));
    let postgres = postgres::binaries()?;
    report::note(format!("PostgreSQL: {}", postgres.folder().display()));
    let node = node::packages()?;
    report::note(format!("Node packages: {}", node.display()));
    let chromium = chromium::browser()?;
    report::note(format!("Chromium: {}", chromium.display()));
    Ok(())
}
