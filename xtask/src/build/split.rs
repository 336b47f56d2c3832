//! Cuts what the pages load when they are first visited out of the module: every `#[lazy]` function of the app, with
//! all that only it calls.
//!
//! The same library, in the same order and with the same names as in cargo-leptos' `--split`, because leptos looks for
//! them: the loader [`LOADER`], which the module imports, and [`MANIFEST`], from which the server learns the files that
//! a page is going to need.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Error, Result};
use wasm_split_cli_support::{Options, transform};

/// What the linker must be told for the module to be cut: to say which function refers to which.
pub(super) const LINKER_ARGUMENT: &str = "link-args=--emit-relocs";
/// For each lazy function, the files that it needs, without their `.wasm`.
pub(super) const MANIFEST: &str = "__wasm_split_manifest.json";
/// Fetches parts and fits them in.
const LOADER: &str = "__wasm_split.______________________.js";

/// What is left of a module, and the parts cut out of it.
#[derive(Debug)]
pub(super) struct Cut {
    pub(super) main: PathBuf,
    pub(super) parts: Vec<PathBuf>,
}

/// Cuts `module`; parts, loader and manifest are written into `folder`, which is emptied first. `name` is that of the
/// script that starts the main module.
pub(super) fn run(module: &Path, name: &str, folder: &Path) -> Result<Cut> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let whole = fs::read(module).with_context(|| format!("reading {}", module.display()))?;
    let main = module.with_extension("main.wasm");
    let script = format!("./{name}.js");
    let link_name = format!("./{LOADER}");
    let mut options = Options::new(&whole);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = &script;
    options.link_name = &link_name;
    let cut = transform(options)
        .map_err(|error| Error::from_boxed(error.into()))
        .with_context(|| format!("cutting {}", module.display()))?;
    // Sorted, so that two builds of the same code write the same file.
    let manifest: BTreeMap<_, _> = cut.prefetch_map.into_iter().collect();
    fs::write(folder.join(MANIFEST), serde_json::to_vec_pretty(&manifest)?)?;
    Ok(Cut { main, parts: cut.split_modules })
}
