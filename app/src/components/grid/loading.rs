//! Fetching rows: the pages that the window needs, and another list when the address asks for one. Scrolling never
//! waits for it.

use std::collections::BTreeSet;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use vanguard_domain::record::Field;

use crate::backend::{BackendError, RecordPage};
use crate::server_fns::records::{record_place, record_window};

use super::cache::{RowCache, own_draft};
use super::cell::confirmed;
use super::cursor::Cursor;
use super::ledger::Ledger;
use super::list::ListView;
use super::state::{Grid, count};
use super::window::{PAGE_SIZE, pages};

/// Rows that are passed over within this time are not fetched.
const SETTLE: Duration = Duration::from_millis(60);
/// A page that could not be fetched is tried again after this.
const TRY_AGAIN: Duration = Duration::from_secs(3);
/// How long a cell says that PEMS confirmed it.
const FRESH: Duration = Duration::from_secs(6);

/// How fetching stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loading {
    Idle,
    /// Another list was asked for; the old one is shown until it is there.
    AnotherList,
    Failed {
        error: BackendError,
        /// Whether it was another list that could not be fetched, or only some rows.
        another_list: bool,
    },
}

/// What is being fetched.
#[derive(Debug, Default)]
pub struct Requests {
    /// Counts the lists: an answer that belongs to an earlier one is of no use.
    list: u64,
    pages: BTreeSet<u32>,
    /// Whether a look at what is missing is due already.
    is_due: bool,
    /// Whether the next rows are expected further down.
    downwards: bool,
    /// The row of the list being fetched that somebody asked for by its record.
    asked_row: Option<u32>,
}

/// What an answer belongs to.
#[derive(Debug, Clone, Copy)]
struct Request {
    list: u64,
    page: u32,
    /// The ledger's count when the request was made.
    asked_at: u64,
    /// Whether the answer replaces the list that is shown.
    begins_list: bool,
}

impl Grid {
    /// The window has moved: whatever it lacks is fetched once it stands still.
    pub(super) fn window_moved(self, downwards: bool) {
        let is_due = self.requests.try_update_value(|requests| {
            requests.downwards = downwards;
            std::mem::replace(&mut requests.is_due, true)
        });
        if is_due == Some(false) {
            set_timeout(move || self.fetch_missing(), SETTLE);
        }
    }

    /// Fetches what the window lacks and nothing else has asked for yet.
    pub(super) fn fetch_missing(self) {
        let Some(downwards) = self.requests.try_update_value(|requests| {
            requests.is_due = false;
            requests.downwards
        }) else {
            return;
        };
        if self.loading.get_untracked() == Loading::AnotherList {
            return;
        }
        for page in pages(&self.window.get_untracked(), self.total.get_untracked(), downwards) {
            if self.cache.with_value(|cache| cache.lacks(page)) {
                self.fetch(page, false);
            }
        }
    }

    /// Everything may have changed: what is in sight is fetched again now, the rest when it comes into sight.
    pub fn refresh(self) {
        self.cache.update_value(RowCache::mark_stale);
        self.fetch_missing();
    }

    /// Something has changed on the server: answers that are on their way may be older. Whether there are any.
    pub(super) fn distrust_answers(self) -> bool {
        let pages = self.requests.with_value(|requests| requests.pages.clone());
        let is_any = !pages.is_empty();
        self.cache.update_value(|cache| cache.mark_stale_pages(pages));
        is_any
    }

    /// Shows whichever list the address asks for, from now on: also while the grid itself is not shown.
    pub fn follow_list(self) {
        Effect::new(move |before: Option<ListView>| {
            let list = self.input.list.get();
            if before.is_some_and(|before| !before.is_same_list(&list)) {
                self.change_list();
            }
            list
        });
    }

    /// Shows the list that the address asks for, from the row that it names.
    pub(super) fn change_list(self) {
        self.requests.update_value(|requests| {
            requests.list += 1;
            requests.pages.clear();
        });
        self.loading.set(Loading::AnotherList);
        self.fetch(self.input.from.get_untracked() / PAGE_SIZE, true);
    }

    /// Makes a record the active one, wherever in the list it stands; says so if it is not in it.
    pub fn show_record(self, pfa_id: String) {
        let list = self.input.list.get_untracked();
        spawn_local(async move {
            let query = list.query(0, PAGE_SIZE);
            let place = record_place(self.input.organization_id, query, pfa_id.clone()).await;
            // The user may have left, or asked for another list.
            if self.input.list.try_get_untracked() != Some(list) {
                return;
            }
            match place {
                Ok(Some(row)) => self.show_row(row),
                Ok(None) => self.say(format!("{pfa_id} is not in this list.")),
                Err(error) => self.say(error.to_string()),
            }
        });
    }

    fn show_row(self, row: u32) {
        if self.loading.get_untracked() == Loading::AnotherList {
            self.requests.update_value(|requests| requests.asked_row = Some(row));
            return;
        }
        let column = self.cursor.get_untracked().column.max(1);
        self.go(Cursor::new(row, column).within(self.extent()));
        self.focus();
    }

    /// After a failure: what failed is asked for again.
    pub fn try_again(self) {
        match self.loading.try_get_untracked() {
            Some(Loading::Failed { another_list: true, .. }) => self.change_list(),
            Some(Loading::Failed { another_list: false, .. }) => self.fetch_missing(),
            // Something else has happened since, or the user has left.
            _ => {}
        }
    }

    fn fetch(self, page: u32, begins_list: bool) {
        let asked_at = self.ledger.with_value(Ledger::now);
        let begun =
            self.requests.try_update_value(|requests| requests.pages.insert(page).then_some(requests.list));
        let Some(list) = begun.flatten() else { return };
        self.cache.update_value(|cache| cache.asked(page));
        let request = Request { list, page, asked_at, begins_list };
        let query = self.input.list.get_untracked().query(page * PAGE_SIZE, PAGE_SIZE);
        spawn_local(async move {
            let answer = record_window(self.input.organization_id, query).await;
            // Nobody is there any more if the user has left the page meanwhile.
            let current = self.requests.try_update_value(|requests| {
                let is_current = requests.list == request.list;
                if is_current {
                    requests.pages.remove(&request.page);
                }
                is_current
            });
            if current == Some(true) {
                match answer {
                    Ok(answer) => self.received(request, answer),
                    Err(error) => self.not_received(page, error),
                }
            }
        });
    }

    fn received(self, request: Request, answer: RecordPage) {
        if self.loading.get_untracked() != Loading::Idle {
            self.loading.set(Loading::Idle);
        }
        let total = count(answer.total);
        if request.begins_list {
            self.cache.update_value(RowCache::clear);
        }
        self.take_over(request, answer);
        if self.total.get_untracked() != total {
            self.total.set(total);
        }
        if self.input.list.with_untracked(ListView::is_everything) {
            self.everything.set(total);
        }
        if request.begins_list {
            self.begin_at(self.input.from.get_untracked());
        } else {
            self.cursor.update(|cursor| *cursor = cursor.within(self.extent()));
            self.measure();
        }
        self.fetch_missing();
    }

    /// Puts the rows in place, and compares them with what was there.
    fn take_over(self, request: Request, answer: RecordPage) {
        for row in &answer.records {
            self.ledger.update_value(|ledger| ledger.arrived(row, request.asked_at));
            let draft = own_draft(row).map(|change| change.modification_id);
            if self.selection.with_untracked(|selection| selection.contains(&row.pfa_id)) {
                self.selection.update(|selection| selection.refresh(&row.pfa_id, draft));
            }
            let shown = self.cache.with_value(|cache| cache.row(cache.place(&row.pfa_id)?));
            if let Some(shown) = shown {
                let fields = confirmed(&shown, row);
                if !fields.is_empty() {
                    self.show_as_synced(&row.pfa_id, fields);
                }
            }
        }
        let first = request.page * PAGE_SIZE;
        self.cache.update_value(|cache| {
            cache.put(request.page, answer.records);
        });
        self.unsaved.update(|count| *count += 1);
        let keeper = self.focus_keeper();
        for number in first..first + PAGE_SIZE {
            self.redraw(number);
        }
        keeper();
    }

    /// The list is another one: from the top, or from where the address says.
    fn begin_at(self, from: u32) {
        let asked = self.requests.try_update_value(|requests| requests.asked_row.take()).flatten();
        let row = asked.unwrap_or(from).min(self.total.get_untracked().saturating_sub(1));
        let before = self.cursor.get_untracked();
        if before.row().is_some() || asked.is_some() {
            // Whoever sorted from a heading stays there.
            self.cursor.set(Cursor::new(row, before.column).within(self.extent()));
        }
        self.scroll_to_row(row);
        self.redraw_all();
    }

    fn not_received(self, page: u32, error: BackendError) {
        self.cache.update_value(|cache| cache.mark_stale_pages([page]));
        let is_passing = matches!(error, BackendError::Connection { .. });
        let another_list = self.loading.with_untracked(|loading| match loading {
            Loading::Idle => false,
            Loading::AnotherList => true,
            Loading::Failed { another_list, .. } => *another_list,
        });
        self.loading.set(Loading::Failed { error, another_list });
        if is_passing {
            set_timeout(move || self.try_again(), TRY_AGAIN);
        }
    }

    fn show_as_synced(self, pfa_id: &str, fields: Vec<Field>) {
        let key = pfa_id.to_owned();
        self.fresh.update_value(|fresh| {
            fresh.insert(key.clone(), fields);
        });
        set_timeout(
            move || {
                if self.fresh.try_update_value(|fresh| fresh.remove(&key)).flatten().is_some() {
                    self.redraw_record(&key);
                }
            },
            FRESH,
        );
    }
}
