//! The style sheet and the files that are served as they are.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::stamp::{Stamp, files_below};
use crate::{report, workspace};

/// Before all others: later sheets use the first's custom properties and refine the second's rules.
const FIRST: [&str; 2] = ["tokens.css", "base.css"];

/// `style/*.css` into `pkg/vanguard.css`, `app/public` into the site's root.
pub(super) fn build() -> Result<()> {
    let (style, public) = (workspace::root().join("style"), workspace::root().join("app/public"));
    let sheet = workspace::site().join("pkg/vanguard.css");
    let stamp = Stamp::of("assets", &[style.clone(), public.clone()], "")?;
    let copies: Vec<(PathBuf, PathBuf)> = files_below(&public)?
        .into_iter()
        .map(|file| Ok((workspace::site().join(file.strip_prefix(&public)?), file)))
        .collect::<Result<_>>()?;
    let mut outputs: Vec<PathBuf> = copies.iter().map(|(to, _)| to.clone()).collect();
    outputs.push(sheet.clone());
    if stamp.holds(&outputs) {
        return Ok(());
    }
    report::step("Joining the style sheets");
    write(&sheet, joined(&style)?.as_bytes())?;
    for (to, from) in copies {
        write(&to, &fs::read(&from)?)?;
    }
    stamp.set()
}

fn joined(style: &Path) -> Result<String> {
    let mut files = files_below(style)?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "css"));
    files.sort_by_key(|file| rank(style, file));
    let mut sheet = String::new();
    for file in files {
        sheet.push_str(&fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?);
        sheet.push('\n');
    }
    Ok(sheet)
}

fn rank(style: &Path, file: &Path) -> (usize, PathBuf) {
    let name = file.strip_prefix(style).unwrap_or(file);
    let place = FIRST.iter().position(|first| Path::new(first) == name).unwrap_or(FIRST.len());
    (place, name.to_path_buf())
}

fn write(to: &Path, content: &[u8]) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(to, content).with_context(|| format!("writing {}", to.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_first_then_base_then_the_alphabet() {
        let style = Path::new("style");
        let mut files: Vec<PathBuf> =
            ["grid.css", "base.css", "badge.css", "tokens.css"].iter().map(|name| style.join(name)).collect();
        files.sort_by_key(|file| rank(style, file));
        let names: Vec<_> = files.iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["tokens.css", "base.css", "badge.css", "grid.css"]);
    }
}
