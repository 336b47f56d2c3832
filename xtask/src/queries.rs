//! `.sqlx`: what the checked queries (`sqlx::query!`) are compiled against where there is no database.
//!
//! What `sqlx-cli prepare` does, without having to install it: with `SQLX_OFFLINE=false`, a database and
//! `SQLX_OFFLINE_DIR` in the environment, the macros ask the database and write what they learn into that folder. Cargo
//! does not see those variables, so the package with the queries is made to look changed first.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context, Result, bail};

use crate::{
    postgres::{Cluster, Durability, throwaway},
    report, shell, workspace,
};

/// `cargo xtask prepare`: regenerates the folder.
pub(crate) fn prepare() -> Result<()> {
    let postgres = throwaway(Durability::None)?;
    let fresh = generate(&postgres.cluster)?;
    let committed = committed();
    fs::create_dir_all(&committed)?;
    let before = contents(&committed)?;
    let after = contents(&fresh)?;
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        fs::remove_file(committed.join(name))?;
    }
    for (name, content) in &after {
        if before.get(name) != Some(content) {
            fs::write(committed.join(name), content)?;
        }
    }
    println!(
        "{} in .sqlx; {}",
        count(&after),
        difference(&before, &after).unwrap_or_else(|| "nothing changed".into())
    );
    Ok(())
}

/// Fails when the committed folder is not what would be generated now.
pub(crate) fn check(cluster: &Cluster) -> Result<()> {
    let fresh = generate(cluster)?;
    match difference(&contents(&committed())?, &contents(&fresh)?) {
        Some(difference) => {
            bail!("`.sqlx` is out of date ({difference}): run `cargo xtask prepare` and commit it")
        }
        None => Ok(()),
    }
}

fn committed() -> PathBuf {
    workspace::root().join(".sqlx")
}

fn generate(cluster: &Cluster) -> Result<PathBuf> {
    report::step("Compiling the queries against a migrated database");
    cluster.migrate(&workspace::root().join("migrations"))?;
    let folder = workspace::target().join("sqlx-prepare");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    touch(&workspace::root().join("server"))?;
    let mut cargo = shell::cargo();
    // The whole workspace, although only the server has queries: with the same packages chosen as by clippy and by the
    // tests, cargo finds the dependencies checked already.
    cargo.args(["check", "--workspace", "--all-targets"]);
    cargo.env("SQLX_OFFLINE", "false").env("SQLX_OFFLINE_DIR", &folder).env("DATABASE_URL", cluster.url());
    shell::run(&mut cargo)?;
    Ok(folder)
}

/// Makes the crate roots of the package look changed.
fn touch(package: &Path) -> Result<()> {
    let mut roots = vec![package.join("src/lib.rs"), package.join("src/main.rs")];
    for folder in ["tests", "benches"] {
        for entry in fs::read_dir(package.join(folder)).into_iter().flatten() {
            let path = entry?.path();
            roots.push(if path.is_dir() { path.join("main.rs") } else { path });
        }
    }
    for root in roots.iter().filter(|root| root.is_file()) {
        touch_file(root)?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a file's time is the real time; no test decides about it")]
fn touch_file(file: &Path) -> Result<()> {
    let opened =
        File::options().append(true).open(file).with_context(|| format!("opening {}", file.display()))?;
    Ok(opened.set_modified(SystemTime::now())?)
}

type Contents = BTreeMap<String, String>;

fn contents(folder: &Path) -> Result<Contents> {
    let mut contents = Contents::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("query-") && path.extension().is_some_and(|kind| kind == "json") {
            contents.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(contents)
}

fn difference(old: &Contents, new: &Contents) -> Option<String> {
    let added = new.keys().filter(|name| !old.contains_key(*name)).count();
    let removed = old.keys().filter(|name| !new.contains_key(*name)).count();
    let changed =
        new.iter().filter(|(name, content)| old.get(*name).is_some_and(|old| old != *content)).count();
    (added + removed + changed > 0).then(|| format!("{added} added, {changed} changed, {removed} removed"))
}

fn count(contents: &Contents) -> String {
    match contents.len() {
        1 => "1 query".into(),
        number => format!("{number} queries"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_counts_what_is_added_changed_and_removed() {
        let old = Contents::from([("a".into(), "1".into()), ("b".into(), "1".into())]);
        let new = Contents::from([("b".into(), "2".into()), ("c".into(), "1".into())]);
        assert_eq!(difference(&old, &new).unwrap(), "1 added, 1 changed, 1 removed");
        assert_eq!(difference(&new, &new), None);
    }
}
