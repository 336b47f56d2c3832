//! The rows that are ticked: one by one, or with Shift from the one ticked last to this one.

use std::collections::BTreeSet;

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use uuid::Uuid;

use crate::hydration::use_hydrated;

/// The ticked rows of the page that is shown. A handle: copy it around.
#[derive(Debug, Clone, Copy)]
pub struct Selection {
    chosen: RwSignal<BTreeSet<Uuid>>,
    /// The rows in their order, and the one ticked last without Shift.
    rows: StoredValue<Vec<Uuid>>,
    anchor: StoredValue<Option<Uuid>>,
}

impl Selection {
    #[expect(
        clippy::new_without_default,
        reason = "it makes signals, which belong to the component that calls it"
    )]
    pub fn new() -> Self {
        Self {
            chosen: RwSignal::new(BTreeSet::new()),
            rows: StoredValue::new(Vec::new()),
            anchor: StoredValue::new(None),
        }
    }

    /// The rows that are shown now; what is not among them is no longer selected.
    pub fn show(self, rows: Vec<Uuid>) {
        let gone = self.chosen.with_untracked(|chosen| chosen.iter().any(|id| !rows.contains(id)));
        if gone {
            self.chosen.update(|chosen| chosen.retain(|id| rows.contains(id)));
        }
        self.rows.set_value(rows);
    }

    /// Reactive.
    pub fn contains(self, id: Uuid) -> bool {
        self.chosen.with(|chosen| chosen.contains(&id))
    }

    /// Reactive.
    pub fn len(self) -> usize {
        self.chosen.with(BTreeSet::len)
    }

    /// Reactive.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The ids, separated by spaces, as a preview asks for them.
    pub fn ids(self) -> String {
        let chosen = self.chosen.get_untracked();
        chosen.iter().map(Uuid::to_string).collect::<Vec<_>>().join(" ")
    }

    pub fn clear(self) {
        self.chosen.set(BTreeSet::new());
    }

    /// Ticks every row that is shown, or none.
    pub fn set_all(self, ticked: bool) {
        let all = if ticked { self.rows.get_value().into_iter().collect() } else { BTreeSet::new() };
        self.chosen.set(all);
    }

    /// A row's box was clicked, or pressed with the space bar. With Shift, all rows up to it become like it.
    pub fn click(self, id: Uuid, ticked: bool, with_shift: bool) {
        let range = if with_shift { self.range_to(id) } else { vec![id] };
        self.chosen.update(|chosen| {
            for id in range {
                if ticked {
                    chosen.insert(id);
                } else {
                    chosen.remove(&id);
                }
            }
        });
        self.anchor.set_value(Some(id));
    }

    fn range_to(self, id: Uuid) -> Vec<Uuid> {
        let anchor = self.anchor.get_value();
        self.rows.with_value(|rows| {
            let place = |wanted: Uuid| rows.iter().position(|row| *row == wanted);
            match (anchor.and_then(place), place(id)) {
                (Some(from), Some(to)) => rows[from.min(to)..=from.max(to)].to_vec(),
                _ => vec![id],
            }
        })
    }
}

/// A row's box. What is ticked lives in the browser: without scripts it can do nothing.
#[component]
pub fn Tick(selection: Selection, id: Uuid, pfa_id: String) -> impl IntoView {
    let hydrated = use_hydrated();
    let click = move |event: MouseEvent| {
        selection.click(id, event_target_checked(&event), event.shift_key());
    };
    view! {
        <input
            type="checkbox"
            aria-label=format!("Select {pfa_id}")
            prop:checked=move || selection.contains(id)
            disabled=move || !hydrated.get()
            on:click=click
        />
    }
    .into_any()
}

/// The box over all rows that are shown.
#[component]
pub fn TickAll(selection: Selection, rows: usize) -> impl IntoView {
    let hydrated = use_hydrated();
    view! {
        <input
            type="checkbox"
            aria-label=format!("Select all {rows} on this page")
            prop:checked=move || selection.len() == rows
            prop:indeterminate=move || !selection.is_empty() && selection.len() < rows
            disabled=move || !hydrated.get()
            on:change=move |event| selection.set_all(event_target_checked(&event))
        />
    }
    .into_any()
}
