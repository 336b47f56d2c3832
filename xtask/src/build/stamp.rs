//! Whether a step must be done again: a hash over the content of its inputs, kept beside its outputs.
//!
//! Content rather than times, since a fresh clone and a changed branch make every file new.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::{hex, workspace};

/// What a step read, as one hash.
#[derive(Debug)]
pub(crate) struct Stamp {
    file: PathBuf,
    hash: String,
}

impl Stamp {
    /// `inputs` are files and folders; what does not exist counts as empty. `also` is anything else the outcome depends on.
    pub(crate) fn of(step: &str, inputs: &[PathBuf], also: &str) -> Result<Self> {
        let mut digest = Sha256::new();
        digest.update(also);
        for input in inputs {
            for file in files_below(input)? {
                digest.update(file.as_os_str().as_encoded_bytes());
                digest.update([0]);
                digest.update(Sha256::digest(
                    fs::read(&file).with_context(|| format!("reading {}", file.display()))?,
                ));
            }
        }
        let hash = hex::of(digest.finalize());
        Ok(Self { file: workspace::target().join(format!("xtask-stamps/{step}")), hash })
    }

    /// Whether the step was done with the same inputs, and its outputs are still there.
    pub(crate) fn holds(&self, outputs: &[PathBuf]) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|hash| hash == self.hash)
            && outputs.iter().all(|path| path.exists())
    }

    /// To be called when the step is done.
    pub(crate) fn set(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.file, &self.hash).with_context(|| format!("writing {}", self.file.display()))
    }
}

/// All files below a path, in a stable order.
pub(crate) fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = Vec::new();
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            files.extend(files_below(&entry?.path())?);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_changes_with_content_and_settings_only() {
        let folder = std::env::temp_dir().join(format!("vanguard-stamp-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let hash = |also| Stamp::of("test", std::slice::from_ref(&folder), also).unwrap().hash;
        fs::write(folder.join("a"), "1").unwrap();
        let first = hash("");
        fs::write(folder.join("a"), "1").unwrap();
        assert_eq!(first, hash(""), "written again, the same content");
        assert_ne!(first, hash("other"));
        fs::write(folder.join("a"), "2").unwrap();
        assert_ne!(first, hash(""));
        fs::remove_dir_all(&folder).unwrap();
    }
}
