//! From the address to the grid and back: the address is the one place that says what is shown.

use std::time::Duration;

use chrono::NaiveDate;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::components::grid::list::ListView;
use crate::components::grid::state::Grid;

use super::address::{Address, Dialog};

/// The place in the list is written into the address when nothing has moved for this long.
pub const REST: Duration = Duration::from_millis(400);

/// What the address says.
pub fn use_address() -> Memo<Address> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| Address::parse(query.latest_values().map(|(name, value)| (name.as_ref(), value))))
    })
}

/// Changes the address. A handle: copy it around.
#[derive(Debug, Clone, Copy)]
pub struct Steering {
    pub address: Memo<Address>,
    go: Callback<(String, bool)>,
    /// The active record that the page itself wrote into the address last.
    written: StoredValue<Option<String>>,
}

impl Steering {
    pub fn new(address: Memo<Address>) -> Self {
        let navigate = use_navigate();
        let go = Callback::new(move |(link, replace): (String, bool)| {
            navigate(&link, NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
        });
        Self { address, go, written: StoredValue::new(None) }
    }

    /// The same step of the history at another address.
    pub fn replace(self, address: &Address) {
        self.go.run((address.link(), true));
    }

    /// Shows another list, as a new step of the history.
    pub fn show(self, list: ListView) {
        self.go.run((Address::of(list).link(), false));
    }

    /// Shows another list in the place of the one that is shown: while somebody is typing.
    pub fn show_instead(self, list: ListView) {
        self.go.run((Address::of(list).link(), true));
    }

    /// The same list with a dialog over it.
    pub fn open(self, dialog: Dialog) {
        self.go.run((self.address.get_untracked().with_dialog(Some(dialog)).link(), false));
    }

    /// The same list with no dialog over it.
    pub fn close_dialog(self) {
        self.go.run((self.address.get_untracked().with_dialog(None).link(), true));
    }

    /// Writes where the user stands into the address, in the place of the one that is there.
    pub fn remember(self, from: u32, focus: Option<String>, at: Option<NaiveDate>) {
        let before = self.address.get_untracked();
        let now = Address { from, focus, at, ..before.clone() };
        if before != now {
            self.written.set_value(now.focus.clone());
            self.go.run((now.link(), true));
        }
    }
}

/// The page's way to change the address.
pub fn use_steering() -> Steering {
    use_context().expect("parts of the records page stand inside of it")
}

/// Goes to the record that a link within the page, or Back and Forward, ask for. What the page itself wrote into the
/// address is where the cursor stands already.
pub fn follow_focus(grid: Grid, steering: Steering) {
    Effect::new(move |before: Option<Option<String>>| {
        let now = steering.address.with(|address| address.focus.clone());
        let is_new = before.is_some_and(|before| before != now);
        if let Some(asked) = now.clone().filter(|_| is_new && steering.written.get_value() != now) {
            steering.written.set_value(None);
            grid.show_record(asked);
        }
        now
    });
}

/// Writes the first row in sight and the active record into the address once they rest, so that reload and Back
/// come back to them.
pub fn remember_place(grid: Grid, steering: Steering) {
    let number = StoredValue::new(0_u64);
    Effect::new(move |before: Option<()>| {
        let _ = (grid.first_in_view.get(), grid.cursor.get());
        // What was there at first came from the address, or is where every list begins.
        if before.is_none() {
            return;
        }
        let mine = number.try_update_value(|number| {
            *number += 1;
            *number
        });
        set_timeout(
            move || {
                // Only the last of them, and only if the user is still on this page.
                if number.try_get_value() == mine {
                    let record = untrack(|| grid.active_record());
                    steering.remember(grid.first_in_view.get_untracked(), record, None);
                }
            },
            REST,
        );
    });
}
