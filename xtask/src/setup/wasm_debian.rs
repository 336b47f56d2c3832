//! The wasm target where rustup's server is out of reach: Debian's compiler and its sources of the standard library.
//!
//! Debian ships no compiled standard library for the browser, so it is compiled once (a minute or two) with the unstable
//! `-Zbuild-std` and put where the compiler looks for it; from then on every wasm build is an ordinary one. The linker
//! `rust-lld` is not part of the set: rustup's toolchain has one.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

use super::{apt, wasm::TARGET};
use crate::{report, shell, workspace};

pub(crate) const CARGO: &str = "/usr/bin/cargo";
pub(crate) const CLIPPY: &str = "/usr/bin/cargo-clippy";
pub(crate) const RUSTC: &str = "/usr/bin/rustc";
pub(crate) const STANDARD_LIBRARY: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";
const SOURCES: &str = "/usr/lib/rustlib/src/rust/library/std";
const PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy"];
/// The library that is compiled only for what it depends on.
const PROBE: &str = "vanguard_std_probe";

/// Whether the packages are there.
pub(crate) fn installed() -> bool {
    [CARGO, RUSTC, CLIPPY, SOURCES].iter().all(|path| Path::new(path).exists())
}

/// Installs the packages.
pub(crate) fn install_packages() -> Result<()> {
    if !installed() {
        apt::install(&PACKAGES, "a Rust compiler for wasm")?;
    }
    refuse_old_compiler()
}

/// Compiles the standard library and puts it where the compiler looks.
pub(crate) fn install_standard_library() -> Result<()> {
    report::step("Compiling the standard library for wasm (once, a minute or two)");
    let libraries = compile()?;
    let mut folder = apt::as_root("mkdir")?;
    shell::run(folder.args(["-p", STANDARD_LIBRARY]))?;
    let mut clear = apt::as_root("find")?;
    shell::run(clear.args([STANDARD_LIBRARY, "-name", "*.rlib", "-delete"]))?;
    let mut copy = apt::as_root("install")?;
    shell::run(copy.args(["-m", "644", "-t", STANDARD_LIBRARY]).args(libraries))
}

/// Debian's main archive still has an older set; only the security archive's is new enough.
fn refuse_old_compiler() -> Result<()> {
    let version = shell::output(Command::new(RUSTC).arg("--version"))?;
    let minor = version.split('.').nth(1).and_then(|minor| minor.parse::<u32>().ok());
    let needed = env!("CARGO_PKG_RUST_VERSION").split('.').nth(1).and_then(|minor| minor.parse().ok());
    ensure!(
        minor >= needed,
        "{} is {}, but {} is needed: enable the debian-security archive and run `cargo xtask setup` again",
        RUSTC,
        version.trim(),
        env!("CARGO_PKG_RUST_VERSION")
    );
    Ok(())
}

fn compile() -> Result<Vec<PathBuf>> {
    let package = workspace::target().join("wasm-std");
    // What another version of the compiler left there must not be taken for its own.
    if package.exists() {
        fs::remove_dir_all(&package)?;
    }
    fs::create_dir_all(package.join("src"))?;
    fs::write(package.join("src/lib.rs"), "#![no_std]\n")?;
    fs::write(
        package.join("Cargo.toml"),
        format!("[package]\nname = \"{PROBE}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n"),
    )?;
    let mut cargo = shell::cargo_at(Path::new(CARGO));
    cargo.current_dir(&package);
    cargo.args([
        "build",
        "--quiet",
        "--release",
        "--target",
        TARGET,
        "-Zbuild-std=std,panic_abort,panic_unwind",
    ]);
    // The unstable option is asked of a stable compiler: its own sources are the only thing that is compiled with it.
    // Cargo leaves out what link-time optimisation works on unless it sees that it is wanted; the app wants it.
    cargo.env("RUSTFLAGS", "-Cembed-bitcode=yes");
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", RUSTC).env("PATH", path_with_linker()?);
    cargo.env("CARGO_TARGET_DIR", package.join("target"));
    shell::run(&mut cargo).context("compiling the standard library for wasm")?;
    let compiled = package.join("target").join(TARGET).join("release/deps");
    let libraries = libraries_in(&compiled)?;
    ensure!(!libraries.is_empty(), "no library in {}", compiled.display());
    Ok(libraries)
}

fn libraries_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut libraries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let own = path.file_name().is_some_and(|name| name.to_string_lossy().contains(PROBE));
        if !own && path.extension().is_some_and(|extension| extension == "rlib") {
            libraries.push(path);
        }
    }
    Ok(libraries)
}

/// Clears what was compiled against another build of the standard library. Cargo does not see such a change, since the
/// compiler's version is the same, and its crates would not be found any more.
pub(crate) fn clear_outdated(target_folder: &Path) -> Result<()> {
    let mut names: Vec<String> = libraries_in(Path::new(STANDARD_LIBRARY))?
        .iter()
        .filter_map(|library| Some(library.file_name()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    let (names, stamp) = (names.join("\n"), target_folder.join("standard-library.txt"));
    if fs::read_to_string(&stamp).is_ok_and(|last| last == names) {
        return Ok(());
    }
    let outdated = target_folder.join(TARGET);
    if outdated.exists() {
        fs::remove_dir_all(&outdated)?;
    }
    fs::create_dir_all(target_folder)?;
    fs::write(&stamp, names).with_context(|| format!("writing {}", stamp.display()))
}

/// PATH with the folder of `rust-lld` in front.
pub(crate) fn path_with_linker() -> Result<OsString> {
    let mut folders = vec![linker_folder()?];
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    Ok(env::join_paths(folders)?)
}

fn linker_folder() -> Result<PathBuf> {
    // RUSTC may name Debian's compiler, which has no linker: ask the one on PATH.
    let sysroot = shell::output(&mut shell_rustc("--print=sysroot"))?;
    let version = shell::output(&mut shell_rustc("-vV"))?;
    let host =
        version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc -vV names no host")?;
    let folder = Path::new(sysroot.trim()).join("lib/rustlib").join(host).join("bin");
    if !folder.join("rust-lld").is_file() {
        bail!("no rust-lld in {}: the wasm linker comes with rustup's toolchains", folder.display());
    }
    Ok(folder)
}

fn shell_rustc(argument: &str) -> Command {
    let mut command = shell::cargo_at(Path::new("rustc"));
    command.arg(argument);
    command
}
