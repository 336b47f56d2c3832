//! The grid's state, as a handle that its parts share.
//!
//! Rows are drawn one by one: each drawn row follows its own slot, and whoever changes something that a row shows
//! notifies that slot. So an edit or a step of the cursor redraws one or two rows, and scrolling draws only the
//! rows that come into sight.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use uuid::Uuid;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::Field;

use crate::backend::{RecordRow, UserView};
use crate::server_fns::drafts::DraftSummary;
use crate::server_fns::records::GridStart;

use super::cache::RowCache;
use super::cell::RowView;
use super::columns::{Column, named, shown};
use super::cursor::{Cursor, Extent};
use super::editing::Editing;
use super::ledger::Ledger;
use super::list::ListView;
use super::loading::{Loading, Requests};
use super::saving::{Saver, Saving};
use super::selection::Selection;
use super::undo::UndoStack;
use super::window::{FIRST_ROWS, PAGE_SIZE, first_window};

/// More slots than this are not kept for rows that are out of sight.
const MOST_SLOTS: usize = 2_000;

/// What a cell leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    Conflict(Uuid),
    /// The record whose draft PEMS crossed.
    Rebase(String),
}

/// What the grid is told by the page that it stands on.
#[derive(Debug, Clone, Copy)]
pub struct GridInput {
    pub organization_id: Uuid,
    /// Which records, in which order.
    pub list: Signal<ListView>,
    /// The row that a new list begins with.
    pub from: Signal<u32>,
    /// Goes where a cell leads.
    pub open: Callback<Way>,
}

/// The grid. A handle: copy it around.
#[derive(Debug, Clone, Copy)]
pub struct Grid {
    pub input: GridInput,
    /// How many records are in the list.
    pub total: RwSignal<u32>,
    /// How many there are, whatever the filter.
    pub everything: RwSignal<u32>,
    pub drafts: RwSignal<DraftSummary>,
    /// The rows that are drawn.
    pub window: RwSignal<Range<u32>>,
    /// The first row that is wholly in sight.
    pub first_in_view: RwSignal<u32>,
    pub cursor: RwSignal<Cursor>,
    pub editing: RwSignal<Option<Editing>>,
    pub selection: RwSignal<Selection>,
    /// What the grid has to say, read out to those who do not see it.
    pub notice: RwSignal<String>,
    pub loading: RwSignal<Loading>,
    pub saving: RwSignal<Saving>,
    /// Counts up with every change of what is not saved yet.
    pub unsaved: RwSignal<u64>,
    pub(super) cache: StoredValue<RowCache>,
    pub(super) ledger: StoredValue<Ledger>,
    pub(super) undo: StoredValue<UndoStack>,
    /// Fields that PEMS confirmed a moment ago, by record.
    pub(super) fresh: StoredValue<HashMap<String, Vec<Field>>>,
    pub(super) requests: StoredValue<Requests>,
    pub(super) saver: StoredValue<Saver>,
    pub(super) viewer: StoredValue<UserView>,
    pub scroller: NodeRef<Div>,
    /// The columns that the user keeps, behind those that always stand first; none are everything.
    pub own_columns: RwSignal<Vec<Column>>,
    columns: Memo<Vec<Column>>,
    slots: StoredValue<HashMap<u32, ArcTrigger>>,
}

/// The grid around this component.
pub fn use_grid() -> Grid {
    use_context().expect("parts of the grid stand inside of it")
}

impl Grid {
    /// A grid that shows what the server found first, with the cursor on the record `focus` if that is there.
    pub fn new(input: GridInput, viewer: UserView, start: GridStart, focus: Option<&str>) -> Self {
        let total = count(start.page.total);
        let own_columns = RwSignal::new(named(start.columns.iter().map(String::as_str)));
        let columns = Memo::new(move |_| {
            let of_link = input.list.with(|list| list.columns.clone());
            if of_link.is_empty() { shown(&own_columns.get()) } else { shown(&of_link) }
        });
        let on_page =
            (start.offset..).zip(&start.page.records).find(|(_, row)| Some(row.pfa_id.as_str()) == focus);
        let on_page = on_page.map(|(number, _)| number);
        let mut cache = RowCache::default();
        cache.put(start.offset / PAGE_SIZE, start.page.records);
        let from = start.focused.unwrap_or_else(|| input.from.get_untracked());
        let row = from.min(total.saturating_sub(1));
        let active = start.focused.or(on_page).unwrap_or(row).min(total.saturating_sub(1));
        Self {
            input,
            total: RwSignal::new(total),
            everything: RwSignal::new(count(start.everything)),
            drafts: RwSignal::new(start.drafts),
            window: RwSignal::new(first_window(row - row % FIRST_ROWS, total)),
            first_in_view: RwSignal::new(row),
            cursor: RwSignal::new(Cursor::new(active, 1)),
            editing: RwSignal::new(None),
            selection: RwSignal::new(Selection::default()),
            notice: RwSignal::new(String::new()),
            loading: RwSignal::new(Loading::Idle),
            saving: RwSignal::new(Saving::Idle),
            unsaved: RwSignal::new(0),
            cache: StoredValue::new(cache),
            ledger: StoredValue::new(Ledger::default()),
            undo: StoredValue::new(UndoStack::default()),
            fresh: StoredValue::new(HashMap::new()),
            requests: StoredValue::new(Requests::default()),
            saver: StoredValue::new(Saver::default()),
            viewer: StoredValue::new(viewer),
            scroller: NodeRef::new(),
            own_columns,
            columns,
            slots: StoredValue::new(HashMap::new()),
        }
    }

    /// The same with other columns.
    #[must_use]
    pub fn with_columns(mut self, columns: Vec<Column>) -> Self {
        self.columns = Memo::new(move |_| columns.clone());
        self
    }

    /// The columns, in order. Reactive.
    pub fn columns(self) -> Vec<Column> {
        self.columns.get()
    }

    pub(super) fn column(self, index: usize) -> Option<Column> {
        self.columns.with_untracked(|columns| columns.get(index).copied())
    }

    /// Whether the user holds `permission`.
    pub fn may(self, permission: Permission) -> bool {
        self.viewer.with_value(|viewer| viewer.permissions.contains(&permission))
    }

    /// How far the cursor can go.
    pub(super) fn extent(self) -> Extent {
        Extent {
            rows: self.total.get_untracked(),
            columns: self.columns.with_untracked(Vec::len),
            page: self.rows_in_view(),
        }
    }

    /// The row as the server sent it, if it is held.
    pub fn row(self, number: u32) -> Option<Arc<RecordRow>> {
        self.cache.with_value(|cache| cache.row(number))
    }

    /// The record of the active cell.
    pub fn active_record(self) -> Option<String> {
        Some(self.row(self.cursor.get().row()?)?.pfa_id.clone())
    }

    /// Hands the row, as it is to be shown, to `read`; `None` while it is not there yet.
    pub fn read<R>(self, number: u32, read: impl FnOnce(Option<RowView<'_>>) -> R) -> R {
        let Some(row) = self.row(number) else { return read(None) };
        self.ledger.with_value(|ledger| {
            self.fresh.with_value(|fresh| {
                self.viewer.with_value(|viewer| {
                    read(Some(RowView {
                        row: &row,
                        draft: ledger.get(&row.pfa_id),
                        fresh: fresh.get(&row.pfa_id).map_or(&[], Vec::as_slice),
                        permissions: &viewer.permissions,
                    }))
                })
            })
        })
    }

    /// What a drawn row follows.
    pub fn slot(self, number: u32) -> ArcTrigger {
        self.slots
            .try_update_value(|slots| {
                if slots.len() > MOST_SLOTS {
                    slots.retain(|other, _| other.abs_diff(number) < 500);
                }
                slots.entry(number).or_default().clone()
            })
            .unwrap_or_default()
    }

    /// The row shows something else now.
    pub(super) fn redraw(self, number: u32) {
        if let Some(slot) = self.slots.with_value(|slots| slots.get(&number).cloned()) {
            slot.notify();
        }
    }

    pub(super) fn redraw_record(self, pfa_id: &str) {
        if let Some(number) = self.cache.with_value(|cache| cache.place(pfa_id)) {
            self.redraw(number);
        }
    }

    pub(super) fn redraw_all(self) {
        for slot in self.slots.with_value(|slots| slots.values().cloned().collect::<Vec<_>>()) {
            slot.notify();
        }
    }

    /// Says something to the user.
    pub fn say(self, text: impl Into<String>) {
        self.notice.set(text.into());
    }

    /// Whether something typed here is not on the server yet. Reactive.
    pub fn has_unsaved(self) -> bool {
        self.unsaved.track();
        self.ledger.with_value(Ledger::has_unsaved)
    }

    /// How many cells hold something that is not saved because it is wrong. Reactive.
    pub fn faults(self) -> usize {
        self.unsaved.track();
        self.ledger.with_value(Ledger::faults)
    }
}

/// A count as the server has it, as a number of rows.
pub(super) fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}
