//! The count over all parts, and its last line.

use anyhow::{Error, Result};

use crate::{interrupt, report};

/// Tests that ran.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: usize,
    pub(super) failed: usize,
}

#[derive(Debug, Default)]
pub(super) struct Tally {
    counts: Counts,
    /// What to look for further up, in the order it happened.
    failures: Vec<String>,
}

impl Tally {
    /// A check that passes or fails as a whole counts as one test. An interruption is passed on.
    pub(super) fn check(&mut self, name: &str, outcome: Result<()>) -> Result<()> {
        interrupt::check()?;
        match outcome {
            Ok(()) => self.counts.passed += 1,
            Err(error) => self.fail(format!("{name}: {error:#}")),
        }
        Ok(())
    }

    /// A suite that counted its tests. Finding none is a failure where some are expected: a runner that is pointed at the
    /// wrong place finds nothing to fail.
    pub(super) fn suite(&mut self, name: &str, counts: Counts, some_expected: bool) {
        report::note(format!("{name}: {} passed, {} failed", counts.passed, counts.failed));
        self.counts.passed += counts.passed;
        self.counts.failed += counts.failed;
        if counts.failed > 0 {
            self.failures.push(format!("{name}: {} failed", counts.failed));
        }
        if some_expected && counts == Counts::default() {
            self.fail(format!("{name}: no test ran"));
        }
    }

    /// A part that did not get as far as counting.
    pub(super) fn could_not_run(&mut self, name: &str, error: &Error) {
        self.fail(format!("{name} could not run: {error:#}"));
    }

    pub(super) fn failed(&self) -> usize {
        self.counts.failed
    }

    /// Ends with the line that CI reads.
    pub(super) fn print(&self) {
        if !self.failures.is_empty() {
            println!("\nFailures:");
            for failure in &self.failures {
                println!("  {failure}");
            }
        }
        println!("\n{} passed, {} failed", self.counts.passed, self.counts.failed);
    }

    fn fail(&mut self, what: String) {
        report::note(format!("FAILED {what}"));
        self.counts.failed += 1;
        self.failures.push(what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_without_tests_fails_where_some_are_expected() {
        let mut tally = Tally::default();
        tally.suite("filtered", Counts::default(), false);
        assert_eq!(tally.failed(), 0);
        tally.suite("all", Counts::default(), true);
        assert_eq!(tally.failed(), 1);
    }

    #[test]
    fn a_part_that_could_not_run_is_one_failure() {
        let mut tally = Tally::default();
        tally.suite("some", Counts { passed: 3, failed: 1 }, true);
        tally.could_not_run("others", &anyhow::anyhow!("no network"));
        assert_eq!(tally.failed(), 2);
        assert_eq!(tally.counts.passed, 3);
    }
}
