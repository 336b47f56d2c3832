//! What a first visit downloads.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use crate::workspace;

/// Sizes in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    wasm: u64,
    wasm_gzip: u64,
    wasm_brotli: u64,
    script_brotli: u64,
    style_brotli: u64,
}

impl Sizes {
    pub(super) fn measure() -> Result<Self> {
        let package = workspace::site().join("pkg");
        let size = |name: &str| of(&package.join(name));
        Ok(Self {
            wasm: size("vanguard_bg.wasm")?,
            wasm_gzip: size("vanguard_bg.wasm.gz")?,
            wasm_brotli: size("vanguard_bg.wasm.br")?,
            script_brotli: size("vanguard.js.br")?,
            style_brotli: size("vanguard.css.br")?,
        })
    }

    pub(crate) fn print(&self) {
        println!(
            "wasm {} KB ({} gzipped, {} brotli), script {} KB, styles {} KB (both brotli)",
            kilo(self.wasm),
            kilo(self.wasm_gzip),
            kilo(self.wasm_brotli),
            kilo(self.script_brotli),
            kilo(self.style_brotli)
        );
    }

    /// The wasm, gzipped: the figure that has a limit.
    pub(crate) fn wasm_gzip(&self) -> u64 {
        self.wasm_gzip
    }

    pub(crate) fn wasm_brotli(&self) -> u64 {
        self.wasm_brotli
    }
}

fn kilo(bytes: u64) -> u64 {
    bytes.div_ceil(1000)
}

fn of(file: &Path) -> Result<u64> {
    Ok(fs::metadata(file).with_context(|| format!("{} was not built", file.display()))?.len())
}
