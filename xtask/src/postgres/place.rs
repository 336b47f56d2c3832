//! Where the durable data lie.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use anyhow::Result;
use nix::unistd::Uid;
use sha2::{Digest, Sha256};

use crate::{hex, workspace};

/// `.vanguard/postgres`; but where xtask is root and the clone lies below a folder that only root may enter (`/root`),
/// user `postgres` could not reach it: then `/var/lib/vanguard-<hash of the clone's path>`.
pub(crate) fn durable() -> Result<PathBuf> {
    let private = workspace::private()?;
    let near = private.join("postgres");
    if !Uid::effective().is_root() || near.exists() {
        return Ok(near);
    }
    let far = far(&workspace::root());
    if far.exists() || !anybody_may_enter(&private) {
        return Ok(far);
    }
    Ok(near)
}

fn far(root: &Path) -> PathBuf {
    let hash = Sha256::digest(root.as_os_str().as_encoded_bytes());
    let short = hex::of(&hash[..4]);
    PathBuf::from(format!("/var/lib/vanguard-{short}/postgres"))
}

/// For data that are thrown away: the system's folder for such, unless it is root's alone.
pub(super) fn temporary() -> PathBuf {
    let folder = env::temp_dir();
    if Uid::effective().is_root() && !anybody_may_enter(&folder) { PathBuf::from("/tmp") } else { folder }
}

fn anybody_may_enter(folder: &Path) -> bool {
    folder.ancestors().all(|ancestor| {
        fs::metadata(ancestor).is_ok_and(|metadata| metadata.permissions().mode() & 0o001 != 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_clone_has_its_own_far_place() {
        assert_ne!(far(Path::new("/root/one")), far(Path::new("/root/two")));
        assert_eq!(far(Path::new("/root/one")), far(Path::new("/root/one")));
    }
}
