//! The browser tests: Playwright's, with its report read.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Options, output, step, tally::Counts};
use crate::{playwright::Programs, postgres::Cluster, workspace};

pub(super) fn run(options: &Options, programs: &Programs, cluster: &Cluster) -> Result<Counts> {
    step("in the browser");
    let report = workspace::target().join("playwright.json");
    let _ = fs::remove_file(&report);
    let mut playwright = programs.test(cluster);
    if !options.filters.is_empty() {
        playwright.args(["--pass-with-no-tests", "--grep", &any_of(&options.filters)]);
    }
    playwright.env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    let shown = output::show(&mut playwright)?;
    let counts = counts(&report).context("Playwright ended without a report (see above)")?;
    Ok(if shown.status.success() || counts.failed > 0 { counts } else { Counts { failed: 1, ..counts } })
}

/// A regular expression for names that contain one of the words, as the Rust runners understand filters.
fn any_of(filters: &[String]) -> String {
    let escape = |word: &String| {
        word.chars().fold(String::new(), |mut text, character| {
            if !character.is_alphanumeric() && character != ' ' {
                text.push('\\');
            }
            text.push(character);
            text
        })
    };
    filters.iter().map(escape).collect::<Vec<_>>().join("|")
}

fn counts(report: &Path) -> Result<Counts> {
    let report: Value = serde_json::from_str(&fs::read_to_string(report)?)?;
    let number = |name: &str| {
        report["stats"][name].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(0)
    };
    // A test that passed only the second time has failed: retries are off, but somebody may turn them on.
    let failed = number("unexpected") + number("flaky");
    // A file that does not load has no tests to fail; Playwright lists such errors apart.
    let errors = report["errors"].as_array().map_or(0, Vec::len);
    Ok(Counts { passed: number("expected"), failed: failed.max(usize::from(errors > 0)) })
}

#[cfg(test)]
mod tests {
    use super::any_of;

    #[test]
    fn filters_are_words_not_expressions() {
        assert_eq!(any_of(&["log in".to_owned(), "a.b".to_owned()]), r"log in|a\.b");
    }
}
