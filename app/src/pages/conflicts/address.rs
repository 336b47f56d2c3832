//! What the list's address says: which conflicts, from where on, and whether many are to be decided.

use leptos_router::params::ParamsMap;
use uuid::Uuid;
use vanguard_domain::conflict::Resolution;
use vanguard_domain::record::Field;
use vanguard_domain::three_way::ConflictCause;

use crate::paths;
use crate::server_fns::conflicts::Shown;

/// The question whether many conflicts are to be given to one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// `UseLocal` or `UsePems`.
    pub side: Resolution,
    /// Only the rows that are ticked, rather than all that match.
    pub of_selection: bool,
}

/// The address, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    pub shown: Shown,
    pub field: Option<Field>,
    pub cause: Option<ConflictCause>,
    /// The last conflict of the page before.
    pub after: Option<String>,
    pub ask: Option<Ask>,
}

impl Address {
    /// What it does not know, it leaves out.
    pub fn read(query: &ParamsMap) -> Self {
        let side = match query.get("ask").as_deref() {
            Some("ours") => Some(Resolution::UseLocal),
            Some("pems") => Some(Resolution::UsePems),
            _ => None,
        };
        let of_selection = query.get("of").as_deref() == Some("selection");
        Self {
            shown: match query.get("show").as_deref() {
                Some("decided") => Shown::Decided,
                Some("by-rule") => Shown::ByRule,
                Some("all") => Shown::All,
                _ => Shown::Open,
            },
            field: query.get("field").and_then(|name| name.parse().ok()),
            cause: query.get("cause").and_then(|name| name.parse().ok()),
            after: query.get("after").filter(|cursor| !cursor.is_empty()),
            ask: side.map(|side| Ask { side, of_selection }),
        }
    }

    /// The page within the organisation.
    pub fn link(&self, organization: &str) -> String {
        paths::with_query(&format!("/o/{organization}/conflicts"), &self.query())
    }

    /// The address of a conflict over this list.
    pub fn over(&self, organization: &str, conflict_id: Uuid) -> String {
        let path = format!("/o/{organization}/conflicts/{conflict_id}");
        paths::with_query(&path, &self.closed().query())
    }

    fn query(&self) -> String {
        let show = match self.shown {
            Shown::Open => None,
            Shown::Decided => Some("decided"),
            Shown::ByRule => Some("by-rule"),
            Shown::All => Some("all"),
        };
        let ask = self.ask.map(|ask| if ask.side == Resolution::UsePems { "pems" } else { "ours" });
        let of = self.ask.filter(|ask| ask.of_selection).map(|_| "selection");
        let pairs = [
            ("show", show),
            ("field", self.field.map(Field::name)),
            ("cause", self.cause.map(ConflictCause::as_str)),
            ("after", self.after.as_deref()),
            ("ask", ask),
            ("of", of),
        ];
        let query: Vec<String> =
            pairs.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?))).collect();
        query.join("&")
    }

    /// Without the dialog.
    #[must_use]
    pub fn closed(&self) -> Self {
        Self { ask: None, ..self.clone() }
    }

    /// Another kind of conflicts, from the start.
    #[must_use]
    pub fn filtered(&self, field: Option<Field>, cause: Option<ConflictCause>) -> Self {
        Self { shown: self.shown, field, cause, ..Self::default() }
    }

    /// With the question whether all that match, or those that are ticked, go to one side.
    #[must_use]
    pub fn asking(&self, side: Resolution, of_selection: bool) -> Self {
        Self { ask: Some(Ask { side, of_selection }), ..self.clone() }
    }

    pub const fn is_filtered(&self) -> bool {
        self.field.is_some() || self.cause.is_some()
    }
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
    fn what_is_read_is_what_was_linked() {
        for query in [
            &[][..],
            &[("show", "by-rule"), ("after", "abc")],
            &[("field", "forecastEnd"), ("cause", "both_changed"), ("ask", "ours")],
            &[("ask", "pems"), ("of", "selection")],
        ] {
            let address = read(query);
            let text: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let question_mark = if query.is_empty() { "" } else { "?" };
            assert_eq!(address.link("RIO"), format!("/o/RIO/conflicts{question_mark}{}", text.join("&")));
        }
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let address =
            read(&[("show", "x"), ("field", "colour"), ("cause", "x"), ("ask", "x"), ("after", "")]);
        assert_eq!(address, Address::default());
    }
}
