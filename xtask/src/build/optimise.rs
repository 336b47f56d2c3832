//! Binaryen's `wasm-opt`: takes a fifth off the module's size.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};

use crate::shell;

/// What rustc's wasm target switches on by default; `wasm-opt` refuses a module that uses more than it was told.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// A module smaller than this gains some bytes, and takes as long as another: there are a hundred of them.
const SMALLEST: u64 = 4 * 1024;

/// Optimises the module in place, if that is worth while.
pub(super) fn run(wasm_opt: &Path, module: &Path) -> Result<()> {
    if fs::metadata(module)?.len() < SMALLEST {
        return Ok(());
    }
    let smaller = module.with_extension("optimised");
    let mut node = Command::new("node");
    node.arg(wasm_opt).arg("-Oz").args(FEATURES).arg(module).arg("-o").arg(&smaller);
    shell::run(&mut node).context("optimising the wasm")?;
    fs::rename(&smaller, module).context("replacing the wasm by the optimised one")
}
