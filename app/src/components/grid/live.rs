//! Following the server: rows that an event is about are fetched again.

use std::time::Duration;

use leptos::prelude::*;

use crate::events::{EventKind, use_events};

use super::state::Grid;

/// While changes come in, rows are fetched again no more often than this.
const PACE: Duration = Duration::from_millis(400);

/// Keeps the grid in step with the server's events.
pub fn follow(grid: Grid) {
    let events = use_events();
    let is_due = StoredValue::new(false);
    Effect::new(move |before: Option<(u64, u64)>| {
        let now = (events.version(EventKind::Modification), events.version(EventKind::Conflict));
        let records = untrack(|| events.records(EventKind::Modification));
        if before.is_some_and(|before| before != now) && concerns(&grid, &records) && !is_due.get_value() {
            is_due.set_value(true);
            set_timeout(
                move || {
                    if is_due.try_set_value(false).is_none() {
                        grid.fetch_missing();
                        grid.count_drafts();
                    }
                },
                PACE,
            );
        }
        now
    });
}

/// Whether any row held may look different now; if so, it is marked for fetching.
fn concerns(grid: &Grid, records: &[String]) -> bool {
    let is_on_its_way = grid.distrust_answers();
    let is_plain = grid.input.list.with_untracked(|list| list.is_everything() && list.sort.is_none());
    if records.is_empty() || !is_plain {
        // Many records; or a list that others may have come into, or moved in.
        grid.cache.update_value(super::cache::RowCache::mark_stale);
        return true;
    }
    grid.cache.try_update_value(|cache| cache.mark_stale_of(records)).unwrap_or(false) || is_on_its_way
}
