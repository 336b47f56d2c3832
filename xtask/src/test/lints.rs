//! What must be clean before anything is run.

use std::process::Command;

use anyhow::{Result, bail};

use super::{step, tally::Tally};
use crate::{
    build,
    setup::{node, wasm},
    shell, workspace,
};

pub(super) fn run(tally: &mut Tally) -> Result<()> {
    step("format");
    tally.check("cargo fmt", shell::run(shell::cargo().args(["fmt", "--all", "--check"])))?;
    step("clippy");
    let mut clippy = shell::cargo();
    clippy.args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    tally.check("cargo clippy", shell::run(&mut clippy))?;
    step("the app for the browser, without a warning");
    tally.check("wasm build", wasm_build())?;
    tally.check("wasm clippy", wasm_clippy())?;
    step("types of the browser tests");
    tally.check("tsc", types())?;
    if shell::succeeds(shell::cargo().args(["deny", "--version"])) {
        step("licences, advisories, duplicates");
        tally.check("cargo deny", shell::run(shell::cargo().args(["deny", "--all-features", "check"])))?;
    }
    Ok(())
}

/// The compiler's own warnings come with the build, which the browser tests need anyway.
fn wasm_build() -> Result<()> {
    build::front()?;
    let warnings = build::wasm_warnings()?;
    if warnings.is_empty() {
        return Ok(());
    }
    bail!("the compiler warns:\n{warnings}");
}

fn types() -> Result<()> {
    let compiler = node::packages()?.join("typescript/bin/tsc");
    shell::run(Command::new("node").arg(compiler).arg("--noEmit").current_dir(workspace::end2end()))
}

fn wasm_clippy() -> Result<()> {
    let mut clippy = wasm::toolchain()?.clippy()?;
    clippy.args(["--package", "vanguard-app", "--no-default-features", "--features", "hydrate", "--lib"]);
    clippy.args(["--target", wasm::TARGET, "--", "-D", "warnings"]);
    shell::run(&mut clippy)
}
