//! `.br` and `.gz` beside every asset that gets smaller, so that the server sends them as they are.
//!
//! Node does the work: it is needed for `wasm-opt` anyway, and an unoptimised build of a compressor would take a minute
//! where it takes two seconds.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use super::stamp::{Stamp, files_below};
use crate::{report, shell, workspace};

const COMPRESSIBLE: [&str; 9] = ["bin", "css", "html", "js", "json", "svg", "txt", "wasm", "webmanifest"];
const SCRIPT: &str = "
import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
for (const file of process.argv.slice(1)) {
    const content = readFileSync(file);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    writeFileSync(file + '.br', brotliCompressSync(content, { params }));
    writeFileSync(file + '.gz', gzipSync(content, { level: 9 }));
}";

pub(super) fn build() -> Result<()> {
    let site = workspace::site();
    let assets: Vec<PathBuf> =
        files_below(&site)?.into_iter().filter(|file| has_extension(file, &COMPRESSIBLE)).collect();
    let outputs: Vec<PathBuf> = assets
        .iter()
        .flat_map(|file| [format!("{}.br", file.display()), format!("{}.gz", file.display())])
        .map(PathBuf::from)
        .collect();
    let stamp = Stamp::of("compress", &assets, SCRIPT)?;
    if stamp.holds(&outputs) {
        return Ok(());
    }
    report::step("Compressing the assets");
    // Of assets that are gone, the compressed siblings must go too.
    for old in files_below(&site)?.iter().filter(|file| has_extension(file, &["br", "gz"])) {
        fs::remove_file(old)?;
    }
    let mut node = Command::new("node");
    node.args(["--input-type=module", "--eval", SCRIPT, "--"]).args(&assets);
    shell::output(&mut node).context("compressing the assets")?;
    stamp.set()
}

fn has_extension(file: &std::path::Path, extensions: &[&str]) -> bool {
    file.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| extensions.contains(&extension))
}
