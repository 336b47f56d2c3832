//! From `app` with its feature `hydrate` to `target/site/pkg/vanguard.js`, `vanguard_bg.wasm` and the files of its parts.
//!
//! The names are the ones that leptos' `HydrationScripts` asks for: `<output-name>.js`, and `<output-name>_bg.wasm`
//! unless leptos was compiled with `LEPTOS_OUTPUT_NAME` set, as cargo-leptos does: then `<output-name>.wasm`. We write
//! both, so that a server built either way finds its wasm.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{
    bindgen, optimise, split,
    stamp::{Stamp, files_below},
};
use crate::{
    interrupt, report,
    setup::{
        node,
        wasm::{TARGET, Toolchain, target_folder, toolchain},
    },
    shell, workspace,
};

/// `output-name` of the workspace's leptos metadata.
const NAME: &str = "vanguard";
/// Always optimised: unoptimised wasm is twenty times the size and slower than a test may wait.
const PROFILE: &str = "wasm-release";
/// What decides about the code, wherever it lies.
const INPUTS: [&str; 8] = [
    "Cargo.toml",
    "Cargo.lock",
    "src",
    "app/Cargo.toml",
    "app/src",
    "end2end/package-lock.json",
    "xtask/src/build",
    ".cargo/config.toml",
];

pub(super) fn build() -> Result<()> {
    let toolchain = toolchain()?;
    let inputs: Vec<PathBuf> = INPUTS.iter().map(|input| workspace::root().join(input)).collect();
    let compiler = shell::output(shell::cargo_at(&toolchain.rustc()).arg("-vV"))?;
    let stamp = Stamp::of("wasm", &inputs, &compiler)?;
    let package = workspace::site().join("pkg");
    let outputs: Vec<PathBuf> = ["vanguard.js", "vanguard_bg.wasm", "vanguard.wasm", split::MANIFEST]
        .iter()
        .map(|name| package.join(name))
        .collect();
    if stamp.holds(&outputs) && warnings_file().exists() {
        return Ok(());
    }
    report::step("Building the wasm");
    let wasm_opt = node::wasm_opt()?;
    let module = compile(toolchain)?;
    report::note("cutting out the parts");
    let glued = target_folder().join("bindgen");
    let cut = split::run(&module, NAME, &glued)?;
    report::note("wasm-bindgen");
    bindgen::run(&cut.main, NAME, &glued)?;
    report::note("wasm-opt -Oz");
    for module in cut.files.iter().chain([&glued.join("vanguard_bg.wasm")]) {
        optimise::run(&wasm_opt, module)?;
    }
    cut.pack(&glued)?;
    fs::copy(glued.join("vanguard_bg.wasm"), glued.join("vanguard.wasm"))?;
    put(&glued, &package)?;
    stamp.set()
}

/// The compiler's warnings on `app` in the last build: nothing when it was clean.
pub(super) fn warnings() -> Result<String> {
    fs::read_to_string(warnings_file()).context("the wasm was not built yet")
}

fn warnings_file() -> PathBuf {
    target_folder().join("warnings.txt")
}

/// Returns the compiled module.
///
/// `cargo rustc --crate-type cdylib` rather than `cargo build`: the package is an `rlib` as well, and of two kinds at
/// once cargo makes neither with link-time optimisation.
fn compile(toolchain: Toolchain) -> Result<PathBuf> {
    let mut cargo = toolchain.cargo()?;
    cargo.args(["rustc", "--package", "vanguard-app", "--lib", "--crate-type", "cdylib"]);
    cargo.args(["--no-default-features", "--features", "hydrate", "--target", TARGET, "--profile", PROFILE]);
    // After `--`: for the linker of this one module only, so that the dependencies are shared with other builds.
    // The diagnostics of this format are rendered on stderr, for the person; the JSON is for us.
    cargo.arg("--message-format=json-render-diagnostics");
    cargo.args(["--", "-C", split::LINKER_ARGUMENT]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = cargo.spawn().with_context(|| format!("starting {}", shell::shown(&cargo)))?;
    let messages = child.stdout.take().context("no output of cargo")?;
    let (mut module, mut warnings) = (None, String::new());
    for line in BufReader::new(messages).lines() {
        let Ok(message) = serde_json::from_str::<Value>(&line?) else { continue };
        if message["target"]["name"] == "vanguard_app" {
            if message["reason"] == "compiler-artifact" {
                module = message["filenames"].as_array().and_then(|names| names.iter().find_map(wasm_file));
            } else if message["message"]["level"] == "warning" {
                warnings.push('\n');
                warnings.push_str(message["message"]["message"].as_str().unwrap_or("a warning"));
            }
        }
    }
    let status = child.wait()?;
    interrupt::check()?;
    if !status.success() {
        bail!("the wasm does not compile (see above): {}", shell::shown(&cargo));
    }
    fs::write(warnings_file(), warnings)?;
    module.context("cargo built no wasm module of vanguard-app")
}

fn wasm_file(name: &Value) -> Option<PathBuf> {
    name.as_str().map(PathBuf::from).filter(|file| file.extension().is_some_and(|kind| kind == "wasm"))
}

/// Replaces what the last build put there. The style sheet comes from elsewhere.
fn put(from: &Path, package: &Path) -> Result<()> {
    fs::create_dir_all(package)?;
    for old in files_below(package)? {
        if old
            .extension()
            .is_some_and(|kind| kind == "js" || kind == "json" || kind == "wasm" || kind == "bin")
        {
            fs::remove_file(old)?;
        }
    }
    for file in files_below(from)? {
        let to = package.join(file.strip_prefix(from)?);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&file, &to).with_context(|| format!("writing {}", to.display()))?;
    }
    Ok(())
}
