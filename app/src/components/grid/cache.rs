//! The rows that the browser holds: pages of the current list, by number.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use vanguard_domain::modification::ModificationState;

use crate::backend::{OpenChange, RecordRow};

use super::selection::Selectable;
use super::window::PAGE_SIZE;

/// More pages than this are not kept: those farthest from the view go first.
const MOST_PAGES: usize = 40;

/// Rows by their number in the current list.
#[derive(Debug, Default)]
pub struct RowCache {
    pages: BTreeMap<u32, Vec<Arc<RecordRow>>>,
    /// Record → row number, of every row held.
    places: HashMap<String, u32>,
    /// Pages that may no longer be what the server has; still shown until they are fetched again.
    stale: BTreeSet<u32>,
}

impl RowCache {
    pub fn row(&self, number: u32) -> Option<Arc<RecordRow>> {
        let page = self.pages.get(&(number / PAGE_SIZE))?;
        page.get(usize::try_from(number % PAGE_SIZE).ok()?).cloned()
    }

    pub fn place(&self, pfa_id: &str) -> Option<u32> {
        self.places.get(pfa_id).copied()
    }

    /// Whether the page has to be asked for.
    pub fn lacks(&self, page: u32) -> bool {
        !self.pages.contains_key(&page) || self.stale.contains(&page)
    }

    /// The page is being asked for. What becomes stale from now on may be so in the answer too.
    pub fn asked(&mut self, page: u32) {
        self.stale.remove(&page);
    }

    /// Takes a page over from the server; answers with the rows that it replaces.
    pub fn put(&mut self, page: u32, rows: Vec<RecordRow>) -> Vec<Arc<RecordRow>> {
        let before = self.drop_page(page);
        for (number, row) in (page * PAGE_SIZE..).zip(&rows) {
            self.places.insert(row.pfa_id.clone(), number);
        }
        self.pages.insert(page, rows.into_iter().map(Arc::new).collect());
        self.make_room(page);
        before
    }

    fn drop_page(&mut self, page: u32) -> Vec<Arc<RecordRow>> {
        let rows = self.pages.remove(&page).unwrap_or_default();
        for row in &rows {
            // A record that meanwhile stands on another page keeps that place.
            if self.places.get(&row.pfa_id).is_some_and(|number| number / PAGE_SIZE == page) {
                self.places.remove(&row.pfa_id);
            }
        }
        rows
    }

    fn make_room(&mut self, around: u32) {
        while self.pages.len() > MOST_PAGES {
            let Some(farthest) = self.pages.keys().copied().max_by_key(|page| page.abs_diff(around)) else {
                return;
            };
            self.drop_page(farthest);
        }
    }

    /// Everything held may have changed on the server.
    pub fn mark_stale(&mut self) {
        self.stale.extend(self.pages.keys());
    }

    /// These pages may have changed, whether they are held yet or not.
    pub fn mark_stale_pages(&mut self, pages: impl IntoIterator<Item = u32>) {
        self.stale.extend(pages);
    }

    /// The pages that hold any of these records may have changed; answers whether there are such pages.
    pub fn mark_stale_of(&mut self, records: &[String]) -> bool {
        let pages: Vec<u32> =
            records.iter().filter_map(|pfa_id| self.place(pfa_id)).map(|number| number / PAGE_SIZE).collect();
        self.stale.extend(&pages);
        !pages.is_empty()
    }

    /// Another list: nothing of this one is of use, but that what is just being asked for may be stale.
    pub fn clear(&mut self) {
        *self = Self { stale: std::mem::take(&mut self.stale), ..Self::default() };
    }

    /// Every row held, in the order of the list.
    pub fn rows(&self) -> impl Iterator<Item = &Arc<RecordRow>> {
        self.pages.values().flatten()
    }

    /// Changes one row in place, as far as the browser knows the outcome already; answers with its number.
    pub fn amend(&mut self, pfa_id: &str, change: impl FnOnce(&mut RecordRow)) -> Option<u32> {
        let number = self.place(pfa_id)?;
        let page = self.pages.get_mut(&(number / PAGE_SIZE))?;
        let row = page.get_mut(usize::try_from(number % PAGE_SIZE).ok()?)?;
        change(Arc::make_mut(row));
        Some(number)
    }
}

/// The viewer's own draft in a row; drafts of others are not shown to him.
pub fn own_draft(row: &RecordRow) -> Option<&OpenChange> {
    row.changes.iter().find(|change| change.state == ModificationState::Draft)
}

/// The row as the selection knows it.
pub fn selectable(row: &RecordRow) -> Selectable {
    Selectable { pfa_id: row.pfa_id.clone(), draft: own_draft(row).map(|change| change.modification_id) }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::row;
    use super::*;

    fn page(first: u32, count: u32) -> Vec<RecordRow> {
        (first..first + count).map(|number| row(&format!("RIO-{number:06}"))).collect()
    }

    #[test]
    fn rows_are_found_by_number_and_by_record() {
        let mut cache = RowCache::default();
        cache.put(1, page(100, 50));
        assert_eq!(cache.row(149).unwrap().pfa_id, "RIO-000149");
        assert!(cache.row(150).is_none());
        assert!(cache.row(5).is_none());
        assert_eq!(cache.place("RIO-000120"), Some(120));
    }

    #[test]
    fn a_stale_page_is_shown_until_it_is_fetched_again() {
        let mut cache = RowCache::default();
        cache.put(0, page(0, 100));
        assert!(!cache.lacks(0));
        cache.mark_stale();
        assert!(cache.lacks(0));
        assert!(cache.row(3).is_some());
        cache.asked(0);
        let before = cache.put(0, page(0, 100));
        assert_eq!(before.len(), 100);
        assert!(!cache.lacks(0));
    }

    #[test]
    fn a_page_that_becomes_stale_on_its_way_is_asked_for_again() {
        let mut cache = RowCache::default();
        cache.asked(0);
        cache.mark_stale_pages([0]);
        cache.clear();
        cache.put(0, page(0, 100));
        assert!(cache.lacks(0), "the answer may be older than the event");
        cache.asked(0);
        assert!(!cache.lacks(0));
        assert!(cache.mark_stale_of(&["RIO-000007".to_owned()]));
        cache.put(0, page(0, 100));
        assert!(cache.lacks(0));
    }

    #[test]
    fn a_record_that_moved_to_another_page_is_found_there() {
        let mut cache = RowCache::default();
        cache.put(0, page(0, 100));
        cache.put(1, page(50, 100));
        assert_eq!(cache.place("RIO-000060"), Some(110));
        cache.put(0, page(300, 100));
        assert_eq!(cache.place("RIO-000060"), Some(110));
        assert_eq!(cache.place("RIO-000010"), None);
    }

    #[test]
    fn the_cache_stays_small_while_someone_scrolls_through_everything() {
        let mut cache = RowCache::default();
        for number in 0..100 {
            cache.put(number, page(number * 100, 100));
        }
        assert_eq!(cache.rows().count(), MOST_PAGES * 100);
        assert!(cache.row(9_999).is_some() && cache.row(0).is_none());
    }
}
