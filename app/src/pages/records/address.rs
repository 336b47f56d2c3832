//! What of the grid stands in the address: so that Back, Forward and reload restore it, and a link shares it.

use chrono::NaiveDate;
use uuid::Uuid;
use vanguard_domain::record::Field;

use crate::components::grid::columns::named;
use crate::components::grid::list::{COLUMNS, GROUP, ListView, SEARCH, SORT, STATE, Sort, query_string};

/// Names in the query string, besides those of the list.
const FROM: &str = "from";
const FOCUS: &str = "focus";
const AT: &str = "at";
pub const DIALOG: &str = "dialog";

/// The fields that records can be grouped by: those whose values many records share.
pub const GROUPABLE: [Field; 7] = [
    Field::Category,
    Field::Class,
    Field::AreaSilo,
    Field::Source,
    Field::Dor,
    Field::Manufacturer,
    Field::Contract,
];

/// A dialog that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialog {
    /// The drafts, before → after.
    Review,
    /// Discontinue the selected records?
    Discontinue,
    /// Discard the drafts of the selected records?
    DiscardSelected,
    /// Discard every draft?
    DiscardAll,
    /// A record whose draft PEMS crossed.
    Rebase(String),
    /// A conflict to decide.
    Conflict(Uuid),
    /// Which columns, in which order.
    Columns,
    /// Views with a name.
    Views,
    /// One edit of the selected records.
    BulkEdit,
    /// A file's values.
    Import,
}

/// The dialogs that are named by a word alone.
const NAMED: [(Dialog, &str); 8] = [
    (Dialog::Review, "review"),
    (Dialog::Discontinue, "discontinue"),
    (Dialog::DiscardSelected, "discard-selected"),
    (Dialog::DiscardAll, "discard-all"),
    (Dialog::Columns, "columns"),
    (Dialog::Views, "views"),
    (Dialog::BulkEdit, "bulk-edit"),
    (Dialog::Import, "import"),
];

impl Dialog {
    fn name(&self) -> String {
        match self {
            Self::Rebase(pfa_id) => format!("rebase-{pfa_id}"),
            Self::Conflict(id) => format!("conflict-{id}"),
            dialog => NAMED
                .iter()
                .find(|(named, _)| named == dialog)
                .map_or_else(String::new, |(_, name)| (*name).to_owned()),
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        if let Some((dialog, _)) = NAMED.iter().find(|(_, known)| *known == name) {
            return Some(dialog.clone());
        }
        let conflict = || name.strip_prefix("conflict-")?.parse().ok().map(Self::Conflict);
        let rebase = || Some(Self::Rebase(name.strip_prefix("rebase-")?.to_owned()));
        conflict().or_else(rebase)
    }
}

/// The whole address of the grid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    pub list: ListView,
    /// The first row in sight.
    pub from: u32,
    /// The record of the active cell.
    pub focus: Option<String>,
    /// On the timeline, the first day in sight.
    pub at: Option<NaiveDate>,
    pub dialog: Option<Dialog>,
}

impl Address {
    /// Reads the parameters of an address. What it does not know, or what makes no sense, is left out.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut address = Self::default();
        for (name, value) in pairs {
            if value.is_empty() {
                continue;
            }
            match name {
                SEARCH => value.clone_into(&mut address.list.search),
                STATE => address.list.state = value.parse().ok(),
                SORT => address.list.sort = Sort::parse(value),
                COLUMNS => address.list.columns = named(value.split(',')),
                GROUP => address.list.group = value.parse().ok().filter(|field| GROUPABLE.contains(field)),
                FROM => address.from = value.parse().unwrap_or_default(),
                FOCUS => address.focus = Some(value.to_owned()),
                AT => address.at = value.parse().ok(),
                DIALOG => address.dialog = Dialog::from_name(value),
                field => {
                    if let Ok(field) = field.parse::<Field>() {
                        address.list.filter.insert(field, value.to_owned());
                    }
                }
            }
        }
        address
    }

    /// The address as a reference; `?` alone if there is nothing to say, because an empty reference would keep
    /// the address as it is.
    pub fn link(&self) -> String {
        let query = query_string(self.pairs());
        if query.is_empty() { "?".to_owned() } else { query }
    }

    /// The same place with another dialog open, or none.
    #[must_use]
    pub fn with_dialog(&self, dialog: Option<Dialog>) -> Self {
        Self { dialog, ..self.clone() }
    }

    /// Names and values in a fixed order, so that equal addresses are written alike.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.list.pairs();
        if self.from > 0 {
            pairs.push((FROM, self.from.to_string()));
        }
        if let Some(focus) = &self.focus {
            pairs.push((FOCUS, focus.clone()));
        }
        if let Some(at) = self.at {
            pairs.push((AT, at.to_string()));
        }
        if let Some(dialog) = &self.dialog {
            pairs.push((DIALOG, dialog.name()));
        }
        pairs
    }

    /// The address of another list, from its first row on.
    #[must_use]
    pub fn of(list: ListView) -> Self {
        Self { list, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &[(&'static str, &'static str)]) -> Address {
        Address::parse(query.iter().copied())
    }

    #[test]
    fn an_address_is_read_back_as_it_was_written() {
        let address = parse(&[
            ("search", "crane 50 t"),
            ("source", "Rental"),
            ("syncState", "conflict"),
            ("sort", "-forecastEnd"),
            ("from", "120"),
            ("focus", "RIO-000123"),
            ("columns", "model,forecastEnd"),
            ("group", "category"),
            ("at", "2026-03-01"),
            ("dialog", "review"),
        ]);
        assert_eq!(address.list.columns.len(), 2);
        assert_eq!(address.list.group, Some(Field::Category));
        assert_eq!(address.list.sort.as_ref().map(Sort::text).as_deref(), Some("-forecastEnd"));
        assert_eq!(address.focus.as_deref(), Some("RIO-000123"));
        let pairs = address.pairs();
        assert_eq!(Address::parse(pairs.iter().map(|(name, value)| (*name, value.as_str()))), address);
    }

    #[test]
    fn every_dialog_has_an_address() {
        let id = Uuid::from_u128(7);
        let others = [Dialog::Rebase("RIO-1".to_owned()), Dialog::Conflict(id)];
        for dialog in NAMED.map(|(dialog, _)| dialog).into_iter().chain(others) {
            assert_ne!(dialog.name(), "");
            assert_eq!(Dialog::from_name(&dialog.name()), Some(dialog));
        }
        assert_eq!(Dialog::from_name("conflict-7"), None);
    }

    #[test]
    fn what_makes_no_sense_is_left_out() {
        let address = parse(&[("colour", "red"), ("sort", "colour"), ("from", "x"), ("syncState", "gone")]);
        assert_eq!(address, Address::default());
        assert_eq!(address.link(), "?");
    }

    #[test]
    fn the_server_is_asked_for_what_the_address_says() {
        let list = parse(&[("search", " "), ("isActualized", "true")]).list;
        let query = list.query(200, 100);
        assert_eq!((query.search, query.offset), (None, 200));
        assert_eq!(query.filter.get("isActualized").map(String::as_str), Some("true"));
        assert!(!list.is_everything() && list.unfiltered().is_everything());
    }
}
