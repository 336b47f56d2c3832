//! The dialog that the address asks for.

use leptos::prelude::*;
use leptos::task::spawn_local;
use uuid::Uuid;

use super::address::{Address, Dialog};
use super::discard::{DiscardAll, DiscardSelected};
use super::discontinue::Discontinue;
use super::rebase::Rebase;
use super::review::Review;
use super::steering::{Steering, use_steering};
use crate::pages::conflicts::{ConflictPages, conflicts, detail::Over, load_conflicts};
use crate::parts::{self, DialogNotFetched};

#[component]
pub fn Dialogs() -> impl IntoView {
    let address = use_steering().address;
    let dialog = Memo::new(move |_| address.with(|address| address.dialog.clone()));
    let own = move || match dialog.get() {
        None | Some(Dialog::Conflict(_)) => ().into_any(),
        Some(Dialog::Review) => view! { <Review /> }.into_any(),
        Some(Dialog::Discontinue) => view! { <Discontinue /> }.into_any(),
        Some(Dialog::DiscardSelected) => view! { <DiscardSelected /> }.into_any(),
        Some(Dialog::DiscardAll) => view! { <DiscardAll /> }.into_any(),
        Some(Dialog::Rebase(pfa_id)) => view! { <Rebase pfa_id /> }.into_any(),
    };
    view! {
        {own}
        <ConflictHere />
    }
    .into_any()
}

/// Whether the code of conflicts, which is another part of the app, has been fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    NotYet,
    Here,
    /// It could not be.
    Missing,
}

/// The conflict of the address, over the grid. Without scripts a conflict has a page of its own, so the server shows none.
#[component]
fn ConflictHere() -> impl IntoView {
    let steering = use_steering();
    let address = steering.address;
    // From one conflict to the next the dialog stays.
    let is_shown =
        Memo::new(move |_| address.with(|address| matches!(address.dialog, Some(Dialog::Conflict(_)))));
    let part = RwSignal::new(Part::NotYet);
    Effect::new(move || {
        if is_shown.get() && part.get_untracked() != Part::Here {
            spawn_local(async move {
                let found = if load_conflicts().await.is_ok() { Part::Here } else { Part::Missing };
                // The grid may have been left meanwhile.
                let _ = part.try_set(found);
            });
        }
    });
    move || match (is_shown.get(), part.get()) {
        (true, Part::Here) => parts::at_once(conflicts(conflict(steering))),
        (true, Part::Missing) => {
            let close = address.with_untracked(|address| address.with_dialog(None).link());
            Some(view! { <DialogNotFetched close /> }.into_any())
        }
        _ => None,
    }
}

fn conflict(steering: Steering) -> ConflictPages {
    let address = steering.address;
    let id = Signal::derive(move || {
        address.with(|address| match address.dialog {
            Some(Dialog::Conflict(id)) => Some(id),
            _ => None,
        })
    });
    let over = Over::new(move |id: Option<Uuid>| {
        address.with_untracked(|address: &Address| address.with_dialog(id.map(Dialog::Conflict)).link())
    });
    ConflictPages::Dialog(id, over)
}
