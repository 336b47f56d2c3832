//! What the log's address says: which entries, from where on, and whether the chain is to be verified.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use leptos_router::location::Url;
use leptos_router::params::ParamsMap;
use uuid::Uuid;

use crate::paths;

/// The address, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// As in `write.confirmed`.
    pub event_type: Option<String>,
    pub user_id: Option<Uuid>,
    pub pfa_id: Option<String>,
    /// The first day, in UTC.
    pub from: Option<NaiveDate>,
    /// The last day, in UTC.
    pub to: Option<NaiveDate>,
    /// The last entry of the page before.
    pub after: Option<String>,
}

impl Address {
    /// What it does not know, it leaves out.
    pub fn read(query: &ParamsMap) -> Self {
        let text =
            |name: &str| query.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Self {
            event_type: text("event"),
            user_id: text("user").and_then(|id| id.parse().ok()),
            pfa_id: text("record"),
            from: text("from").and_then(|day| day.parse().ok()),
            to: text("to").and_then(|day| day.parse().ok()),
            after: text("after"),
        }
    }

    /// Within the organisation.
    pub fn link(&self, organization: &str) -> String {
        let query = self.query(["event", "user", "record"], |day| day.map(|day| day.to_string()), self.to);
        let after = self.after.as_ref().map(|after| format!("after={}", Url::escape(after)));
        let query: Vec<String> = query.into_iter().chain(after).collect();
        paths::with_query(&format!("/o/{organization}/settings/audit"), &query.join("&"))
    }

    /// The file with exactly these entries, on whatever page one is.
    pub fn export(&self, organization_id: Uuid, format: &str) -> String {
        let start = |day: Option<NaiveDate>| start(day).map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string());
        let query = self.query(["eventType", "userId", "pfaId"], start, next(self.to));
        let query: Vec<String> = [format!("organizationId={organization_id}"), format!("format={format}")]
            .into_iter()
            .chain(query)
            .collect();
        format!("/api/audit/export?{}", query.join("&"))
    }

    fn query(
        &self,
        [event, user, record]: [&str; 3],
        day: impl Fn(Option<NaiveDate>) -> Option<String>,
        to: Option<NaiveDate>,
    ) -> Vec<String> {
        [
            (event, self.event_type.clone()),
            (user, self.user_id.map(|id| id.to_string())),
            (record, self.pfa_id.clone()),
            ("from", day(self.from)),
            ("to", day(to)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", Url::escape(&value?))))
        .collect()
    }

    /// At or after this.
    pub fn since(&self) -> Option<DateTime<Utc>> {
        start(self.from)
    }

    /// Before this: the last day counts as a whole.
    pub fn until(&self) -> Option<DateTime<Utc>> {
        start(next(self.to))
    }

    pub const fn is_filtered(&self) -> bool {
        self.event_type.is_some()
            || self.user_id.is_some()
            || self.pfa_id.is_some()
            || self.from.is_some()
            || self.to.is_some()
    }
}

fn start(day: Option<NaiveDate>) -> Option<DateTime<Utc>> {
    day.map(|day| day.and_time(NaiveTime::MIN).and_utc())
}

fn next(day: Option<NaiveDate>) -> Option<NaiveDate> {
    day.and_then(|day| day.checked_add_days(Days::new(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> Address {
        let mut map = ParamsMap::new();
        for (name, value) in query {
            map.insert((*name).to_owned(), (*value).to_owned());
        }
        Address::read(&map)
    }

    #[test]
    fn what_is_no_filter_is_left_out() {
        assert_eq!(
            read(&[("event", " "), ("user", "me"), ("from", "yesterday"), ("to", "")]),
            Address::default()
        );
        assert_eq!(Address::default().link("RIO"), "/o/RIO/settings/audit");
    }

    #[test]
    fn the_last_day_counts_as_a_whole() {
        let address = read(&[("from", "2026-03-01"), ("to", "2026-03-01")]);
        assert_eq!(address.since().unwrap().to_rfc3339(), "2026-03-01T00:00:00+00:00");
        assert_eq!(address.until().unwrap().to_rfc3339(), "2026-03-02T00:00:00+00:00");
    }
}
