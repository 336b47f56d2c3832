//! The browser of the browser tests: the system's Chromium, since Playwright's own download is not always reachable.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::apt;
use crate::shell;

const PROGRAMS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC_PROGRAMS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Finds the browser, installing Debian's if there is none. `CHROMIUM` in the environment decides.
pub(crate) fn browser() -> Result<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM") {
        let named = PathBuf::from(named);
        return if named.is_file() {
            Ok(named)
        } else {
            bail!("CHROMIUM names no file: {}", named.display())
        };
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    if cfg!(target_os = "macos") {
        bail!(
            "no Chromium: install Google Chrome or `brew install --cask chromium`, or set CHROMIUM to its program"
        );
    }
    apt::install(&["chromium"], "Chromium for the browser tests")?;
    find().context("apt-get installed chromium, but it is not on PATH; set CHROMIUM to its program")
}

fn find() -> Option<PathBuf> {
    let on_path = PROGRAMS.iter().find_map(|program| shell::which(program));
    on_path.or_else(|| {
        MAC_PROGRAMS.iter().map(|program| Path::new(program).to_path_buf()).find(|path| path.is_file())
    })
}
