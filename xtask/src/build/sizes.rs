//! What a first visit downloads, and what further pages add.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::split;
use crate::workspace;

/// The part that the first page after the login needs.
const FIRST_PAGE: &str = "deck";

/// Sizes of what the browser loads.
#[derive(Debug, Clone)]
pub(crate) struct Sizes {
    /// What every page loads.
    main: Size,
    /// What the pages of an area need besides.
    parts: Vec<(String, Size)>,
    script_brotli: u64,
    style_brotli: u64,
}

/// Bytes of some wasm.
#[derive(Debug, Clone, Copy)]
struct Size {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

impl Sizes {
    pub(super) fn measure() -> Result<Self> {
        let package = workspace::site().join("pkg");
        let parts = split::manifest(&package)?
            .into_iter()
            .map(|(part, files)| Ok((part, Size::of(&package, &files)?)))
            .collect::<Result<_>>()?;
        Ok(Self {
            main: Size::of(&package, &["vanguard_bg.wasm".to_owned()])?,
            parts,
            script_brotli: of(&package.join("vanguard.js.br"))?,
            style_brotli: of(&package.join("vanguard.css.br"))?,
        })
    }

    pub(crate) fn print(&self) {
        println!(
            "every page: wasm {}, script {} KB, styles {} KB (both brotli)",
            self.main.shown(),
            kilo(self.script_brotli),
            kilo(self.style_brotli)
        );
        for (part, size) in &self.parts {
            println!("{part}: wasm {} more", size.shown());
        }
    }

    /// The wasm of the page that a visit begins with, the deck: gzipped, and by brotli. The figures that have limits.
    pub(crate) fn first_page(&self) -> (u64, u64) {
        let deck = self.parts.iter().find(|(part, _)| part == FIRST_PAGE).map(|(_, size)| *size);
        let of = |figure: fn(&Size) -> u64| figure(&self.main) + deck.as_ref().map_or(0, figure);
        (of(|size| size.gzip), of(|size| size.brotli))
    }
}

impl Size {
    /// Of files in a folder.
    fn of(folder: &Path, names: &[String]) -> Result<Self> {
        let total = |ending: &str| {
            names.iter().map(|name| of(&folder.join(format!("{name}{ending}")))).sum::<Result<u64>>()
        };
        Ok(Self { raw: total("")?, gzip: total(".gz")?, brotli: total(".br")? })
    }

    fn shown(self) -> String {
        format!("{} KB ({} gzipped, {} brotli)", kilo(self.raw), kilo(self.gzip), kilo(self.brotli))
    }
}

fn kilo(bytes: u64) -> u64 {
    bytes.div_ceil(1000)
}

fn of(file: &Path) -> Result<u64> {
    Ok(fs::metadata(file).with_context(|| format!("{} was not built", file.display()))?.len())
}
