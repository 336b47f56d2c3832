//! Cuts the app's parts out of its module: every function marked `#[wasm_split]`, with all that only it calls.
//!
//! The library that cargo-leptos uses for `--split`, in the same order and with the same names, because leptos looks for
//! them: the loader, which the module imports, and the [`MANIFEST`], by which the server names a page's files.
//!
//! The parts' names have the whole module's hash in them, for a part fits only the module that it was cut out of: a page
//! that was loaded before a new version came must not find the new one's parts under the old names.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Error, Result};
use sha2::{Digest, Sha256};
use wasm_split_cli_support::{Options, transform};

use super::pack;
use crate::hex;

/// What the linker must do for a module to be cut: write down which function refers to which.
pub(super) const LINKER_ARGUMENT: &str = "link-args=--emit-relocs";
/// For each part, the files that it needs.
pub(super) const MANIFEST: &str = "__wasm_split_manifest.json";
/// Fetches parts and fits them in.
const LOADER: &str = "__wasm_split.______________________.js";

/// The manifest, as the server reads it.
pub(super) type Manifest = BTreeMap<String, Vec<String>>;

/// What is left of a module, and the files cut out of it.
#[derive(Debug)]
pub(super) struct Cut {
    pub(super) main: PathBuf,
    pub(super) files: Vec<PathBuf>,
    /// For each part, the files that it needs, without their `.wasm`.
    needs: Manifest,
    hash: String,
}

impl Cut {
    /// Puts what parts share into a few files, once they are as they shall be, and writes the manifest.
    pub(super) fn pack(&self, folder: &Path) -> Result<()> {
        let manifest = pack::run(folder, &self.needs, &self.hash, &folder.join(LOADER))?;
        Ok(fs::write(folder.join(MANIFEST), serde_json::to_vec_pretty(&manifest)?)?)
    }
}

/// Cuts `module`; files, loader and manifest are written into `folder`, which is emptied first. `name` is that of the
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
    let mut hash = hex::of(Sha256::digest(&whole));
    hash.truncate(12);
    let files = renamed(&cut.split_modules, &hash, &folder.join(LOADER))?;
    let needs = cut
        .prefetch_map
        .into_iter()
        .map(|(part, files)| (part, files.iter().map(|file| format!("{file}.{hash}")).collect()))
        .collect();
    Ok(Cut { main, files, needs, hash })
}

/// What the build in `folder` was cut into.
pub(super) fn manifest(folder: &Path) -> Result<Manifest> {
    let file = folder.join(MANIFEST);
    let text = fs::read(&file).with_context(|| format!("{} was not built", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("reading {}", file.display()))
}

/// Puts the hash into the files' names, and into what the loader says of them.
fn renamed(files: &[PathBuf], hash: &str, loader: &Path) -> Result<Vec<PathBuf>> {
    let mut script = fs::read_to_string(loader)?;
    let mut to = Vec::new();
    for file in files {
        let name = file.file_stem().and_then(|stem| stem.to_str()).context("a file without a name")?;
        let hashed = file.with_file_name(format!("{name}.{hash}.wasm"));
        script = script.replace(&format!("\"./{name}.wasm\""), &format!("\"./{name}.{hash}.wasm\""));
        fs::rename(file, &hashed)?;
        to.push(hashed);
    }
    fs::write(loader, script)?;
    Ok(to)
}
