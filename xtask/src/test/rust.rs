//! The workspace's own tests, in one build.

use std::{env, process::Command};

use anyhow::{Context, Result};

use super::{
    Options, colour, output, step,
    tally::{Counts, Tally},
};
use crate::{build, postgres::Throwaway, shell, workspace};

pub(super) fn run(options: &Options, postgres: &Throwaway, tally: &mut Tally) -> Result<()> {
    if let Err(error) = build::with_tests() {
        crate::interrupt::check()?;
        tally.could_not_run("the Rust tests", &error);
        return Ok(());
    }
    let everything = options.filters.is_empty();
    step("unit, property and integration tests");
    let counts = if shell::succeeds(shell::cargo().args(["nextest", "--version"])) {
        nextest(options, postgres)
    } else {
        libtest(options, postgres, &["--bins", "--lib", "--tests"])
    };
    settle(tally, "Rust tests", counts, everything)?;
    step("the examples in docs");
    let counts = libtest(options, postgres, &["--doc"]);
    settle(tally, "examples in docs", counts, false)
}

fn settle(tally: &mut Tally, name: &str, counts: Result<Counts>, some_expected: bool) -> Result<()> {
    crate::interrupt::check()?;
    match counts {
        Ok(counts) => tally.suite(name, counts, some_expected),
        Err(error) => tally.could_not_run(name, &error),
    }
    Ok(())
}

fn nextest(options: &Options, postgres: &Throwaway) -> Result<Counts> {
    let mut cargo = with_surroundings(shell::cargo(), postgres)?;
    cargo.args(["nextest", "run", "--workspace", "--no-fail-fast", "--no-tests=pass", "--status-level=fail"]);
    cargo.args(["--final-status-level=fail", "--color", colour()]).args(&options.filters);
    let shown = output::show(&mut cargo)?;
    let counts = summary(&shown.text).context("cargo nextest printed no summary")?;
    Ok(with_status(counts, shown.status.success()))
}

fn libtest(options: &Options, postgres: &Throwaway, kinds: &[&str]) -> Result<Counts> {
    let mut cargo = with_surroundings(shell::cargo(), postgres)?;
    cargo
        .args(["test", "--quiet", "--workspace", "--no-fail-fast"])
        .args(kinds)
        .arg("--")
        .args(&options.filters);
    let shown = output::show(&mut cargo)?;
    Ok(with_status(results(&shown.text), shown.status.success()))
}

/// What tests find in their environment.
fn with_surroundings(mut command: Command, postgres: &Throwaway) -> Result<Command> {
    let programs = build::binaries(build::Profile::Debug);
    command.env("DATABASE_URL", postgres.cluster.url());
    command.env("PEMS_SIMULATOR_BIN", programs.simulator).env("VANGUARD_SITE", workspace::site());
    // For a test that stops and starts a PostgreSQL of its own: `$VANGUARD_XTASK pg --throwaway --control`.
    command.env("VANGUARD_XTASK", env::current_exe()?);
    Ok(command)
}

/// A runner that fails without a failed test could not compile or start something: one failure.
fn with_status(counts: Counts, success: bool) -> Counts {
    if success || counts.failed > 0 { counts } else { Counts { failed: 1, ..counts } }
}

/// Of nextest: `Summary [  1.0s] 12 tests run: 11 passed (1 slow), 1 failed, 2 skipped`.
fn summary(text: &str) -> Option<Counts> {
    let line = text.lines().rev().find(|line| line.trim_start().starts_with("Summary ["))?;
    let (_, counted) = line.split_once(':').unwrap_or((line, ""));
    let failed = number_before(counted, "failed")
        + number_before(counted, "timed out")
        + number_before(counted, "exec failed");
    Some(Counts { passed: number_before(counted, "passed"), failed })
}

/// Of cargo test: `test result: ok. 5 passed; 0 failed; 0 ignored; …`, once for each program.
fn results(text: &str) -> Counts {
    let lines = text.lines().filter(|line| line.starts_with("test result:"));
    lines.fold(Counts::default(), |counts, line| Counts {
        passed: counts.passed + number_before(line, "passed"),
        failed: counts.failed + number_before(line, "failed"),
    })
}

fn number_before(text: &str, word: &str) -> usize {
    let before =
        text.split([',', ';', '.', '(']).find_map(|part| part.trim().strip_suffix(word).map(str::trim));
    before.and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nextests_summary_is_read() {
        let text = "   Summary [   1.204s] 12 tests run: 9 passed (1 slow), 2 failed, 1 timed out, 4 skipped\nerror: run failed";
        assert_eq!(summary(text), Some(Counts { passed: 9, failed: 3 }));
        assert_eq!(
            summary("   Summary [   0.001s] 0 tests run: 0 passed, 0 skipped"),
            Some(Counts::default())
        );
        assert_eq!(summary("error: could not compile"), None);
    }

    #[test]
    fn the_results_of_all_programs_are_added() {
        let text = "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
                    test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(results(text), Counts { passed: 6, failed: 2 });
    }

    #[test]
    fn a_runner_that_fails_by_itself_is_one_failure() {
        assert_eq!(with_status(Counts { passed: 3, failed: 0 }, false), Counts { passed: 3, failed: 1 });
        assert_eq!(with_status(Counts { passed: 3, failed: 2 }, false), Counts { passed: 3, failed: 2 });
    }
}
