//! The rows that the user has ticked. A row is known by its record, so that a selection outlives scrolling,
//! sorting and live changes.

use std::collections::BTreeMap;

use uuid::Uuid;

/// A record that can be selected, with what the actions on a selection must know about it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Selectable {
    pub pfa_id: String,
    /// The viewer's own draft of the record.
    pub draft: Option<Uuid>,
}

/// The selected records, and where a range would begin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    records: BTreeMap<String, Option<Uuid>>,
    /// The row that was ticked last without Shift.
    anchor: Option<u32>,
}

impl Selection {
    pub fn contains(&self, pfa_id: &str) -> bool {
        self.records.contains_key(pfa_id)
    }

    pub fn len(&self) -> usize {
        self.records.len()
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Ticks or unticks one row, which becomes the anchor.
    pub fn toggle(&mut self, row: u32, record: Selectable) {
        if self.records.remove(&record.pfa_id).is_none() {
            self.records.insert(record.pfa_id, record.draft);
        }
        self.anchor = Some(row);
    }

    /// The rows from the anchor to `row`, both included. Without an anchor `row` alone.
    pub fn range_to(&self, row: u32) -> (u32, u32) {
        let anchor = self.anchor.unwrap_or(row);
        (anchor.min(row), anchor.max(row))
    }

    /// Where a range begins if nothing was ticked yet.
    pub fn begin_at(&mut self, row: u32) {
        self.anchor.get_or_insert(row);
    }

    /// Adds records, as a range or "all that match" does.
    pub fn add(&mut self, records: impl IntoIterator<Item = Selectable>) {
        for record in records {
            self.records.insert(record.pfa_id, record.draft);
        }
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// What the server now says of a record's draft, if the record is selected.
    pub fn refresh(&mut self, pfa_id: &str, draft: Option<Uuid>) {
        if let Some(known) = self.records.get_mut(pfa_id) {
            *known = draft;
        }
    }

    /// The keys of the selected records, in order.
    pub fn keys(&self) -> Vec<String> {
        self.records.keys().cloned().collect()
    }

    /// The viewer's own drafts of the selected records.
    pub fn drafts(&self) -> Vec<Uuid> {
        self.records.values().copied().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(pfa_id: &str) -> Selectable {
        Selectable { pfa_id: pfa_id.into(), draft: None }
    }

    #[test]
    fn ticking_twice_unticks() {
        let mut selection = Selection::default();
        selection.toggle(3, record("A"));
        assert!(selection.contains("A"));
        selection.toggle(3, record("A"));
        assert!(selection.is_empty());
    }

    #[test]
    fn a_range_goes_from_the_row_ticked_last_in_either_direction() {
        let mut selection = Selection::default();
        assert_eq!(selection.range_to(7), (7, 7));
        selection.toggle(3, record("A"));
        assert_eq!(selection.range_to(7), (3, 7));
        assert_eq!(selection.range_to(1), (1, 3));
    }

    #[test]
    fn the_drafts_of_a_selection_follow_the_server() {
        let mut selection = Selection::default();
        selection.add([record("A"), record("B")]);
        assert!(selection.drafts().is_empty());
        let id = Uuid::from_u128(7);
        selection.refresh("B", Some(id));
        selection.refresh("C", Some(id));
        assert_eq!(selection.drafts(), [id]);
        assert_eq!(selection.keys(), ["A", "B"]);
    }
}
