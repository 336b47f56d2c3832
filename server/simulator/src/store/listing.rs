//! Reading a page of records in the order of their last change.

use std::ops::Bound;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use super::cursor::Cursor;
use super::{Entry, Store};
use crate::refusal::Refusal;

pub(crate) const DEFAULT_LIMIT: usize = 500;
pub(crate) const MAX_LIMIT: usize = 1000;

#[derive(Clone, Debug, Default)]
pub(crate) struct ListQuery {
    pub organization: String,
    /// Inclusive.
    pub updated_since: Option<DateTime<Utc>>,
    pub limit: Option<usize>,
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Page {
    pub records: Vec<Shown>,
    pub next_cursor: Option<String>,
    /// When the reading began, the same on every page of it: what changed later has this `updatedAt` or a later one.
    pub as_of: DateTime<Utc>,
}

/// An entry as PEMS answers it, shared with the store so that a page is written to the wire without holding it up.
#[derive(Clone, Debug)]
pub(crate) struct Shown(Arc<Entry>);

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.shown {
            Some(shown) => shown.serialize(serializer),
            None => self.0.record.serialize(serializer),
        }
    }
}

impl Store {
    pub(crate) fn list(&self, query: &ListQuery, now: DateTime<Utc>) -> Result<Page, Refusal> {
        let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Refusal::InvalidRequest(format!("limit is 1 to {MAX_LIMIT}")));
        }
        let cursor = query.cursor.as_deref().map(|text| decode(text, &query.organization)).transpose()?;
        let as_of = cursor.as_ref().map_or(now, |cursor| cursor.as_of);
        let mut entries = self.after(query, cursor);
        let page: Vec<&Arc<Entry>> = entries.by_ref().take(limit).collect();
        let more = entries.next().is_some();
        let next_cursor = page.last().filter(|_| more).map(|last| {
            Cursor {
                organization: query.organization.clone(),
                updated_at: last.record.updated_at,
                pfa_id: last.record.pfa_id.clone(),
                as_of,
            }
            .encode()
        });
        Ok(Page { records: page.into_iter().cloned().map(Shown).collect(), next_cursor, as_of })
    }

    /// Everything from the later of cursor and `updatedSince` on.
    fn after(&self, query: &ListQuery, cursor: Option<Cursor>) -> impl Iterator<Item = &Arc<Entry>> {
        let since = query.updated_since.map_or(Bound::Unbounded, |at| Bound::Included((at, String::new())));
        let from = match (cursor, &since) {
            (Some(cursor), Bound::Included((at, _))) if cursor.updated_at < *at => since,
            (Some(cursor), _) => Bound::Excluded((cursor.updated_at, cursor.pfa_id)),
            (None, _) => since,
        };
        self.organizations.get(&query.organization).into_iter().flat_map(move |organization| {
            let order = organization.by_update.range((from.clone(), Bound::Unbounded));
            order.filter_map(|(_, pfa_id)| organization.entries.get(pfa_id))
        })
    }
}

fn decode(text: &str, organization: &str) -> Result<Cursor, Refusal> {
    Cursor::decode(text)
        .filter(|cursor| cursor.organization == organization)
        .ok_or_else(|| Refusal::InvalidRequest("the cursor is not one of this list's".to_owned()))
}
