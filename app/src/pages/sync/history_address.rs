//! What the history's address says: which runs, from which day on, and which page of them.

use chrono::{DateTime, Days, NaiveDate, Utc};
use leptos_router::params::ParamsMap;

use crate::backend::JobQuery;
use crate::components::pages::Page;
use crate::paths;

/// The address, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryAddress {
    pub kind: Option<&'static str>,
    pub state: Option<&'static str>,
    pub trigger: Option<&'static str>,
    /// The list begins with the runs of this day, in UTC.
    pub date: Option<NaiveDate>,
    pub page: Page,
}

impl HistoryAddress {
    /// What it does not know, it leaves out.
    pub fn read(query: &ParamsMap) -> Self {
        let one_of = |name, choices: &[&'static str]| {
            let word = query.get(name)?;
            choices.iter().find(|choice| **choice == word).copied()
        };
        Self {
            kind: one_of("kind", &JobQuery::KINDS),
            state: one_of("state", &JobQuery::STATES),
            trigger: one_of("trigger", &JobQuery::TRIGGERS),
            date: query.get("date").and_then(|date| date.parse().ok()),
            page: Page::read(query),
        }
    }

    /// What to ask for: what started before the day's end.
    pub fn query(&self) -> JobQuery {
        let owned = |word: Option<&'static str>| word.map(str::to_owned);
        JobQuery {
            kind: owned(self.kind),
            state: owned(self.state),
            trigger: owned(self.trigger),
            before: self.date.and_then(end_of),
        }
    }

    /// The page within the organisation.
    pub fn link(&self, organization: &str) -> String {
        let date = self.date.map(|date| date.to_string());
        let pairs = [
            ("kind", self.kind),
            ("state", self.state),
            ("trigger", self.trigger),
            ("date", date.as_deref()),
        ];
        let query: Vec<String> = pairs
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", value?)))
            .chain(self.page.query())
            .collect();
        paths::with_query(&format!("/o/{organization}/sync/history"), &query.join("&"))
    }

    /// Another page of the same list.
    #[must_use]
    pub fn at(&self, page: Page) -> Self {
        Self { page, ..self.clone() }
    }

    /// Whether it leaves anything out.
    pub fn is_filtered(&self) -> bool {
        self.at(Page::default()) != Self::default()
    }
}

fn end_of(date: NaiveDate) -> Option<DateTime<Utc>> {
    Some(date.checked_add_days(Days::new(1))?.and_hms_opt(0, 0, 0)?.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> HistoryAddress {
        let mut map = ParamsMap::new();
        for (name, value) in query {
            map.insert((*name).to_owned(), (*value).to_owned());
        }
        HistoryAddress::read(&map)
    }

    #[test]
    fn what_is_read_is_what_was_linked() {
        let address =
            read(&[("kind", "write"), ("trigger", "commit"), ("date", "2026-11-20"), ("page", "2")]);
        assert_eq!(
            address.link("RIO"),
            "/o/RIO/sync/history?kind=write&trigger=commit&date=2026-11-20&page=2"
        );
        assert_eq!(read(&[]).link("RIO"), "/o/RIO/sync/history");
    }

    #[test]
    fn a_day_holds_all_of_its_runs() {
        let before = read(&[("date", "2026-02-28")]).query().before.unwrap();
        assert_eq!(before.to_rfc3339(), "2026-03-01T00:00:00+00:00");
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let nonsense = read(&[("kind", "both"), ("state", ""), ("date", "yesterday"), ("page", "x")]);
        assert_eq!(nonsense, HistoryAddress::default());
        assert!(!nonsense.is_filtered());
    }
}
