//! Where things lie in the workspace and in the private folder `.vanguard`.

use std::{
    env, fs,
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// The root of the clone that xtask was built from.
pub(crate) fn root() -> PathBuf {
    // `cargo run` sets CARGO_MANIFEST_DIR; the value of the build is for a binary that is started by itself.
    let package = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map_or(package.clone(), Path::to_path_buf)
}

/// Cargo's folder for everything that rustup's toolchain builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The assets that the server serves: `LEPTOS_SITE_ROOT`.
pub(crate) fn site() -> PathBuf {
    target().join("site")
}

/// The browser tests, and Node's packages with them.
pub(crate) fn end2end() -> PathBuf {
    root().join("end2end")
}

/// Data, logs and secrets of `run`; ignored by git, readable by nobody else but for the way to PostgreSQL's data.
pub(crate) fn private() -> Result<PathBuf> {
    let folder = root().join(".vanguard");
    fs::create_dir_all(folder.join("logs")).context("creating .vanguard/logs")?;
    // Traversable, not readable: user postgres must reach its data below when xtask runs as root.
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o711))?;
    fs::set_permissions(folder.join("logs"), fs::Permissions::from_mode(0o700))?;
    Ok(folder)
}

/// Writes a file that nobody else may read.
pub(crate) fn write_private(path: &Path, content: &str) -> Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(content.as_bytes()).with_context(|| format!("writing {}", path.display()))
}
