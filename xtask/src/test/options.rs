//! The command line of `test`.

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// Format, clippy, cargo deny
    Lints,
    /// `.sqlx` is up to date
    Queries,
    /// Unit, property and integration tests, and the examples in docs
    Rust,
    /// Playwright
    Browser,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only tests whose names contain one of these; lints are left out then
    pub(super) filters: Vec<String>,
    /// Only these parts; may be repeated
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// Browser tests against the optimised server
    #[arg(long)]
    pub(super) release: bool,
}

impl Options {
    pub(super) fn includes(&self, part: Part) -> bool {
        if self.only.is_empty() {
            // Lints have no names to filter by.
            self.filters.is_empty() || matches!(part, Part::Rust | Part::Browser)
        } else {
            self.only.contains(&part)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(filters: &[&str], only: &[Part]) -> Options {
        Options {
            filters: filters.iter().map(|&f| f.to_owned()).collect(),
            only: only.to_vec(),
            release: false,
        }
    }

    #[test]
    fn without_a_word_every_part_runs() {
        assert!(options(&[], &[]).includes(Part::Lints));
        assert!(options(&[], &[]).includes(Part::Browser));
    }

    #[test]
    fn a_filter_leaves_out_what_has_no_names() {
        assert!(!options(&["conflict"], &[]).includes(Part::Lints));
        assert!(options(&["conflict"], &[]).includes(Part::Rust));
    }

    #[test]
    fn only_means_only() {
        assert!(!options(&[], &[Part::Browser]).includes(Part::Rust));
        assert!(options(&[], &[Part::Browser]).includes(Part::Browser));
    }
}
