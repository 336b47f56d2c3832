//! Secrets of this clone's system: made once, kept in `.vanguard/secrets` for the owner's eyes only.
//!
//! The data depend on them (what is encrypted with a lost key is lost), hence they lie beside the data and are never
//! made anew.

use std::{
    fs::{self, File},
    io::Read,
    os::unix::fs::PermissionsExt,
};

use anyhow::{Context, Result};

use crate::{hex, workspace};

/// The secret of this name; made of `bytes` random bytes, in hexadecimal, the first time.
pub(crate) fn kept(name: &str, bytes: usize) -> Result<String> {
    let folder = workspace::private()?.join("secrets");
    fs::create_dir_all(&folder)?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
    let file = folder.join(name);
    if let Ok(secret) = fs::read_to_string(&file) {
        let secret = secret.trim();
        anyhow::ensure!(
            secret.len() == bytes * 2,
            "{} is damaged: expected {} hex digits",
            file.display(),
            bytes * 2
        );
        return Ok(secret.to_owned());
    }
    let secret = random_hex(bytes)?;
    workspace::write_private(&file, &secret)?;
    Ok(secret)
}

/// Random bytes of the system, in hexadecimal.
pub(crate) fn random_hex(bytes: usize) -> Result<String> {
    let mut random = vec![0; bytes];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut random))
        .context("reading /dev/urandom")?;
    Ok(hex::of(random))
}
