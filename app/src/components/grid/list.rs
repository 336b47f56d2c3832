//! Which records the grid shows, in which order.

use std::collections::BTreeMap;

use leptos_router::location::Url;
use vanguard_domain::modification::ModificationState;
use vanguard_domain::record::{Field, FieldKind};

use super::columns::Column;
use crate::backend::RecordQuery;

/// Names in the query string that are not fields' names.
pub const SEARCH: &str = "search";
pub const STATE: &str = "syncState";
pub const SORT: &str = "sort";
pub const COLUMNS: &str = "columns";
pub const GROUP: &str = "group";

/// Which records, in which order: what makes one list differ from another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListView {
    pub search: String,
    pub filter: BTreeMap<Field, String>,
    pub state: Option<ModificationState>,
    pub sort: Option<Sort>,
    /// The columns that a link asks for; none are those that the user keeps.
    pub columns: Vec<Column>,
    /// The records by the value of this field, rather than one by one.
    pub group: Option<Field>,
}

/// The column that the list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// A field's name, or `pfaId`, `version`, `updatedAt`.
    pub by: String,
    pub descending: bool,
}

impl Sort {
    /// Reads what [`Self::text`] writes; `None` for a column that the server cannot sort by.
    pub fn parse(text: &str) -> Option<Self> {
        let (by, descending) = text.strip_prefix('-').map_or((text, false), |by| (by, true));
        let known = matches!(by, "pfaId" | "version" | "updatedAt") || by.parse::<Field>().is_ok();
        known.then(|| Self { by: by.to_owned(), descending })
    }

    /// As the server and the address have it: a leading `-` for descending.
    pub fn text(&self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.by)
    }
}

impl ListView {
    /// The list as the server is asked for it.
    pub fn query(&self, offset: u32, limit: u32) -> RecordQuery {
        let words = self.search.trim();
        RecordQuery {
            search: (!words.is_empty()).then(|| words.to_owned()),
            filter: self
                .filter
                .iter()
                .map(|(field, value)| (field.name().to_owned(), value.clone()))
                .collect(),
            sync_state: self.state,
            sort: self.sort.as_ref().map(Sort::text),
            offset,
            limit,
        }
    }

    /// Whether every record is in the list.
    pub fn is_everything(&self) -> bool {
        self.search.trim().is_empty() && self.filter.is_empty() && self.state.is_none()
    }

    /// The same records, sorted by `column`: ascending first, then descending, then as before.
    #[must_use]
    pub fn sorted_by(&self, column: &str) -> Self {
        let sort = match &self.sort {
            Some(sort) if sort.by == column && sort.descending => None,
            Some(sort) if sort.by == column => Some(Sort { by: column.to_owned(), descending: true }),
            _ => Some(Sort { by: column.to_owned(), descending: false }),
        };
        Self { sort, ..self.clone() }
    }

    /// The list with one filter set, or taken away by an empty text.
    #[must_use]
    pub fn filtered(&self, field: Field, value: &str) -> Self {
        let mut list = self.clone();
        if value.is_empty() {
            list.filter.remove(&field);
        } else {
            list.filter.insert(field, value.to_owned());
        }
        list
    }

    /// Names and values as the address has them, in a fixed order, so that equal lists are written alike.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let Self { search, filter, state, sort, columns, group } = self;
        let mut pairs = Vec::new();
        if !search.trim().is_empty() {
            pairs.push((SEARCH, search.clone()));
        }
        pairs.extend(filter.iter().map(|(field, value)| (field.name(), value.clone())));
        if let Some(state) = state {
            pairs.push((STATE, state.as_str().to_owned()));
        }
        if let Some(sort) = sort {
            pairs.push((SORT, sort.text()));
        }
        if !columns.is_empty() {
            pairs.push((COLUMNS, names(columns)));
        }
        if let Some(group) = group {
            pairs.push((GROUP, group.name().to_owned()));
        }
        pairs
    }

    /// Whether both have the same records in the same order, however they are shown.
    pub fn is_same_list(&self, other: &Self) -> bool {
        self.query(0, 1) == other.query(0, 1)
    }

    /// The list as a reference to its first row; `?` alone for every record, because an empty reference would
    /// keep the address as it is.
    pub fn link(&self) -> String {
        let query = query_string(self.pairs());
        if query.is_empty() { "?".to_owned() } else { query }
    }

    /// Every record, shown in the same way.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        Self { search: String::new(), filter: BTreeMap::new(), state: None, ..self.clone() }
    }
}

/// Columns as an address has them.
pub fn names(columns: &[Column]) -> String {
    columns.iter().filter_map(|column| column.name()).collect::<Vec<_>>().join(",")
}

/// A query string with its `?`; empty if there is nothing to say.
pub fn query_string(pairs: Vec<(&'static str, String)>) -> String {
    let pairs: Vec<String> =
        pairs.into_iter().map(|(name, value)| format!("{name}={}", Url::escape(&value))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// A filter as its chip names it: `Actualised: Yes`.
pub fn filter_label(field: Field, value: &str) -> String {
    let value = match (field.spec().kind, value) {
        (FieldKind::Flag, "true") => "Yes",
        (FieldKind::Flag, "false") => "No",
        (_, other) => other,
    };
    format!("{}: {value}", field.label())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_sorts_up_then_down_then_not() {
        let list = ListView::default().sorted_by("model");
        assert_eq!(list.sort.as_ref().map(Sort::text).as_deref(), Some("model"));
        let list = list.sorted_by("model");
        assert_eq!(list.sort.as_ref().map(Sort::text).as_deref(), Some("-model"));
        assert_eq!(list.sorted_by("model").sort, None);
    }

    #[test]
    fn a_filter_is_named_in_words() {
        assert_eq!(filter_label(Field::IsActualized, "true"), "Actualised: Yes");
        assert_eq!(filter_label(Field::Source, "Rental"), "Source: Rental");
    }
}
